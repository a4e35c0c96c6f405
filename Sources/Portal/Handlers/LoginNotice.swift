import HTMLTemplate
import HTTP
import Persistence

/// What the login page says of what went before; carried by the redirect's query.
enum LoginNotice: String, CaseIterable {
    case loggedOut = "logged-out"
    case timedOut = "timed-out"
    case endedElsewhere = "ended-elsewhere"
    case passwordSet = "password-set"

    /// The name of the query parameter.
    static let parameter = "notice"

    /// What carries it.
    var notice: Notice { Notice(Self.parameter, rawValue) }

    /// Whether it says why a session has ended, which is nothing that went well.
    var tellsOfAnEnd: Bool { self == .timedOut || self == .endedElsewhere }

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
        redirect(to: .login, notice: notice.notice, session: SessionID(random: portal.random))
    }

    /// A 303 to the login page, which says why an account's session has ended.
    func redirectToLogin() -> Response {
        guard let end = accountEnd else { return redirect(to: .login) }
        return redirect(to: .login, notice: end.notice)
    }

    /// What the login page says of what went before: the notice that led to it, or why the session has ended.
    var loginNotice: LoginNotice? { LoginNotice.allCases.first { carries($0.notice) } ?? accountEnd }

    /// Why the account's session that this browser had has ended, where the store knows it.
    private var accountEnd: LoginNotice? {
        switch state {
        case .timedOut(.account): .timedOut
        case .endedElsewhere: .endedElsewhere
        case .passwordResetDone: .passwordSet
        case .none, .registration, .renewed, .takenOver, .timedOut, .account, .renewedAccount, .passwordReset: nil
        }
    }
}
