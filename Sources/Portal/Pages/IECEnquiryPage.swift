import HTMLTemplate

/// "Status of an IEC": the form, and what the master says of the code, which is nothing personal.
struct IECEnquiryPage: FormPage, Sendable {
    var formToken: String
    var errors: [ErrorSummaryItem] = []
    var iec = FieldState()
    var captcha: CaptchaField
    var finding: Finding?

    /// What is said of a code.
    struct Finding: TemplateModel, Sendable {
        var iec: String
        /// `nil` where the master has no such code.
        var status: Message?
        var mayRegister = false
        /// The time of the load from which the status comes, as a person reads it.
        var loadedAt: String?
        /// The time of the newest load, as a person reads it; `nil` while there was none.
        var masterLoadedAt: String?

        static let fields = Fields<Self>([
            .text("iec") { $0.iec },
            .optionalMessage("status") { $0.status },
            .flag("mayRegister") { $0.mayRegister },
            .optionalText("loadedAt") { $0.loadedAt },
            .optionalText("masterLoadedAt") { $0.masterLoadedAt },
        ])
    }

    static let template = "iec-enquiry"
    static let title: Message = "Status of an IEC"

    static let fields = Fields<Self>([
        .text("formToken") { $0.formToken },
        .list("errors") { $0.errors },
        .model("field") { $0.iec },
        .model("captcha") { $0.captcha },
        .optionalModel("finding") { $0.finding },
    ])
}
