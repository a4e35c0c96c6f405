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
    case timedOut
    /// Somebody who is logged in.
    case account(AccountRecord)
}

extension Store {
    /// Looks a session up, and notes that it was used.
    ///
    /// - Returns: what it stands for, and when it ends unless it is used again.
    public func session(_ id: SessionID) throws(StoreError) -> (state: SessionState, endsAt: Date?) {
        try read { (connection) throws(DatabaseError) in
            guard let session = try Sessions.find(id, limits: limits, on: &connection) else { return (.none, nil) }
            switch session.endReason {
            case nil:
                guard !session.isTimedOut else { return (.timedOut, nil) }
                try Sessions.touch(id, on: &connection)
                return (try state(of: session.owner, on: &connection), session.endsAt)
            case .renewed:
                guard case .registration(let id) = session.owner, !session.isTimedOut,
                    let registration = try Registrations.find(id, on: &connection)
                else { return (.none, nil) }
                return (.renewed(registration), nil)
            case .takenOver: return (.takenOver, nil)
            case .logout: return (.none, nil)
            }
        }
    }

    private func state(
        of owner: SessionOwner, on connection: inout Connection
    ) throws(DatabaseError) -> SessionState {
        switch owner {
        case .registration(let id): try Registrations.find(id, on: &connection).map { .registration($0) } ?? .none
        case .account(let id): try Accounts.find(id, on: &connection).map { .account($0) } ?? .none
        }
    }

    /// Uses a captcha's token up, whether its answer was right or wrong.
    ///
    /// - Parameters:
    ///   - tokenHash: the SHA-256 of the token.
    ///   - submission: the SHA-256 of everything that was sent with it.
    /// - Returns: whether the token had not been used, but by a repetition of the same submission.
    public func useCaptcha(tokenHash: [UInt8], submission: [UInt8]) throws(StoreError) -> Bool {
        try read { (connection) throws(DatabaseError) in
            try UsedCaptchas.use(
                tokenHash, submission: submission, lifetime: limits.captchaLifetime, on: &connection)
        }
    }
}
