import HTMLTemplate

/// S20: carrying on with OTPs that were received already.
struct ResumePage: FormPage, Sendable {
    var formToken: String
    var errors: [ErrorSummaryItem] = []
    var iec = FieldState()
    var gstin = FieldState()
    var mobileOTP = FieldState()
    var emailOTP = FieldState()
    /// Asked for once a try for the pair or from the address was wrong.
    var captcha: CaptchaField?

    static let template = "resume"
    static let title: Message = "Carry on with your OTPs: Auto IEC Registration"

    static let fields = Fields<Self>([
        .text("formToken") { $0.formToken },
        .list("errors") { $0.errors },
        .model("iec") { $0.iec },
        .model("gstin") { $0.gstin },
        .model("mobileOTP") { $0.mobileOTP },
        .model("emailOTP") { $0.emailOTP },
        .optionalModel("captcha") { $0.captcha },
    ])
}
