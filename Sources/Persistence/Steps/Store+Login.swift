import MariaDB
import Registration
public import Sodium

/// Whether a login may be tried, and against which hash.
public enum LoginCheck: Sendable {
    /// The password is to be compared with the account's hash.
    case account(AccountRecord, PasswordHash)
    /// There is no such account, or it has to wait: a hash that nobody has is to be compared, in the same time.
    case nobody
}

extension Store {
    /// Counts a try and finds the account of a name.
    ///
    /// - Parameter typedName: what was typed, as it was typed: names that cannot exist are throttled like others.
    public func checkLogin(_ typedName: String, client: Client) throws(StoreError) -> LoginCheck {
        let name = try? ICEGATEID(typedName)
        let subject = AttemptCounters.subject("login", name?.text ?? typedName, keys: keys)
        return try transaction { (connection) throws(DatabaseError) in
            let mustWait = try AttemptCounters.count(
                subject, atMost: limits.loginTries, in: .seconds(3_600), wait: .seconds(30), on: &connection)
            guard let name, let account = try Accounts.find(name, on: &connection), !mustWait else {
                return .commit(.nobody)
            }
            return .commit(.account(account, PasswordHash(stored: account.passwordHash)))
        }
    }

    /// Begins the session of somebody whose password was right.
    ///
    /// - Parameter rehashed: the password's hash with the current cost, where the stored one is outdated.
    public func logIn(
        _ account: AccountRecord, rehashed: PasswordHash?, client: Client
    ) throws(StoreError) -> SessionID {
        let session = SessionID(random: random)
        let subject = AttemptCounters.subject("login", account.icegateID.text, keys: keys)
        return try transaction { (connection) throws(DatabaseError) in
            try AttemptCounters.clear(subject, on: &connection)
            if let rehashed { try Accounts.rehash(account, to: rehashed, on: &connection) }
            try Sessions.begin(session, of: .account(account.id), limits: limits, on: &connection)
            try AuditLog.add(
                .login, "accepted", client: client, icegateID: account.icegateID, accountID: account.id,
                on: &connection)
            return .commit(session)
        }
    }

    /// Notes a refused login.
    public func noteRefusedLogin(_ typedName: String, client: Client) throws(StoreError) {
        try read { (connection) throws(DatabaseError) in
            try AuditLog.add(
                .login, "refused", client: client, icegateID: try? ICEGATEID(typedName), on: &connection)
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
}
