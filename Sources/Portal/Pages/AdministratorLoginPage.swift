import HTMLTemplate

/// S01, "Login as Admin", the first step: name and password.
struct AdministratorLoginPage: FormPage, Sendable {
    var formToken: String
    var errors: [ErrorSummaryItem] = []
    var notice: Message?
    var name = FieldState()
    var password = FieldState()
    var captcha: CaptchaField

    static let template = "administrator-login"
    static let title: Message = "Login to the console"

    static let fields = Fields<Self>([
        .text("formToken") { $0.formToken },
        .list("errors") { $0.errors },
        .optionalMessage("notice") { $0.notice },
        .model("nameField") { $0.name },
        .model("password") { $0.password },
        .model("captcha") { $0.captcha },
    ])
}
