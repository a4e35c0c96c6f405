import HTMLTemplate

/// The captcha of a form: an image that the token names, and the field for what it shows.
///
/// The button "Show other characters" sends the form with `new_captcha` = `1` (``Visit/wantsPageAgain``).
struct CaptchaField: TemplateModel, Sendable {
    var token: String
    var errors: [Message] = []

    static let fields = Fields<Self>([
        .text("token") { $0.token },
        .list("errors") { $0.errors.map(FieldError.init(message:)) },
    ])
}
