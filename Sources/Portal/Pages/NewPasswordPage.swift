import HTMLTemplate

/// S34: the new password in place of a forgotten one.
struct NewPasswordPage: FormPage, Sendable {
    var formToken: String
    var errors: [ErrorSummaryItem] = []
    var icegateID: String
    var newPassword = FieldState()
    var confirmPassword = FieldState()

    static let template = "new-password"
    static let title: Message = "Choose a new password"

    static let fields = Fields<Self>([
        .text("formToken") { $0.formToken },
        .list("errors") { $0.errors },
        .text("icegateID") { $0.icegateID },
        .model("newPassword") { $0.newPassword },
        .model("confirmPassword") { $0.confirmPassword },
    ])
}
