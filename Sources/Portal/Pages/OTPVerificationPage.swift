import HTMLTemplate

/// S08, S09 and, for the alternate contacts, S12, S13: the two one-time passwords.
struct OTPVerificationPage: FormPage, Sendable {
    /// Where the form goes: /register/otp or /register/alternate/otp.
    var action: String
    /// The form token for `action`.
    var formToken: String
    /// Whether the pair went to the alternate e-mail address and mobile number: the labels differ.
    var isAlternate = false
    var errors: [ErrorSummaryItem] = []
    var notice: Message?
    var mobileOTP = FieldState()
    var emailOTP = FieldState()
    var maskedEmail: String
    var maskedMobile: String
    var status: OTPStatus

    static let template = "otp-verification"
    static let title: Message = "Verify the OTPs: Auto IEC Registration"

    static let fields = Fields<Self>([
        .text("action") { $0.action },
        .text("formToken") { $0.formToken },
        .flag("isAlternate") { $0.isAlternate },
        .list("errors") { $0.errors },
        .optionalMessage("notice") { $0.notice },
        .model("mobileOTP") { $0.mobileOTP },
        .model("emailOTP") { $0.emailOTP },
        .text("maskedEmail") { $0.maskedEmail },
        .text("maskedMobile") { $0.maskedMobile },
        .model("status") { $0.status },
    ])
}
