import HTMLTemplate

/// What stands in place of a page that cannot be given.
struct ErrorPage: PageModel, Sendable {
    /// The status code, as digits.
    var status: String
    var heading: Message
    var explanation: Message
    /// The number under which the log has the cause.
    var reference: String?
    /// A page of this portal from which the visitor can try again.
    var retryHref: String?

    static let template = "error"

    static let fields = Fields<Self>([
        .text("status") { $0.status },
        .message("heading") { $0.heading },
        .message("explanation") { $0.explanation },
        .optionalText("reference") { $0.reference },
        .optionalText("retryHref") { $0.retryHref },
    ])
}
