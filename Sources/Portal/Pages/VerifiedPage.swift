import HTMLTemplate

/// S10: both OTPs were right; finish, or change the e-mail address and mobile number first.
struct VerifiedPage: PageModel, Sendable {
    /// The form token for POST /register/finish, which the script's confirm box sends.
    var formToken: String
    var notice: Message? = "OTP verified successfully."

    static let template = "verified"
    static let title: Message = "OTPs verified: Auto IEC Registration"

    static let fields = Fields<Self>([
        .text("formToken") { $0.formToken },
        .optionalMessage("notice") { $0.notice },
    ])
}
