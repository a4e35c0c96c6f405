import HTMLTemplate

/// S34: the two OTPs for a forgotten password.
struct PasswordResetProofPage: FormPage, Sendable {
    var formToken: String
    var errors: [ErrorSummaryItem] = []
    var notice: Message?
    var icegateID = FieldState()
    var mobileOTP = FieldState()
    var emailOTP = FieldState()
    /// Asked for after a wrong try.
    var captcha: CaptchaField?

    static let template = "password-reset-proof"
    static let title: Message = "OTPs for a new password"

    static let fields = Fields<Self>([
        .text("formToken") { $0.formToken },
        .list("errors") { $0.errors },
        .optionalMessage("notice") { $0.notice },
        .model("icegateID") { $0.icegateID },
        .model("mobileOTP") { $0.mobileOTP },
        .model("emailOTP") { $0.emailOTP },
        .optionalModel("captcha") { $0.captcha },
    ])
}
