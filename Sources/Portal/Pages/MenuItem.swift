import HTMLTemplate

/// One entry of the menu under the header.
struct MenuItem: TemplateModel, Sendable {
    var label: Message
    var href: String
    /// "page" on the page that the entry leads to, "false" elsewhere: the value of `aria-current`.
    var current: String

    private static let entries: [(label: Message, href: String)] = [
        ("Home", "/"),
        ("About Us", "/about"),
        ("Services", "/services"),
        ("Downloads", "/downloads"),
        ("Guidelines", "/guidelines"),
        ("Useful Links", "/useful-links"),
        ("Single Window", "/single-window"),
        ("Contact Us", "/contact"),
    ]

    /// The menu as it stands on the page at `path`; `nil` where that is none of its pages.
    static func all(on path: String?) -> [MenuItem] {
        entries.map { MenuItem(label: $0.label, href: $0.href, current: $0.href == path ? "page" : "false") }
    }

    static let fields = Fields<Self>([
        .message("label") { $0.label },
        .text("href") { $0.href },
        .text("current") { $0.current },
    ])
}
