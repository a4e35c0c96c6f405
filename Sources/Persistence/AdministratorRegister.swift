public import MariaDB
public import Registration
public import Sodium

/// Who may open the console: added and closed by the operator's tool, whose account of MariaDB may write what the portal's
/// can only read.
public struct AdministratorRegister {
    private let pool: Pool
    private let client: Client

    /// Makes a register on connections of an account that may change administrators.
    ///
    /// - Parameter operatorName: who does that, for the audit.
    public init(pool: Pool, operatorName: OperatorName) {
        self.pool = pool
        client = Client(operatorName)
    }

    /// Adds an administrator.
    ///
    /// - Returns: `false` when the name was given before, also to one that is closed.
    public func add(
        _ name: AdministratorName, email: EmailAddress, hash: PasswordHash
    ) throws(StoreError) -> Bool {
        try pool.commit { (connection) throws(DatabaseError) in
            guard
                let id = try Administrators.add(name, email: email, passwordHash: hash.text, on: &connection)
            else { return .rollback(false) }
            try AuditLog.add(
                .administratorRegister, "added", client: client, administratorID: id, on: &connection)
            return .commit(true)
        }
    }

    /// All administrators, by name.
    public func all() throws(StoreError) -> [AdministratorRecord] {
        try pool.commit { (connection) throws(DatabaseError) in
            .commit(try Administrators.all(on: &connection))
        }
    }

    /// Closes an administrator: nobody logs in with the name any more, and whoever is logged in is so no longer.
    ///
    /// - Returns: `false` when there is none of that name who is not closed.
    public func close(_ name: AdministratorName) throws(StoreError) -> Bool {
        try pool.commit { (connection) throws(DatabaseError) in
            guard let administrator = try Administrators.find(name, on: &connection),
                try Administrators.close(administrator.id, on: &connection)
            else { return .rollback(false) }
            try AdministratorSessions.endAll(of: administrator.id, .closed, on: &connection)
            try AuditLog.add(
                .administratorRegister, "closed", client: client, administratorID: administrator.id,
                on: &connection)
            return .commit(true)
        }
    }
}
