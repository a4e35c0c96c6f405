import HTMLTemplate

/// What stands round every page: header, menu, running line, breadcrumb, related links, footer.
///
/// Given to the template set beside the page's own model; the page's template sees its names too.
struct Frame: TemplateModel, Sendable {
    /// The language that the page is written in: "en" or "hi".
    var language: String
    /// The path of this page, without query: the language and text size links lead back to it.
    var path: String
    /// The page's own title; the frame puts the portal's name behind it.
    var title: Message
    /// Whether the page tells of errors: the title then starts with "Error: ".
    var hasErrors = false
    /// "small", "normal" or "large".
    var textSize = "normal"
    /// Changes with every release, so that browsers may keep the assets for long.
    var assetVersion: String
    var breadcrumbs: [Breadcrumb] = []
    var showsRelatedLinks = true
    /// The ICEGATE ID of who is logged in.
    var signedInAs: String?
    /// The form token for POST /logout; needed when `signedInAs` is given.
    var logoutToken = ""
    /// The form token for POST /language; empty where the page has no session, and links choose the language.
    var languageToken = ""
    /// When the session ends unless the visitor goes on, as a person reads it.
    var sessionEndsAt: String?

    static let fields = Fields<Self>([
        .text("language") { $0.language },
        .text("path") { $0.path },
        .message("title") { $0.title },
        .flag("hasErrors") { $0.hasErrors },
        .text("textSize") { $0.textSize },
        .text("assetVersion") { $0.assetVersion },
        .list("breadcrumbs") { $0.breadcrumbs },
        .flag("showsRelatedLinks") { $0.showsRelatedLinks },
        .optionalText("signedInAs") { $0.signedInAs },
        .text("logoutToken") { $0.logoutToken },
        .text("languageToken") { $0.languageToken },
        .optionalText("sessionEndsAt") { $0.sessionEndsAt },
        .list("menu") { frame in MenuItem.all(on: frame.path) },
        .list("accountMenu") { frame in AccountMenuItem.all(on: frame.path) },
        .flag("isEnglish") { $0.language == "en" },
    ])
}
