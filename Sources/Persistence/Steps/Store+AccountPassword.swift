import MariaDB
import Registration
public import Sodium

extension Store {
    /// Counts a try at the current password by somebody who is logged in, before it is judged: for the session, so that who
    /// has taken one does not keep the owner from changing the password in another.
    ///
    /// - Returns: how long to wait, when the tries are used up: this one is then not to be judged.
    public func countPasswordConfirmation(_ session: SessionID) throws(StoreError) -> Duration? {
        let (quota, subject) = (limits.passwordConfirmations, confirmationSubject(session))
        return try transaction { (connection) throws(DatabaseError) in
            .commit(try AttemptCounters.take([(quota, subject)], on: &connection))
        }
    }

    /// Forgets the tries at the current password after a right one.
    public func clearPasswordConfirmations(_ session: SessionID) throws(StoreError) {
        let subject = confirmationSubject(session)
        try perform { (connection) throws(DatabaseError) in try AttemptCounters.clear(subject, on: &connection) }
    }

    /// Sets a new password for somebody who is logged in: every other session of the account ends, this one is renewed,
    /// and the owner is told.
    ///
    /// - Returns: the session that goes on; `nil` when the password was changed elsewhere meanwhile.
    public func changePassword(
        _ hash: PasswordHash, of account: AccountRecord, replacing old: SessionID, client: Client
    ) throws(StoreError) -> SessionID? {
        let session = SessionID(random: random)
        return try transaction { (connection) throws(DatabaseError) in
            guard let current = try Accounts.lock(account.id, on: &connection),
                current.passwordHash == account.passwordHash
            else { return .rollback(nil) }
            try Sessions.end(old, .renewed, on: &connection)
            try setPassword(hash, of: current, .passwordChange, client: client, on: &connection)
            try Sessions.begin(
                session, replacing: old, of: .account(current.id), client: client, limits: limits, on: &connection)
            return .commit(session)
        }
    }

    /// Goes on after a password change whose answer may not have reached the browser: the second half of a double click.
    ///
    /// - Parameter account: as it is now; its password was judged to be the new one that was typed.
    public func repeatPasswordChange(
        of account: AccountRecord, replacing old: SessionID, client: Client
    ) throws(StoreError) -> SessionID? {
        let session = SessionID(random: random)
        return try transaction { (connection) throws(DatabaseError) in
            guard try Accounts.lock(account.id, on: &connection)?.passwordHash == account.passwordHash else {
                return .rollback(nil)
            }
            try Sessions.begin(
                session, replacing: old, of: .account(account.id), client: client, limits: limits, on: &connection)
            return .commit(session)
        }
    }

    /// An account as it is now; `nil` when it was closed.
    public func current(_ account: AccountRecord) throws(StoreError) -> AccountRecord? {
        try perform { (connection) throws(DatabaseError) in try Accounts.find(account.id, on: &connection) }
    }

    /// Notes that somebody who is logged in did not know the current password.
    public func noteWrongPassword(_ account: AccountRecord, client: Client) throws(StoreError) {
        try perform { (connection) throws(DatabaseError) in
            try AuditLog.add(
                .passwordChange, "wrong", client: client, icegateID: account.icegateID, accountID: account.id,
                on: &connection)
        }
    }

    func setPassword(
        _ hash: PasswordHash, of account: AccountRecord, _ action: AuditLog.Action, client: Client,
        on connection: inout Connection
    ) throws(DatabaseError) {
        try Accounts.setPassword(hash, of: account.id, on: &connection)
        try Sessions.endAll(ofAccount: account.id, .endedElsewhere, on: &connection)
        try OTPPairs.endAll(ofAccount: account.id, on: &connection)
        try outbox.addNotice(
            .passwordChanged, to: account.contacts, language: account.language, icegateID: account.icegateID,
            client: client, on: &connection)
        try AuditLog.add(
            action, "changed", client: client, icegateID: account.icegateID, accountID: account.id, on: &connection)
    }

    private func confirmationSubject(_ session: SessionID) -> [UInt8] {
        AttemptCounters.subject("password-confirmation", session.text, keys: keys)
    }
}
