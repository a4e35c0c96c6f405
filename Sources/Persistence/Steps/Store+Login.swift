import MariaDB
import Registration
public import Sodium

/// A login that was counted and is to be judged.
public struct LoginAttempt: Sendable {
    let name: ICEGATEID?
    /// The account of the name that was typed.
    public let account: AccountRecord?
    /// Whether it came before the wait that an earlier refusal asked for was over.
    public let isEarly: Bool
    /// The how manieth it is for the name since its last success, from 1.
    let number: Int
    /// How long the next one is to wait if this one is refused; zero for the first few.
    public let wait: Duration
}

extension Store {
    /// Whether the login page has to ask for a captcha: too many logins for the name or from the address were refused.
    ///
    /// A right password with a right captcha always gets in: nobody can shut the owner of an account out.
    ///
    /// - Parameter typedName: what was typed, as it was typed: names that cannot exist are counted like others.
    public func loginNeedsCaptcha(_ typedName: String, client: Client) throws(StoreError) -> Bool {
        let (byName, byClient) = loginSubjects(typedName, client)
        return try perform { (connection) throws(DatabaseError) in
            if try AttemptCounters.hasFailures(
                limits.loginTriesWithoutCaptcha, of: [byName], in: limits.loginCaptchaWindow, on: &connection)
            {
                return true
            }
            return try AttemptCounters.hasFailures(
                limits.clientLoginTriesWithoutCaptcha, of: [byClient], in: limits.loginCaptchaWindow,
                on: &connection)
        }
    }

    /// Counts a login before it is judged, and finds the account of a name.
    public func beginLogin(_ typedName: String, client: Client) throws(StoreError) -> LoginAttempt {
        // A name that cannot exist has no account.
        let name = try? ICEGATEID(typedName)
        let (byName, byClient) = loginSubjects(typedName, client)
        return try perform { (connection) throws(DatabaseError) in
            let before = try AttemptCounters.failures(of: byName, in: limits.loginCaptchaWindow, on: &connection)
            try AttemptCounters.note(byName, in: limits.loginCaptchaWindow, on: &connection)
            try AttemptCounters.note(byClient, in: limits.loginCaptchaWindow, on: &connection)
            let count = before?.count ?? 0
            let left = limits.loginWait(after: count) - .seconds(before?.secondsSinceNewest ?? 0)
            return LoginAttempt(
                name: name,
                account: try name.flatMap { (name) throws(DatabaseError) in
                    try Accounts.find(name, on: &connection)
                },
                isEarly: left > .zero, number: count + 1, wait: limits.loginWait(after: count + 1))
        }
    }

    /// Begins the session of somebody whose password was right.
    ///
    /// - Parameters:
    ///   - rehashed: the password's hash with the current cost, where the stored one is outdated.
    ///   - old: the session that the browser had.
    public func logIn(
        _ account: AccountRecord, rehashed: PasswordHash?, replacing old: SessionID, client: Client
    ) throws(StoreError) -> SessionID {
        let session = SessionID(random: random)
        let (byName, byClient) = loginSubjects(account.icegateID.text, client)
        return try transaction { (connection) throws(DatabaseError) in
            try AttemptCounters.clear(byName, on: &connection)
            try AttemptCounters.takeBack(byClient, on: &connection)
            if let rehashed { try Accounts.rehash(account, to: rehashed, on: &connection) }
            try Sessions.begin(
                session, replacing: old, of: .account(account.id), client: client, limits: limits, on: &connection)
            try AuditLog.add(
                .login, "accepted", client: client, icegateID: account.icegateID, accountID: account.id,
                on: &connection)
            return .commit(session)
        }
    }

    /// Notes a refused login. The owner of the account is told when the waits begin.
    public func noteRefusedLogin(_ attempt: LoginAttempt, client: Client) throws(StoreError) {
        let tellsOwner = attempt.account != nil && attempt.number == limits.loginTriesWithoutWait + 1
        try transaction(sendsMessages: tellsOwner) { (connection) throws(DatabaseError) in
            // A name that cannot exist is not noted.
            try AuditLog.add(
                .login, "refused", client: client, icegateID: attempt.name, accountID: attempt.account?.id,
                on: &connection)
            if tellsOwner, let account = attempt.account {
                try Outbox.addNotice(
                    .refusedLogins, to: account.contacts, language: account.language, icegateID: account.icegateID,
                    on: &connection)
            }
            return .commit(())
        }
    }

    /// Ends the session of somebody who is logged in.
    public func logOut(_ session: SessionID, account: AccountRecord, client: Client) throws(StoreError) {
        try transaction { (connection) throws(DatabaseError) in
            try Sessions.end(session, .logout, on: &connection)
            try AuditLog.add(
                .logout, "done", client: client, icegateID: account.icegateID, accountID: account.id,
                on: &connection)
            return .commit(())
        }
    }

    func loginSubjects(_ typedName: String, _ client: Client) -> (byName: [UInt8], byClient: [UInt8]) {
        let name = (try? ICEGATEID(typedName))?.text ?? typedName  // As typed, where it is no name.
        return (
            AttemptCounters.subject("login-name", name, keys: keys),
            AttemptCounters.client("login-client", client, keys: keys)
        )
    }
}
