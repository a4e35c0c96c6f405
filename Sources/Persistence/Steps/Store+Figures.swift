import MariaDB
public import Registration

/// What the store is like at a moment, for monitoring; nothing personal.
public struct StoreFigures: Sendable {
    /// Messages that are owed, by channel, and how long the oldest that is due has waited, in seconds.
    public var waiting: [Destination.Channel: (count: Int, oldestSeconds: Int)] = [:]
    /// Registrations in progress, by step.
    public var registrations: [RegistrationStep: Int] = [:]
    /// Sessions of accounts that have not ended.
    public var accountSessions = 0
    /// How long ago the master was loaded last, in seconds; `nil` when it never was.
    public var masterAgeSeconds: Int?
    /// The newest migration.
    public var migration = 0
}

extension Store {
    /// Reads the figures.
    public func figures() throws(StoreError) -> StoreFigures {
        try perform { (connection) throws(DatabaseError) in
            var figures = StoreFigures()
            for channel in Destination.Channel.allCases { figures.waiting[channel] = (0, 0) }
            for step in RegistrationStep.allCases where step != .finished { figures.registrations[step] = 0 }
            for row in try connection.rows(
                """
                SELECT channel, COUNT(*), GREATEST(0, IFNULL(MAX(IF(next_attempt_at <= UTC_TIMESTAMP(6) OR attempts > 0,
                    TIMESTAMPDIFF(SECOND, created_at, UTC_TIMESTAMP(6)), 0)), 0))
                FROM outbox WHERE live = 1 GROUP BY channel
                """)
            {
                figures.waiting[try row.get(0)] = (try row.get(1), try row.get(2))
            }
            for row in try connection.rows(
                """
                SELECT step, COUNT(*) FROM registrations
                WHERE ended_at IS NULL AND expires_at > UTC_TIMESTAMP(6) GROUP BY step
                """)
            {
                figures.registrations[try row.get(0)] = try row.get(1, as: Int.self)
            }
            let row = try connection.first(
                """
                SELECT
                    (SELECT COUNT(*) FROM sessions
                    WHERE account_id IS NOT NULL AND ended_at IS NULL AND ends_at > UTC_TIMESTAMP(6)),
                    (SELECT TIMESTAMPDIFF(SECOND, MAX(finished_at), UTC_TIMESTAMP(6)) FROM master_loads
                    WHERE state = 'applied' AND mode <> 'rollback'),
                    (SELECT MAX(number) FROM schema_migrations)
                """)
            figures.accountSessions = try row?.get(0) ?? 0
            figures.masterAgeSeconds = try row?.get(1) ?? nil
            figures.migration = try row?.get(2) ?? 0
            return figures
        }
    }

    /// Connections that are lent at this moment, and how many there may be.
    public var connections: (inUse: Int, most: Int) { pool.usage }
}
