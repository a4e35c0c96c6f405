import HTMLTemplate

/// S34: whose ICEGATE ID was forgotten.
struct ForgottenIDPage: FormPage, Sendable {
    var formToken: String
    var errors: [ErrorSummaryItem] = []
    var notice: Message?
    var iec = FieldState()
    var gstin = FieldState()
    var captcha: CaptchaField

    static let template = "forgotten-id"
    static let title: Message = "Forgotten ICEGATE ID"

    static let fields = Fields<Self>([
        .text("formToken") { $0.formToken },
        .list("errors") { $0.errors },
        .optionalMessage("notice") { $0.notice },
        .model("iec") { $0.iec },
        .model("gstin") { $0.gstin },
        .model("captcha") { $0.captcha },
    ])
}
