/// What the model says that an answer has to be.
struct Expected {
    var status: Int
    /// Where a redirect leads.
    var location: String?
    /// What the error summary says, in its order.
    var problems: [String] = []
    /// What the page says as well.
    var shows: [String] = []
    /// What the page must not say.
    var hides: [String] = []
    /// The session that the answer gives the browser.
    var session: Int?
    /// Seconds.
    var retryAfter: Int?

    static func page(_ shows: String..., problems: [String] = []) -> Expected {
        Expected(status: problems.isEmpty ? 200 : 422, problems: problems, shows: shows)
    }

    static func redirect(_ location: String, session: Int? = nil) -> Expected {
        Expected(status: 303, location: location, session: session)
    }

    static func error(_ status: Int, _ heading: String, retryAfter: Int? = nil) -> Expected {
        Expected(status: status, shows: [heading], retryAfter: retryAfter)
    }

    static let formExpired = error(403, "The form has expired")

    static let timedOut = redirect("/register?ended=timed-out")
    static let takenOver = redirect("/register?ended=taken-over")
    static let expired = redirect("/register?ended=expired")
}
