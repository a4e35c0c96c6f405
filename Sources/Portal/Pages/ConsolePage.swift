import HTMLTemplate

/// The administrator's console: figures of the portal's running, to be looked at and not changed.
struct ConsolePage: PageModel, Sendable {
    var name: String
    /// When the figures were read, as a person reads it.
    var takenAt: String
    /// When the session ends unless it is used again, as a person reads it.
    var sessionEnds: String
    /// The form token for POST /admin/logout.
    var logoutToken: String
    /// The counts of 24 hours that say at a glance whether all is well.
    var tiles: [Count]
    var charts: [ActivityChart]
    var funnel: [Step]
    var deliveries: [Delivery]
    var undelivered: [Undelivered]
    var failures: [Failure]
    var loads: [Load]

    /// A number and what it counts.
    struct Count: TemplateModel, Sendable {
        var label: Message
        var count: String

        static let fields = Fields<Self>([.message("label") { $0.label }, .text("count") { $0.count }])
    }

    /// A step of the registration, and who left behind it.
    struct Step: TemplateModel, Sendable {
        var label: Message
        var count: String
        /// Of those that began, in percent.
        var share: String
        /// Who did not come to the next step, in words; `nil` at the last.
        var left: Message?

        static let fields = Fields<Self>([
            .message("label") { $0.label },
            .text("count") { $0.count },
            .text("share") { $0.share },
            .optionalMessage("left") { $0.left },
        ])
    }

    /// A figure of the messages, for both channels.
    struct Delivery: TemplateModel, Sendable {
        var label: Message
        /// `nil` while there is none.
        var sms: String?
        var email: String?

        static let fields = Fields<Self>([
            .message("label") { $0.label }, .optionalText("sms") { $0.sms }, .optionalText("email") { $0.email },
        ])
    }

    /// A message that was not delivered.
    struct Undelivered: TemplateModel, Sendable {
        var time: String
        var contact: String
        var state: Message
        var attempts: String

        static let fields = Fields<Self>([
            .text("time") { $0.time }, .text("contact") { $0.contact }, .message("state") { $0.state },
            .text("attempts") { $0.attempts },
        ])
    }

    /// Something that was refused, how often.
    struct Failure: TemplateModel, Sendable {
        var label: Message
        var today: String
        var month: String

        static let fields = Fields<Self>([
            .message("label") { $0.label }, .text("today") { $0.today }, .text("month") { $0.month },
        ])
    }

    /// A load of the master.
    struct Load: TemplateModel, Sendable {
        var time: String
        var file: String
        var result: Message
        var read: String
        var added: String
        var changed: String
        var removed: String
        var refused: String

        static let fields = Fields<Self>([
            .text("time") { $0.time }, .text("file") { $0.file }, .message("result") { $0.result },
            .text("read") { $0.read }, .text("added") { $0.added }, .text("changed") { $0.changed },
            .text("removed") { $0.removed }, .text("refused") { $0.refused },
        ])
    }

    static let template = "console"
    static let title: Message = "Console"

    static let fields = Fields<Self>([
        .text("administrator") { $0.name },
        .text("takenAt") { $0.takenAt },
        .text("sessionEnds") { $0.sessionEnds },
        .text("consoleLogoutToken") { $0.logoutToken },
        .list("tiles") { $0.tiles },
        .list("charts") { $0.charts },
        .list("funnel") { $0.funnel },
        .list("deliveries") { $0.deliveries },
        .list("undelivered") { $0.undelivered },
        .list("failures") { $0.failures },
        .list("loads") { $0.loads },
    ])
}
