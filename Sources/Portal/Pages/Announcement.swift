import HTMLTemplate

/// One message of the running line "Latest:".
struct Announcement: TemplateModel, Sendable {
    var message: String
    /// Where the message leads: a path of this portal or an https address.
    var href: String

    static let fields = Fields<Self>([
        .text("message") { $0.message },
        .text("href") { $0.href },
    ])
}
