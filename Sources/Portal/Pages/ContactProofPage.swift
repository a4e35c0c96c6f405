import HTMLTemplate

/// S33: the two OTPs for the contacts that the account is to have.
struct ContactProofPage: FormPage, Sendable {
    var formToken: String
    var errors: [ErrorSummaryItem] = []
    var notice: Message?
    var mobileOTP = FieldState()
    var emailOTP = FieldState()
    var maskedEmail: String
    var maskedMobile: String
    /// How the pair stands; absent when its OTPs cannot be used any more, and nothing is asked for then.
    var status: OTPStatus?

    var showsForm: Bool { status != nil }

    static let template = "contact-proof"
    static let title: Message = "OTPs for the new contacts"

    static let fields = Fields<Self>([
        .text("formToken") { $0.formToken },
        .list("errors") { $0.errors },
        .optionalMessage("notice") { $0.notice },
        .model("mobileOTP") { $0.mobileOTP },
        .model("emailOTP") { $0.emailOTP },
        .text("maskedEmail") { $0.maskedEmail },
        .text("maskedMobile") { $0.maskedMobile },
        .optionalModel("status") { $0.status },
    ])
}
