import HTMLTemplate

/// What people tell the portal of itself.
struct FeedbackPage: FormPage, Sendable {
    var formToken: String
    var errors: [ErrorSummaryItem] = []
    var notice: Message?
    var feedback = FieldState()
    var email = FieldState()
    var captcha: CaptchaField

    static let template = "feedback"
    static let title: Message = "Feedback"

    static let fields = Fields<Self>([
        .text("formToken") { $0.formToken },
        .list("errors") { $0.errors },
        .optionalMessage("notice") { $0.notice },
        .model("feedback") { $0.feedback },
        .model("email") { $0.email },
        .model("captcha") { $0.captcha },
    ])
}
