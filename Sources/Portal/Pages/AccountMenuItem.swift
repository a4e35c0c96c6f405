import HTMLTemplate

/// One entry of the menu on an account's pages.
struct AccountMenuItem: TemplateModel, Sendable {
    var label: Message
    var href: String
    /// "page" for the page on which the menu stands, else "false".
    var current: String

    /// The menu, as it stands on a page.
    static func all(on path: String?) -> [AccountMenuItem] {
        places.map { label, place in
            AccountMenuItem(label: label, href: place.rawValue, current: place.rawValue == path ? "page" : "false")
        }
    }

    private static let places: [(label: Message, place: AccountPlace)] = [
        (AccountPage.title, .home), (MasterDetailsPage.title, .iec), (RegistrationReportPage.title, .registration),
        (ActivityPage.title, .activity), (ContactChangePage.title, .contact), (PasswordChangePage.title, .password),
        (AccountSessionsPage.title, .sessions),
    ]

    static let fields = Fields<Self>([
        .message("label") { $0.label },
        .text("href") { $0.href },
        .text("current") { $0.current },
    ])
}
