import HTMLTemplate

/// S32: the account's activity, newest first.
struct ActivityPage: PageModel, Sendable {
    var events: [Event]
    /// The page of older events, where there are any.
    var older: String?
    /// Whether this is the page of the newest.
    var isFirstPage: Bool
    /// Where the file with all of them is.
    var filePath: String

    /// One thing that was done.
    struct Event: TemplateModel, Sendable {
        var time: String
        var what: Message
        var address: String

        static let fields = Fields<Self>([
            .text("time") { $0.time },
            .message("what") { $0.what },
            .text("address") { $0.address },
        ])
    }

    static let template = "activity"
    static let title: Message = "Account activity"
    static let timeLabel: Message = "Time"
    static let whatLabel: Message = "What was done"
    static let addressLabel: Message = "From address"

    static let fields = Fields<Self>([
        .list("events") { $0.events },
        .optionalText("older") { $0.older },
        .flag("isFirstPage") { $0.isFirstPage },
        .text("filePath") { $0.filePath },
        .message("timeLabel") { _ in timeLabel },
        .message("whatLabel") { _ in whatLabel },
        .message("addressLabel") { _ in addressLabel },
    ])
}
