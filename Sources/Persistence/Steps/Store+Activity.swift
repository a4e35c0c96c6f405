public import FoundationEssentials
import MariaDB
import Registration

/// One thing that was done to an account, or to the registration that made it.
public struct ActivityEvent: Sendable {
    /// Its place in the order of events; the newest has the highest.
    public let id: Int64
    /// When.
    public let happenedAt: Date
    /// What, in the audit's words.
    public let action: String
    /// With what result, in the audit's words.
    public let outcome: String
    /// The address from which it was done; empty when the portal did it by itself.
    public let address: String
}

extension Store {
    /// What was done to an account in the last year, the newest first.
    ///
    /// - Parameters:
    ///   - before: gives events older than this one; `nil` begins with the newest.
    ///   - count: the most events.
    public func activity(
        of account: AccountRecord, before: Int64? = nil, atMost count: Int
    ) throws(StoreError) -> [ActivityEvent] {
        let bound: SQL = """
            id < \(before ?? .max) AND happened_at > UTC_TIMESTAMP(6) - INTERVAL 1 YEAR
            ORDER BY id DESC LIMIT \(count)
            """
        return try perform { (connection) throws(DatabaseError) in
            let rows = try connection.rows(
                """
                (SELECT id, happened_at, action, outcome, client_address FROM audit_events
                 WHERE account_id = \(account.id) AND \(bound))
                UNION ALL
                (SELECT id, happened_at, action, outcome, client_address FROM audit_events
                 WHERE registration_id = \(account.registrationID) AND account_id IS NULL AND \(bound))
                ORDER BY id DESC LIMIT \(count)
                """)
            var events: [ActivityEvent] = []
            for row in rows {
                events.append(
                    ActivityEvent(
                        id: try row.get(0), happenedAt: try row.get(1), action: try row.get(2),
                        outcome: try row.get(3), address: try row.get(4)))
            }
            return events
        }
    }
}
