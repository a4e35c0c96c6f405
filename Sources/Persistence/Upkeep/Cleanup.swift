public import MariaDB
public import Registration

/// Takes away what was kept long enough, in batches each of which is one transaction.
///
/// What is live, owed or proves an account stays, whatever its age. The audit has a clean-up of its own, which keeps its chain
/// whole (``AuditRetention``). Any number of these may run at once.
public struct Cleanup {
    /// What is taken away, and how long it was kept.
    public enum Matter: String, CaseIterable, Sendable {
        /// Sessions of registrations and accounts: a day after their end.
        case sessions
        /// Sessions and OTPs of administrators: a day after their end.
        case administratorSessions = "administrator_sessions"
        case administratorOTPs = "administrator_otps"
        /// Registrations that were never finished, with their OTPs and names: a day after their end.
        case registrations
        /// Names that were held while a form was filled in: a day after the hold's end.
        case heldNames = "held_names"
        /// OTPs of accounts, but for those that proved an account's contacts: a day after their end.
        case accountOTPs = "account_otps"
        /// Wishes for a message: a day after they were handled.
        case messageRequests = "message_requests"
        /// Failures that were counted: two days after the last one, when no wait is left.
        case attemptCounters = "attempt_counters"
        /// Captchas that were answered: when they could not be answered any more.
        case captchas
        /// Messages: a year after they were sent, refused or given up.
        case messages
        /// Temporary passwords that were used or replaced: a year.
        case temporaryPasswords = "temporary_passwords"
        /// Feedback: a year.
        case feedback
    }

    private let pool: Pool
    private let batchSize: Int

    /// Makes a clean-up.
    ///
    /// - Parameters:
    ///   - pool: of the account of upkeep.
    ///   - batchSize: the most rows of one transaction, 1 or more.
    public init(pool: Pool, batchSize: Int) {
        self.pool = pool
        self.batchSize = max(1, batchSize)
    }

    /// How many rows of a matter were kept long enough.
    public func count(_ matter: Matter) throws(StoreError) -> Int {
        try pool.perform { (connection) throws(DatabaseError) in
            try connection.first(
                "SELECT COUNT(*) FROM " + matter.table + " WHERE " + matter.condition)?.get(0) ?? 0
        }
    }

    /// Takes away what was kept long enough, the registrations' dependents included.
    ///
    /// - Returns: how many rows of the matter went.
    public func remove(_ matter: Matter) throws(StoreError) -> Int {
        var sum = 0
        while true {
            let removed = try pool.commit { (connection) throws(DatabaseError) in
                .commit(try removeBatch(of: matter, on: &connection))
            }
            sum += removed
            if removed < batchSize { return sum }
        }
    }

    /// Notes in the audit what was taken away of a matter.
    public func note(_ matter: Matter, _ count: Int, by operatorName: OperatorName) throws(StoreError) {
        try pool.perform { (connection) throws(DatabaseError) in
            try AuditLog.add(
                .cleanup, "removed", client: Client(operatorName), subject: "\(matter.rawValue):\(count)",
                on: &connection)
        }
    }

    private func removeBatch(
        of matter: Matter, on connection: inout Connection
    ) throws(DatabaseError) -> Int {
        switch matter {
        case .registrations, .accountOTPs:
            var ids: [Int64] = []
            let dead: SQL =
                "SELECT id FROM " + matter.table + " WHERE " + matter.condition
                + " ORDER BY id LIMIT \(batchSize) FOR UPDATE"
            for row in try connection.rows(dead) { ids.append(try row.get(0)) }
            guard !ids.isEmpty else { return 0 }
            matter == .registrations
                ? try Self.removeRegistrations(ids, on: &connection) : try Self.removeOTPs(ids, on: &connection)
            return ids.count
        case .sessions, .administratorSessions, .administratorOTPs, .heldNames, .messageRequests, .attemptCounters,
            .captchas, .messages, .temporaryPasswords, .feedback:
            return try connection.execute(
                "DELETE FROM " + matter.table + " WHERE " + matter.condition + " LIMIT \(batchSize)"
            ).affectedRows
        }
    }

