import HTMLTemplate

/// One step of the way from the home page to this page; the last has no link.
struct Breadcrumb: TemplateModel, Sendable {
    var label: Message
    var href: String?

    static let home = Breadcrumb(label: "Home", href: "/")

    static let account = Breadcrumb(label: AccountPage.title, href: Route.account(.home).path)

    /// "Home > Auto IEC Registration Without DSC", on every page of the registration.
    static let registration = [home, Breadcrumb(label: "Auto IEC Registration Without DSC")]

    static let fields = Fields<Self>([
        .message("label") { $0.label },
        .optionalText("href") { $0.href },
    ])
}
