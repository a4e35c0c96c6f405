public import FoundationEssentials
public import MariaDB
public import Registration

/// A database that came back from a backup, and what is not in it.
public struct RestoreRecord: Sendable, Equatable {
    /// The newest moment that is in the backup.
    public let lostFrom: Date
    /// When the portal stopped: what was done between the two is gone.
    public let lostUntil: Date
    /// When it was noted: no code that was sent before holds.
    public let notedAt: Date
}

/// What makes a database that came back from a backup safe to serve again.
///
/// The backup knows nothing of what was used after it: every OTP, temporary password and session in it may be one that was
/// used since. So none holds any more, no message that it still owes is sent, and who was in the middle begins again.
public struct Restore {
    private let pool: Pool
    private let operatorName: OperatorName

    /// Makes the work after a restore.
    ///
    /// - Parameter pool: of the account of upkeep.
    public init(pool: Pool, operatorName: OperatorName) {
        self.pool = pool
        self.operatorName = operatorName
    }

    /// The newest moment at which somebody used the portal; `nil` when nobody ever did. What operators do, who migrate the
    /// database that came back, says nothing of the backup.
    public func newestMoment() throws(StoreError) -> Date? {
        try pool.perform { (connection) throws(DatabaseError) in
            try connection.first("SELECT MAX(happened_at) FROM audit_events WHERE actor IS NULL")?.get(
                0, as: Date?.self) ?? nil
        }
    }

    /// Ends everything that may have been used since the backup, in batches, and notes what was lost.
    ///
    /// May be run again when it was cut off.
    ///
    /// - Parameters:
    ///   - lostFrom: the newest moment in the backup.
    ///   - lostUntil: when the portal stopped; not before `lostFrom`.
    /// - Returns: how many rows were ended.
    public func note(lostFrom: Date, lostUntil: Date) throws(StoreError) -> Int {
        var ended = 0
        for statement in Self.endings { ended += try repeated(statement) }
        try pool.commit { (connection) throws(DatabaseError) in
            try connection.execute(
                """
                INSERT INTO restores (lost_from, lost_until, noted_by)
                VALUES (\(lostFrom), \(lostUntil), \(operatorName.text))
                """)
            try AuditLog.add(
                .restore, "noted", client: Client(operatorName), subject: "ended:\(ended)", on: &connection)
            return .commit(())
        }
        return ended
    }

    private static let batchSize = 10_000

    /// Each ends rows that it then does not find any more.
    private static let endings: [SQL] = [
        "UPDATE sessions SET ended_at = UTC_TIMESTAMP(6), end_reason = 'ended_elsewhere' WHERE ended_at IS NULL",
        "DELETE FROM administrator_sessions WHERE ended_at IS NULL",
        "DELETE FROM administrator_otps WHERE ended_at IS NULL",
        """
        UPDATE outbox SET state = 'given_up', ended_at = UTC_TIMESTAMP(6) WHERE live = 1
        """,
        "UPDATE otp_pairs SET ended_at = UTC_TIMESTAMP(6), end_reason = 'superseded' WHERE ended_at IS NULL",
        """
        UPDATE icegate_ids SET reserved_until = UTC_TIMESTAMP(6)
        WHERE account_id IS NULL AND reserved_until > UTC_TIMESTAMP(6)
        """,
        """
        UPDATE registrations SET ended_at = UTC_TIMESTAMP(6), end_reason = 'expired', password_hash = NULL
        WHERE ended_at IS NULL
        """,
        """
        UPDATE temporary_passwords SET expires_at = UTC_TIMESTAMP(6)
        WHERE ended_at IS NULL AND expires_at > UTC_TIMESTAMP(6)
        """,
        "DELETE FROM message_requests WHERE handled_at IS NULL",
    ]

    private func repeated(_ statement: SQL) throws(StoreError) -> Int {
        var sum = 0
        while true {
            let count = try pool.perform { (connection) throws(DatabaseError) in
                try connection.execute(statement + " LIMIT \(Self.batchSize)").affectedRows
            }
            sum += count
            if count < Self.batchSize { return sum }
        }
    }
}

extension Store {
    /// The newest restore that was noted in the time before now; `nil` where there is none.
    public func newestRestore(within time: Duration) throws(StoreError) -> RestoreRecord? {
        try perform { (connection) throws(DatabaseError) in
            let row = try connection.first(
                """
                SELECT lost_from, lost_until, noted_at FROM restores
                WHERE noted_at > UTC_TIMESTAMP(6) - INTERVAL \(time.wholeSeconds) SECOND
                ORDER BY id DESC LIMIT 1
                """)
            return try row.map { (row) throws(DatabaseError) in
                RestoreRecord(lostFrom: try row.get(0), lostUntil: try row.get(1), notedAt: try row.get(2))
            }
        }
    }
}
