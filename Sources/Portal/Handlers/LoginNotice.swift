import HTMLTemplate
import HTTP
import Persistence

/// What the login page says of what went before; carried by the redirect's query.
enum LoginNotice: String {
    case loggedOut = "logged-out"
    case timedOut = "timed-out"
    case endedElsewhere = "ended-elsewhere"
    case passwordSet = "password-set"

    /// The name of the query parameter.
    static let parameter = "notice"

    /// The query that carries it.
    var query: String { "?\(Self.parameter)=\(rawValue)" }

    var message: Message {
        switch self {
        case .loggedOut: "You are logged out."
        case .timedOut:
            "Your session has ended: it holds for 30 minutes without a request, and for 8 hours in all. Please log in again."
        case .endedElsewhere:
            "Your session was ended from another place, or by a new password. If it was not you, set a new password by Forgotten password."
        case .passwordSet: "Your new password is set. Please log in with it."
        }
    }
}

extension Visit {
    /// A 303 to the login page in a new session, which is nobody's.
    func redirectLoggedOut(_ notice: LoginNotice) -> Response {
        var response = redirect(to: .login, query: notice.query)
        setSession(SessionID(random: portal.random), on: &response)
        return response
    }

    /// Why the account's session that this browser had has ended, where the store knows it.
    var loginNotice: LoginNotice? {
        switch state {
        case .timedOut: .timedOut
        case .endedElsewhere: .endedElsewhere
        case .passwordResetDone: .passwordSet
        case .none, .registration, .renewed, .takenOver, .account, .renewedAccount, .passwordReset: nil
        }
    }
}
