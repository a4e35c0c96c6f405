import HTMLTemplate

/// One line of the error summary at the top of a form.
struct ErrorSummaryItem: TemplateModel, Sendable {
    var message: Message
    /// The field that the line leads to (its `id` is its name); empty when the error belongs to no field.
    var fieldID = ""

    static let fields = Fields<Self>([
        .message("message") { $0.message },
        .text("fieldID") { $0.fieldID },
    ])
}
