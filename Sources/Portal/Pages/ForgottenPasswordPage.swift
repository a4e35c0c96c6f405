import HTMLTemplate

/// S34: whose password was forgotten.
struct ForgottenPasswordPage: FormPage, Sendable {
    var formToken: String
    var errors: [ErrorSummaryItem] = []
    var icegateID = FieldState()
    var captcha: CaptchaField

    static let template = "forgotten-password"
    static let title: Message = "Forgotten password"

    static let fields = Fields<Self>([
        .text("formToken") { $0.formToken },
        .list("errors") { $0.errors },
        .model("icegateID") { $0.icegateID },
        .model("captcha") { $0.captcha },
    ])
}
