import HTMLTemplate
import Persistence

/// What stands round every page: header, menu, running line, breadcrumb, related links, footer.
///
/// Given to the template set beside the page's own model; the page's template sees its names too.
struct Frame: TemplateModel, Sendable {
    /// Where this page is to be found again: the links that choose language, text size and contrast lead back to it, and the
    /// entries of the menus that lead to it are marked. `nil` where no link opens it: the links lead home then.
    var place: PageAddress?
    /// The page's own title; the frame puts the portal's name behind it.
    var title: Message
    /// Whether the page tells of errors: the title then starts with "Error: ".
    var hasErrors = false
    /// "small", "normal" or "large".
    var textSize = "normal"
    /// "normal" or "high".
    var contrast = "normal"
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
    /// Whether the page has a main form, with buttons of the frame behind it (``FormPage``).
    var hasForm = false
    /// What a restore of the database lost, for some time after it.
    var loss: Message?
    /// How long the session lasts unless the visitor goes on.
    var sessionTime: FrameSessionTime?

    private var address: PageAddress { place ?? PageAddress(route: .home) }

    static let fields = Fields<Self>([
        .text("address") { $0.address.text },
        .text("path") { $0.address.path },
        .list("query") { $0.address.query },
        .message("title") { $0.title },
        .flag("hasErrors") { $0.hasErrors },
        .text("textSize") { $0.textSize },
        .text("contrast") { $0.contrast },
        .flag("hasHighContrast") { $0.contrast == "high" },
        .text("assetVersion") { $0.assetVersion },
        .list("breadcrumbs") { $0.breadcrumbs },
        .flag("showsRelatedLinks") { $0.showsRelatedLinks },
        .optionalText("signedInAs") { $0.signedInAs },
        .text("logoutToken") { $0.logoutToken },
        .text("languageToken") { $0.languageToken },
        .flag("hasForm") { $0.hasForm },
        .optionalMessage("loss") { $0.loss },
        .optionalModel("sessionTime") { $0.sessionTime },
        .model("menu") { Menu(path: $0.place?.path) },
        .list("accountMenu") { frame in AccountMenuItem.all(on: frame.place?.path) },
    ])
}
