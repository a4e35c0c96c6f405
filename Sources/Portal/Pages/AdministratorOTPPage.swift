import HTMLTemplate

/// S01, "Login as Admin", the second step: the OTP that was sent by e-mail.
struct AdministratorOTPPage: FormPage, Sendable {
    var formToken: String
    var errors: [ErrorSummaryItem] = []
    var otp = FieldState()
    var maskedEmail: String
    /// Until when the OTP holds, as a person reads it.
    var expiresAt: String
    /// As a number.
    var triesLeft: String

    static let template = "administrator-otp"
    static let title: Message = "OTP for the console"

    static let fields = Fields<Self>([
        .text("formToken") { $0.formToken },
        .list("errors") { $0.errors },
        .model("otp") { $0.otp },
        .text("maskedEmail") { $0.maskedEmail },
        .text("expiresAt") { $0.expiresAt },
        .text("triesLeft") { $0.triesLeft },
    ])
}
