import HTMLTemplate

/// S33: other contacts for the account.
struct ContactChangePage: FormPage, Sendable {
    var formToken: String
    var errors: [ErrorSummaryItem] = []
    var notice: Message?
    /// The change that waits for its OTPs, where there is one.
    var pending: Message?
    /// The registered contacts.
    var maskedEmail: String
    var maskedMobile: String
    var email = FieldState()
    var mobile = FieldState()
    var password = FieldState()

    static let template = "contact-change"
    static let title: Message = "Change of e-mail ID and mobile number"

    static let fields = Fields<Self>([
        .text("formToken") { $0.formToken },
        .list("errors") { $0.errors },
        .optionalMessage("notice") { $0.notice },
        .optionalMessage("pending") { $0.pending },
        .text("maskedEmail") { $0.maskedEmail },
        .text("maskedMobile") { $0.maskedMobile },
        .model("email") { $0.email },
        .model("mobile") { $0.mobile },
        .model("password") { $0.password },
    ])
}
