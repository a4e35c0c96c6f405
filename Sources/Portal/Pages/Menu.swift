import HTMLTemplate

/// Where the menu under the header stands: its entry that leads to this very page is marked. The entries are the header's template's.
struct Menu: TemplateModel, Sendable {
    /// The path of the page; `nil` where that is none of the menu's.
    var path: String?

    static let fields = Fields<Self>([
        leads("isHome", to: "/"),
        leads("isAbout", to: "/about"),
        leads("isServices", to: "/services"),
        leads("isDownloads", to: "/downloads"),
        leads("isGuidelines", to: "/guidelines"),
        leads("isUsefulLinks", to: "/useful-links"),
        leads("isSingleWindow", to: "/single-window"),
        leads("isContact", to: "/contact"),
    ])

    private static func leads(_ name: String, to path: String) -> Field<Self> { .flag(name) { $0.path == path } }
}