    private static func removeRegistrations(
        _ ids: [Int64], on connection: inout Connection
    ) throws(DatabaseError) {
        var pairs: [Int64] = []
        for row in try connection.rows("SELECT id FROM otp_pairs WHERE registration_id IN (\(list: ids))") {
            pairs.append(try row.get(0))
        }
        try removeOTPs(pairs, on: &connection)
        try connection.execute("DELETE FROM sessions WHERE registration_id IN (\(list: ids))")
        try connection.execute("DELETE FROM icegate_ids WHERE registration_id IN (\(list: ids)) AND account_id IS NULL")
        try connection.execute("DELETE FROM registrations WHERE id IN (\(list: ids))")
    }

    /// What was sent of them stays a year, without them and without a contact; what was not is given up.
    private static func removeOTPs(_ ids: [Int64], on connection: inout Connection) throws(DatabaseError) {
        try connection.execute(
            """
            UPDATE outbox
            SET state = IF(ended_at IS NULL, 'given_up', state), ended_at = IFNULL(ended_at, UTC_TIMESTAMP(6)),
                otp_pair_id = NULL, recipient = 'erased'
            WHERE otp_pair_id IN (\(list: ids))
            """)
        try connection.execute("DELETE FROM otp_pairs WHERE id IN (\(list: ids))")
    }
}

extension Cleanup.Matter {
    fileprivate var table: SQL {
        switch self {
        case .sessions: "sessions"
        case .administratorSessions: "administrator_sessions"
        case .administratorOTPs: "administrator_otps"
        case .registrations: "registrations"
        case .heldNames: "icegate_ids"
        case .accountOTPs: "otp_pairs"
        case .messageRequests: "message_requests"
        case .attemptCounters: "attempt_counters"
        case .captchas: "used_captchas"
        case .messages: "outbox"
        case .temporaryPasswords: "temporary_passwords"
        case .feedback: "feedback"
        }
    }

    /// What was kept long enough, by the database's clock.
    fileprivate var condition: SQL {
        switch self {
        case .sessions, .administratorSessions:
            "(ended_at < UTC_TIMESTAMP(6) - INTERVAL 1 DAY OR ends_at < UTC_TIMESTAMP(6) - INTERVAL 1 DAY)"
        case .administratorOTPs:
            "(ended_at < UTC_TIMESTAMP(6) - INTERVAL 1 DAY OR expires_at < UTC_TIMESTAMP(6) - INTERVAL 1 DAY)"
        case .registrations:
            """
            (end_reason = 'expired' AND ended_at < UTC_TIMESTAMP(6) - INTERVAL 1 DAY
                OR ended_at IS NULL AND expires_at < UTC_TIMESTAMP(6) - INTERVAL 1 DAY)
            """
        case .heldNames:
            "account_id IS NULL AND reserved_until < UTC_TIMESTAMP(6) - INTERVAL 1 DAY"
        case .accountOTPs:
            """
            account_id IS NOT NULL AND NOT (purpose = 'contact_change' AND end_reason <=> 'consumed')
                AND (ended_at < UTC_TIMESTAMP(6) - INTERVAL 1 DAY
                    OR ended_at IS NULL AND expires_at < UTC_TIMESTAMP(6) - INTERVAL 1 DAY)
            """
        case .messageRequests: "handled_at < UTC_TIMESTAMP(6) - INTERVAL 1 DAY"
        case .attemptCounters:
            """
            window_started_at < UTC_TIMESTAMP(6) - INTERVAL 2 DAY
                AND (blocked_until IS NULL OR blocked_until < UTC_TIMESTAMP(6))
            """
        case .captchas: "expires_at < UTC_TIMESTAMP(6)"
        case .messages: "live IS NULL AND ended_at < UTC_TIMESTAMP(6) - INTERVAL 1 YEAR"
        case .temporaryPasswords:
            """
            ended_at < UTC_TIMESTAMP(6) - INTERVAL 1 YEAR AND NOT EXISTS (
                SELECT 1 FROM accounts a
                WHERE a.iec = temporary_passwords.iec AND a.gstin = temporary_passwords.gstin)
            """
        case .feedback: "created_at < UTC_TIMESTAMP(6) - INTERVAL 1 YEAR"
        }
    }
}
