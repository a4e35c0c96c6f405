import HTMLTemplate

/// S34: a new password for who is logged in.
struct PasswordChangePage: FormPage, Sendable {
    var formToken: String
    var errors: [ErrorSummaryItem] = []
    var notice: Message?
    /// For password managers.
    var icegateID: String
    var password = FieldState()
    var newPassword = FieldState()
    var confirmPassword = FieldState()

    static let template = "password-change"
    static let title: Message = "Change of password"

    static let fields = Fields<Self>([
        .text("formToken") { $0.formToken },
        .list("errors") { $0.errors },
        .optionalMessage("notice") { $0.notice },
        .text("icegateID") { $0.icegateID },
        .model("password") { $0.password },
        .model("newPassword") { $0.newPassword },
        .model("confirmPassword") { $0.confirmPassword },
    ])
}
