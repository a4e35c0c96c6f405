import HTMLTemplate

/// A page on which somebody can go on whose form was refused.
struct WayOn: TemplateModel, Sendable {
    var label: Message
    var href: String

    static let fields = Fields<Self>([
        .message("label") { $0.label },
        .text("href") { $0.href },
    ])
}
