import HTMLTemplate

/// S05, S06: the ICEGATE ID and password of the registrant's choice.
struct AccountDetailsPage: FormPage, Sendable {
    var formToken: String
    var errors: [ErrorSummaryItem] = []
    var icegateID = FieldState()
    var newPassword = FieldState()
    var confirmPassword = FieldState()
    /// The master's e-mail address, shown and not sent.
    var email: String
    /// The master's mobile number, shown and not sent.
    var mobile: String

    static let template = "account-details"
    static let title: Message = "Choose your ICEGATE ID and password: Auto IEC Registration"

    static let fields = Fields<Self>([
        .text("formToken") { $0.formToken },
        .list("errors") { $0.errors },
        .model("icegateID") { $0.icegateID },
        .model("newPassword") { $0.newPassword },
        .model("confirmPassword") { $0.confirmPassword },
        .text("email") { $0.email },
        .text("mobile") { $0.mobile },
        .list("rules") { _ in AccountRule.all },
    ])
}
