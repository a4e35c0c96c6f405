public import FoundationEssentials
import MariaDB
import Registration

/// What a cookie stands for.
public enum SessionState: Sendable {
    /// Nothing that the store knows.
    case none
    /// A registration that goes on, or whose own time has passed (``RegistrationRecord/isExpired``).
    case registration(RegistrationRecord)
    /// A registration's session that ended because a newer one replaced it in the same browser.
    case renewed(RegistrationRecord)
    /// A registration's session that ended because the registration was begun again elsewhere.
    case takenOver
    /// A session that was left alone too long, or reached its greatest length.
    case timedOut(SessionKind)
    /// An account's session that was ended from another place: by its holder, or by a new password.
    case endedElsewhere
    /// Somebody who is logged in.
    case account(AccountRecord)
    /// An account's session that ended because a newer one replaced it in the same browser.
    case renewedAccount(AccountRecord)
    /// Somebody who has proven the contacts of an account whose password was forgotten.
    case passwordReset(AccountRecord)
    /// The same, and the new password is set.
    case passwordResetDone
}

/// What a session is for.
public enum SessionKind: Sendable {
    /// A registration.
    case registration
    /// The use of an account.
    case account
    /// The choice of a new password in place of a forgotten one.
    case passwordReset
}

/// What the store knows of a session.
public struct SessionLookUp: Sendable {
    /// What it stands for.
    public let state: SessionState
    /// How long it lasts unless it is used again; `nil` for one that goes nowhere.
    public var time: SessionTime?
    /// The SHA-256 of the session that it took the place of: forms of that one are known as old ones.
    public var replacedHash: [UInt8]?
    /// Whether the store has no such session.
    public var isUnknown = false
}

/// How long a session lasts, by the clock of the database.
public struct SessionTime: Sendable {
    /// When it ends unless it is used again.
    public let endsAt: Date
    /// The time until then.
    public let left: Duration
    /// Whether it ends then however often it is used: it has reached its greatest length.
    public let isLast: Bool

    /// - Parameters:
    ///   - end: when it ends unless it is used again.
    ///   - now: the database's time.
    init(until end: Date, from now: Date, isLast: Bool) {
        endsAt = end
        left = .microseconds(end.microseconds(since: now))
        self.isLast = isLast
    }
}

extension Store {
    /// Looks a session up, and notes that it was used.
    public func session(_ id: SessionID) throws(StoreError) -> SessionLookUp {
        try perform { (connection) throws(DatabaseError) in
            guard let session = try Sessions.find(id, limits: limits, on: &connection) else {
                return SessionLookUp(state: .none, isUnknown: true)
            }
            switch session.endReason {
            case nil:
                guard !session.isTimedOut else {
                    let state = try state(of: session, on: &connection)
                    // Whose OTPs have expired meanwhile is told that, not to carry on with them.
                    if case .registration(let registration) = state, registration.isExpired {
                        return SessionLookUp(state: state)
                    }
                    // Written down, so that a clock that goes back does not revive it.
                    try Sessions.end(id, .timedOut, on: &connection)
                    return SessionLookUp(state: .timedOut(session.owner.kind))
                }
                if session.wasUnused { try Sessions.touch(id, on: &connection) }
                return SessionLookUp(
                    state: try state(of: session, on: &connection), time: session.time,
                    replacedHash: session.replacedHash)
            case .renewed:
                guard !session.isTimedOut else { return SessionLookUp(state: .none) }
                return SessionLookUp(state: try renewedState(of: session, on: &connection))
            case .takenOver: return SessionLookUp(state: .takenOver)
            case .timedOut: return SessionLookUp(state: .timedOut(session.owner.kind))
            case .endedElsewhere: return SessionLookUp(state: .endedElsewhere)
            case .logout: return SessionLookUp(state: .none)
            }
        }
    }

    private func renewedState(
        of session: Sessions.Record, on connection: inout Connection
    ) throws(DatabaseError) -> SessionState {
        switch session.owner {
        case .registration: session.registration.map { .renewed($0) } ?? .none
        case .account(let id): try Accounts.find(id, on: &connection).map { .renewedAccount($0) } ?? .none
        case .passwordReset: .passwordResetDone
        }
    }

    private func state(
        of session: Sessions.Record, on connection: inout Connection
    ) throws(DatabaseError) -> SessionState {
        switch session.owner {
        case .registration(let id):
            guard let registration = session.registration else { return .none }
            // Written down before anybody is told, so that a clock that goes back revives nothing.
            if registration.isExpired { try Registrations.expire(id, on: &connection) }
            return .registration(registration)
        case .account(let id): return try Accounts.find(id, on: &connection).map { .account($0) } ?? .none
        case .passwordReset(let id):
            return try Accounts.find(id, on: &connection).map { .passwordReset($0) } ?? .none
        }
    }
}

extension SessionOwner {
    fileprivate var kind: SessionKind {
        switch self {
        case .registration: .registration
        case .account: .account
        case .passwordReset: .passwordReset
        }
    }
}
