import HTMLTemplate

/// S01: the banner, the four entries, and the panels SERVICES and PUBLIC ENQUIRIES.
struct HomePage: PageModel, Sendable {
    static let template = "home"
    static let title: Message = "Home"

    static let fields = Fields<Self>([])
}
