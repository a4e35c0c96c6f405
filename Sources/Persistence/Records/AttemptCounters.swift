import MariaDB
import Registration

/// Failures counted for a subject within a window, and the wait that follows too many.
///
/// A subject is a keyed hash, so that the table tells nobody which pair or ICEGATE ID was tried, and one that does not
/// exist is throttled like one that does.
enum AttemptCounters {
    /// A subject's key.
    static func subject(_ purpose: String, _ parts: String..., keys: KeyRing) -> [UInt8] {
        keys.code(for: .attemptSubject, Array(purpose.utf8), Array(parts.joined(separator: "\u{0}").utf8))
    }

    /// Counts an attempt before it is judged.
    ///
    /// - Returns: whether the subject has to wait: the attempt is then not to be judged.
    static func count(
        _ subject: [UInt8], atMost limit: Int, in window: Duration, wait: Duration, on connection: inout Connection
    ) throws(DatabaseError) -> Bool {
        try connection.execute(
            """
            INSERT INTO attempt_counters (subject, window_started_at, attempts)
            VALUES (\(subject), UTC_TIMESTAMP(6), 1)
            ON DUPLICATE KEY UPDATE
                attempts = IF(blocked_until > UTC_TIMESTAMP(6), attempts,
                    IF(window_started_at <= UTC_TIMESTAMP(6) - INTERVAL \(window.wholeSeconds) SECOND, 1, attempts + 1)),
                window_started_at = IF(attempts = 1, UTC_TIMESTAMP(6), window_started_at)
            """)
        let row = try connection.first(
            """
            SELECT attempts, IFNULL(blocked_until > UTC_TIMESTAMP(6), FALSE)
            FROM attempt_counters WHERE subject = \(subject)
            """)
        guard let row else { return false }
        if try row.get(1, as: Bool.self) { return true }
        guard try row.get(0, as: Int.self) > limit else { return false }
        try connection.execute(
            """
            UPDATE attempt_counters
            SET blocked_until = UTC_TIMESTAMP(6) + INTERVAL \(wait.wholeSeconds) SECOND, attempts = 0
            WHERE subject = \(subject)
            """)
        return true
    }

    /// Counts one more against a quota.
    ///
    /// - Returns: whether the quota was used up before: what was asked for is then not to be done.
    static func exceeds(
        _ quota: SendQuota, _ subject: [UInt8], on connection: inout Connection
    ) throws(DatabaseError) -> Bool {
        try count(subject, atMost: quota.count, in: quota.window, wait: quota.window, on: &connection)
    }

    /// Whether anything was counted for one of the subjects within a time.
    static func hasAny(
        _ subjects: [[UInt8]], in window: Duration, on connection: inout Connection
    ) throws(DatabaseError) -> Bool {
        try connection.first(
            """
            SELECT 1 FROM attempt_counters
            WHERE subject IN (\(list: subjects)) AND attempts > 0
                AND window_started_at > UTC_TIMESTAMP(6) - INTERVAL \(window.wholeSeconds) SECOND
            LIMIT 1
            """) != nil
    }

    /// Forgets the failures of a subject after a success.
    static func clear(_ subject: [UInt8], on connection: inout Connection) throws(DatabaseError) {
        try connection.execute(
            "UPDATE attempt_counters SET attempts = 0, blocked_until = NULL WHERE subject = \(subject)")
    }
}

extension Duration {
    /// The duration in whole seconds, as MariaDB's intervals take it.
    var wholeSeconds: Int64 { components.seconds }
}
