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
    public func session(_ id: SessionID) throws(StoreError) -> SessionState {
        try read { (connection) throws(DatabaseError) in
            guard let session = try Sessions.find(id, limits: limits, on: &connection) else { return .none }
            switch session.endReason {
            case .takenOver: return .takenOver
            case .logout: return .none
            case .renewed, nil: break
            }
            guard !session.isTimedOut else { return session.endReason == nil ? .timedOut : .none }
            switch session.owner {
            case .registration(let registrationID):
                guard let registration = try Registrations.find(registrationID, on: &connection) else { return .none }
                if session.endReason == .renewed { return .renewed(registration) }
                try Sessions.touch(id, on: &connection)
                return .registration(registration)
            case .account(let accountID):
                guard session.endReason == nil, let account = try Accounts.find(accountID, on: &connection) else {
                    return .none
                }
                try Sessions.touch(id, on: &connection)
                return .account(account)
            }
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
