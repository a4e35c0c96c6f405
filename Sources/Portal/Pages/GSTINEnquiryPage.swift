import HTMLTemplate

/// "Is this GSTIN written rightly?": the form, and what a number that is says of itself.
struct GSTINEnquiryPage: FormPage, Sendable {
    var formToken: String
    var errors: [ErrorSummaryItem] = []
    var gstin = FieldState()
    var finding: Finding?

    /// What a well-formed number tells without any record.
    struct Finding: TemplateModel, Sendable {
        var gstin: String
        /// The first two digits.
        var stateCode: String
        var state: Message
        var kind: Message
        /// The PAN inside; `nil` in the forms that hold none.
        var pan: String?

        static let fields = Fields<Self>([
            .text("gstin") { $0.gstin },
            .text("stateCode") { $0.stateCode },
            .message("state") { $0.state },
            .message("kind") { $0.kind },
            .optionalText("pan") { $0.pan },
        ])
    }

    static let template = "gstin-enquiry"
    static let title: Message = "Is this GSTIN written rightly?"

    static let fields = Fields<Self>([
        .text("formToken") { $0.formToken },
        .list("errors") { $0.errors },
        .model("field") { $0.gstin },
        .optionalModel("finding") { $0.finding },
    ])
}
