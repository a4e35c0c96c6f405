import HTMLTemplate

/// S02, S03: IEC, GSTIN, temporary password and captcha.
struct RegisterPage: FormPage, Sendable {
    var formToken: String
    var errors: [ErrorSummaryItem] = []
    /// Where a holder can go on who may not register.
    var waysOn: [WayOn] = []
    var iec = FieldState()
    var gstin = FieldState()
    var password = FieldState()
    var captcha: CaptchaField

    static let template = "register"
    static let title: Message = "Auto IEC Registration"

    static let fields = Fields<Self>([
        .text("formToken") { $0.formToken },
        .list("errors") { $0.errors },
        .list("waysOn") { $0.waysOn },
        .model("iec") { $0.iec },
        .model("gstin") { $0.gstin },
        .model("password") { $0.password },
        .model("captcha") { $0.captcha },
    ])
}
