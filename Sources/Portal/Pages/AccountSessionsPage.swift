import HTMLTemplate

/// S34: where the account is logged in.
struct AccountSessionsPage: PageModel, Sendable {
    var formToken: String
    var notice: Message?
    var sessions: [Session]

    /// One session.
    struct Session: TemplateModel, Sendable {
        /// What the form names it by.
        var handle: String
        /// Whether it is the visitor's own.
        var isCurrent: Bool
        /// The kind of browser and its system; absent where nothing is known.
        var browser: Message?
        var address: String
        var beganAt: String
        var lastSeenAt: String

        static let fields = Fields<Self>([
            .text("handle") { $0.handle },
            .flag("isCurrent") { $0.isCurrent },
            .optionalMessage("browser") { $0.browser },
            .text("address") { $0.address },
            .text("beganAt") { $0.beganAt },
            .text("lastSeenAt") { $0.lastSeenAt },
        ])
    }

    static let template = "account-sessions"
    static let title: Message = "Where you are logged in"

    static let fields = Fields<Self>([
        .text("formToken") { $0.formToken },
        .optionalMessage("notice") { $0.notice },
        .list("sessions") { $0.sessions },
    ])
}
