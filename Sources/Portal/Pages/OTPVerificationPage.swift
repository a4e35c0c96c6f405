import HTMLTemplate

/// S08, S09 and, for the alternate contacts, S12, S13: the two one-time passwords.
struct OTPVerificationPage: PageModel, Sendable {
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
    /// How many wrong tries the pair still bears, as a number.
    var triesLeft: String
    /// Until when the pair holds, as a person reads it.
    var expiresAt: String
    /// Where the button "Send the OTPs again" goes; with `new_pair` = `1` it asks for a new pair.
    var resendPath: String
    /// The form token for `resendPath`.
    var resendToken: String
    /// Whether the OTPs may be sent again now.
    var canResend: Bool
    /// When they may be sent again, as a person reads it; empty when they may be now or never.
    var resendAt = ""
    /// Seconds from now until `resendAt`, for the script's countdown; empty like `resendAt`.
    var resendInSeconds = ""
    /// How often they may still be sent, as a number.
    var sendsLeft: String
    var deliveries: [OTPDelivery] = []
    /// Whether a message is still on its way: the page's script looks again then.
    var isDelivering = false
    /// Whether the tries of this pair are used up and another pair may be asked for.
    var canRequestNewPair = false

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
        .text("triesLeft") { $0.triesLeft },
        .text("expiresAt") { $0.expiresAt },
        .text("resendPath") { $0.resendPath },
        .text("resendToken") { $0.resendToken },
        .flag("offersResend") { $0.canResend || !$0.resendAt.isEmpty },
        .text("resendAt") { $0.resendAt },
        .text("resendInSeconds") { $0.resendInSeconds },
        .text("sendsLeft") { $0.sendsLeft },
        .list("deliveries") { $0.deliveries },
        .flag("isDelivering") { $0.isDelivering },
        .flag("canRequestNewPair") { $0.canRequestNewPair },
    ])
}
