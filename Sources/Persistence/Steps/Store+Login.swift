public import FoundationEssentials
import MariaDB
import Registration
public import Sodium

/// A login that was counted and is to be judged.
public struct LoginAttempt: Sendable {
    let name: ICEGATEID?
    /// The account of the name that was typed.
    public let account: AccountRecord?
    /// Whether it is to be judged with a right captcha alone.
    public let needsCaptcha: Bool
    /// Whether it came before the wait that an earlier refusal asked for was over.
    public let isEarly: Bool
    /// How long the next one is to wait if this one is refused; zero for the first few.
    public let wait: Duration
    /// When that will be over; `nil` where there is nothing to wait for.
    public let waitUntil: Date?
    let isOwnerTold: Bool
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
        return try transaction { (connection) throws(DatabaseError) in
            // Each count locks its row: of many logins at one instant every one has a number of its own.
            let number = try AttemptCounters.note(byName, in: limits.loginCaptchaWindow, on: &connection)
            // A new series of refusals: its owner is told of it anew.
            if number == 1 { try AttemptCounters.clear(noticeSubject(typedName), on: &connection) }
            let wait = limits.loginWait(after: number)
            let waiting = wait > .zero ? try AttemptCounters.wait(wait, for: byName, on: &connection) : nil
            let clientNumber = try AttemptCounters.note(byClient, in: limits.loginCaptchaWindow, on: &connection)
            let account = try name.flatMap { (name) throws(DatabaseError) in try Accounts.find(name, on: &connection) }
            return .commit(
                LoginAttempt(
                    name: name, account: account,
                    needsCaptcha: number > limits.loginTriesWithoutCaptcha
                        || clientNumber > limits.clientLoginTriesWithoutCaptcha,
                    isEarly: waiting?.isEarly ?? false, wait: wait, waitUntil: waiting?.until,
                    isOwnerTold: number > limits.loginTriesWithoutWait))
        }
    }

    /// Begins the session of somebody whose password was right.
    ///
    /// - Parameters:
    ///   - account: as it was when the password was judged.
    ///   - rehashed: the password's hash with the current cost, where the stored one is outdated.
    ///   - old: the session that the browser had.
    /// - Returns: `nil` when the account was given another password meanwhile, or was closed.
    public func logIn(
        _ account: AccountRecord, rehashed: PasswordHash?, replacing old: SessionID, client: Client
    ) throws(StoreError) -> SessionID? {
        let session = SessionID(random: random)
        let (byName, byClient) = loginSubjects(account.icegateID.text, client)
        return try transaction { (connection) throws(DatabaseError) in
            try AttemptCounters.clear(byName, on: &connection)
            try AttemptCounters.takeBack(byClient, on: &connection)
            guard try Accounts.lock(account.id, on: &connection)?.passwordHash == account.passwordHash else {
                return .rollback(nil)
            }
            if let rehashed { try Accounts.rehash(account, to: rehashed, on: &connection) }
            try Sessions.begin(
                session, replacing: old, of: .account(account.id), client: client, limits: limits, on: &connection)
            try AuditLog.add(
                .login, "accepted", client: client, icegateID: account.icegateID, accountID: account.id,
                on: &connection)
            return .commit(session)
        }
    }

    /// Notes a refused login. The owner of the account is told when the waits have begun, once in a series of refusals.
    public func noteRefusedLogin(_ attempt: LoginAttempt, client: Client) throws(StoreError) {
        let told = attempt.isOwnerTold ? attempt.account : nil
        try transaction { (connection) throws(DatabaseError) in
            // A name that cannot exist is not noted.
            try AuditLog.add(
                .login, "refused", client: client, icegateID: attempt.name, accountID: attempt.account?.id,
                on: &connection)
            if let told {
                let subject = noticeSubject(told.icegateID.text)
                if try AttemptCounters.note(subject, in: .seconds(365 * 86_400), on: &connection) == 1 {
                    try outbox.addNotice(
                        .refusedLogins, to: told.contacts, language: told.language, icegateID: told.icegateID,
                        client: client, on: &connection)
                }
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

    private func noticeSubject(_ typedName: String) -> [UInt8] {
        AttemptCounters.subject("login-notice", AttemptCounters.name(typedName), keys: keys)
    }

    func loginSubjects(_ typedName: String, _ client: Client) -> (byName: [UInt8], byClient: [UInt8]) {
        let name = AttemptCounters.name(typedName)
        return (
            AttemptCounters.subject("login-name", name, keys: keys),
            AttemptCounters.client("login-client", client, keys: keys)
        )
    }
}
