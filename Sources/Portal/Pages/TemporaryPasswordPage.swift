import HTMLTemplate

/// Asking for a new temporary password; the answer reads the same whether the pair exists or not.
struct TemporaryPasswordPage: FormPage, Sendable {
    var formToken: String
    var errors: [ErrorSummaryItem] = []
    var iec = FieldState()
    var gstin = FieldState()
    var captcha: CaptchaField
    /// What is said once the form was taken; the form is not shown again then.
    var sent: Message?

    var showsForm: Bool { sent == nil }

    static let template = "temporary-password"
    static let title: Message = "Ask for a new temporary password"

    static let fields = Fields<Self>([
        .text("formToken") { $0.formToken },
        .list("errors") { $0.errors },
        .model("iec") { $0.iec },
        .model("gstin") { $0.gstin },
        .model("captcha") { $0.captcha },
        .optionalMessage("sent") { $0.sent },
    ])
}
