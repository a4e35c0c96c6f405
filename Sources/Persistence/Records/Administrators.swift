public import FoundationEssentials
import MariaDB
public import Registration

/// Somebody who may open the console.
public struct AdministratorRecord: Sendable, Equatable {
    let id: Int64
    /// The name that they log in with.
    public let name: AdministratorName
    /// Where their OTPs go.
    public let email: EmailAddress
    /// When they were added.
    public let addedAt: Date
    /// When they were closed; `nil` while they may log in.
    public let closedAt: Date?
    let passwordHash: String
}

enum Administrators {
    /// One who may log in.
    static func find(
        _ name: AdministratorName, on connection: inout Connection
    ) throws(DatabaseError) -> AdministratorRecord? {
        try connection.first(columns + "WHERE name = \(name.text) AND closed_at IS NULL").map(record)
    }

    /// One who may log in.
    static func find(_ id: Int64, on connection: inout Connection) throws(DatabaseError) -> AdministratorRecord? {
        try connection.first(columns + "WHERE id = \(id) AND closed_at IS NULL").map(record)
    }

    /// All, by name, closed ones too.
    static func all(on connection: inout Connection) throws(DatabaseError) -> [AdministratorRecord] {
        try connection.rows(columns + "ORDER BY name").map(record)
    }

    /// - Returns: the identifier; `nil` when the name was given before.
    static func add(
        _ name: AdministratorName, email: EmailAddress, passwordHash: String, on connection: inout Connection
    ) throws(DatabaseError) -> Int64? {
        do {
            let outcome = try connection.execute(
                """
                INSERT INTO administrators (name, email, password_hash, added_by, added_at)
                VALUES (\(name.text), \(email.text), \(passwordHash), CURRENT_USER(), UTC_TIMESTAMP(6))
                """)
            return Int64(clamping: outcome.insertID)
        } catch  where error.isDuplicate {
            return nil
        }
    }

    /// - Returns: whether this call closed it.
    static func close(_ id: Int64, on connection: inout Connection) throws(DatabaseError) -> Bool {
        let outcome = try connection.execute(
            "UPDATE administrators SET closed_at = UTC_TIMESTAMP(6) WHERE id = \(id) AND closed_at IS NULL")
        return outcome.affectedRows == 1
    }

    private static let columns: SQL = """
        SELECT id, name, email, added_at, closed_at, password_hash FROM administrators

        """

    private static func record(_ row: Row) throws(DatabaseError) -> AdministratorRecord {
        AdministratorRecord(
            id: try row.get(0), name: try row.value(1, AdministratorName.init),
            email: try row.value(2, EmailAddress.init), addedAt: try row.get(3), closedAt: try row.get(4),
            passwordHash: try row.get(5))
    }
}
