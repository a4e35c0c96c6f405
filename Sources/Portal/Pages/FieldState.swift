import HTMLTemplate

/// What a form field shows again after it was sent: its value and what is wrong with it.
struct FieldState: TemplateModel, Sendable {
    /// What was typed; always empty for a password, a captcha and a one-time password.
    var value = ""
    var errors: [Message] = []

    static let fields = Fields<Self>([
        .text("value") { $0.value },
        .list("errors") { $0.errors.map(FieldError.init(message:)) },
    ])
}
