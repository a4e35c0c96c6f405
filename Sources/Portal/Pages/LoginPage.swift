import HTMLTemplate

/// S14: ICEGATE ID and password.
struct LoginPage: FormPage, Sendable {
    var formToken: String
    var errors: [ErrorSummaryItem] = []
    /// What went well.
    var notice: Message?
    /// Why a session has ended.
    var reminder: Message?
    var icegateID = FieldState()
    var password = FieldState()
    /// Asked for after failures.
    var captcha: CaptchaField?

    static let template = "login"
    static let title: Message = "Login"

    static let fields = Fields<Self>([
        .text("formToken") { $0.formToken },
        .list("errors") { $0.errors },
        .optionalMessage("notice") { $0.notice },
        .optionalMessage("reminder") { $0.reminder },
        .model("icegateID") { $0.icegateID },
        .model("password") { $0.password },
        .optionalModel("captcha") { $0.captcha },
    ])
}
