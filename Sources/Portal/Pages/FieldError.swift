import HTMLTemplate

/// One thing that is wrong with a field, shown beside it.
struct FieldError: TemplateModel, Sendable {
    var message: Message

    static let fields = Fields<Self>([
        .message("message") { $0.message }
    ])
}
