import MariaDB
public import Registration

/// How many messages may go out on a channel, by all portals together.
public struct SendBudget: Sendable, Equatable {
    /// In any minute.
    public var perMinute: Int
    /// In any 24 hours.
    public var perDay: Int

    /// Makes a budget.
    public init(perMinute: Int, perDay: Int) {
        self.perMinute = perMinute
        self.perDay = perDay
    }
}

extension Store {
    /// How many messages were handed over on a channel in the time before now, counted up to a limit.
    public func sends(
        on channel: Destination.Channel, in time: Duration, atMost limit: Int
    ) throws(StoreError) -> Int {
        try perform { (connection) throws(DatabaseError) in
            try connection.first(
                """
                SELECT COUNT(*) FROM
                    (SELECT 1 FROM outbox
                    WHERE channel = \(channel) AND state = 'sent'
                        AND ended_at > UTC_TIMESTAMP(6) - INTERVAL \(time.wholeSeconds) SECOND
                    LIMIT \(limit)) AS sent
                """)?.get(0) ?? 0
        }
    }

    /// How many SMS with one-time passwords were handed over in the time before now, and how many pairs were proven.
    public func codeTraffic(in time: Duration) throws(StoreError) -> (sent: Int, proven: Int) {
        try perform { (connection) throws(DatabaseError) in
            let row = try connection.first(
                """
                SELECT
                    (SELECT COUNT(*) FROM outbox
                    WHERE channel = 'sms' AND state = 'sent' AND otp_pair_id IS NOT NULL
                        AND ended_at > UTC_TIMESTAMP(6) - INTERVAL \(time.wholeSeconds) SECOND),
                    (SELECT COUNT(*) FROM otp_pairs
                    WHERE end_reason = 'consumed'
                        AND ended_at > UTC_TIMESTAMP(6) - INTERVAL \(time.wholeSeconds) SECOND)
                """)
            guard let row else { return (0, 0) }
            return (try row.get(0), try row.get(1))
        }
    }

    /// How many temporary passwords were wrong in the time before now, over all pairs, and how many were right.
    public func startTraffic(in time: Duration) throws(StoreError) -> (wrong: Int, right: Int) {
        try perform { (connection) throws(DatabaseError) in
            let row = try connection.first(
                """
                SELECT COUNT(IF(outcome IN ('mismatch', 'throttled'), 1, NULL)),
                    COUNT(IF(outcome IN ('mismatch', 'throttled'), NULL, 1))
                FROM audit_events
                WHERE action = \(AuditLog.Action.registrationStart.rawValue)
                    AND happened_at > UTC_TIMESTAMP(6) - INTERVAL \(time.wholeSeconds) SECOND
                """)
            guard let row else { return (0, 0) }
            return (try row.get(0), try row.get(1))
        }
    }
}
