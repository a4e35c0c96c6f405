import MariaDB
import Registration
public import Sodium

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
    ///
    /// - Returns: the account and its hash; `nil` where there is none.
    public func beginLogin(
        _ typedName: String, client: Client
    ) throws(StoreError) -> (account: AccountRecord, hash: PasswordHash)? {
        // A name that cannot exist has no account.
        let name = try? ICEGATEID(typedName)
        let (byName, byClient) = loginSubjects(typedName, client)
        return try perform { (connection) throws(DatabaseError) in
            try AttemptCounters.note(byName, in: limits.loginCaptchaWindow, on: &connection)
            try AttemptCounters.note(byClient, in: limits.loginCaptchaWindow, on: &connection)
            guard let name, let account = try Accounts.find(name, on: &connection) else { return nil }
            return (account, PasswordHash(stored: account.passwordHash))
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
            try Sessions.begin(session, replacing: old, of: .account(account.id), limits: limits, on: &connection)
            try AuditLog.add(
                .login, "accepted", client: client, icegateID: account.icegateID, accountID: account.id,
                on: &connection)
            return .commit(session)
        }
    }

    /// Notes a refused login.
    public func noteRefusedLogin(_ typedName: String, client: Client) throws(StoreError) {
        // A name that cannot exist is not noted.
        let name = try? ICEGATEID(typedName)
        try perform { (connection) throws(DatabaseError) in
            try AuditLog.add(.login, "refused", client: client, icegateID: name, on: &connection)
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

    private func loginSubjects(_ typedName: String, _ client: Client) -> (byName: [UInt8], byClient: [UInt8]) {
        let name = (try? ICEGATEID(typedName))?.text ?? typedName  // As typed, where it is no name.
        return (
            AttemptCounters.subject("login-name", name, keys: keys),
            AttemptCounters.client("login-client", client, keys: keys)
        )
    }
}
