import MariaDB
import Registration

/// Failures counted for a subject within a window, and the wait that follows too many.
///
/// A subject is a keyed hash, so that the table tells nobody which pair or ICEGATE ID was tried, and one that does not
/// exist is throttled like one that does.
enum AttemptCounters {
    /// A client's key: the address, or the network of 64 bits that one customer has of IPv6.
    static func client(_ purpose: String, _ client: Client, keys: KeyRing) -> [UInt8] {
        subject(purpose, NetworkAddress.customer(of: client.address), keys: keys)
    }

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

    /// How long a quota is used up; `nil` while it is not. Counts nothing.
    static func waitingTime(
        of quota: SendQuota, _ subject: [UInt8], on connection: inout Connection
    ) throws(DatabaseError) -> Duration? {
        let row = try connection.first(
            """
            SELECT GREATEST(1, TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6),
                window_started_at + INTERVAL \(quota.window.wholeSeconds) SECOND))
            FROM attempt_counters
            WHERE subject = \(subject) AND attempts >= \(quota.count)
                AND window_started_at > UTC_TIMESTAMP(6) - INTERVAL \(quota.window.wholeSeconds) SECOND
            """)
        return try row.map { (row) throws(DatabaseError) in .seconds(try row.get(0, as: Int64.self)) }
    }

    /// Counts one for a subject, in a window that begins with the first.
    static func add(
        to subject: [UInt8], in window: Duration, on connection: inout Connection
    ) throws(DatabaseError) {
        _ = try count(subject, atMost: .max, in: window, wait: .zero, on: &connection)
    }

    /// Notes a failure of a subject: the time since the newest one counts, and after a time without one they count anew.
    static func note(
        _ subject: [UInt8], in window: Duration, on connection: inout Connection
    ) throws(DatabaseError) {
        try connection.execute(
            """
            INSERT INTO attempt_counters (subject, window_started_at, attempts)
            VALUES (\(subject), UTC_TIMESTAMP(6), 1)
            ON DUPLICATE KEY UPDATE
                attempts = IF(window_started_at <= UTC_TIMESTAMP(6) - INTERVAL \(window.wholeSeconds) SECOND, 1,
                    attempts + 1),
                window_started_at = UTC_TIMESTAMP(6)
            """)
    }

    /// How many failures of a subject are noted, the newest within a time, and how many seconds ago that was.
    static func failures(
        of subject: [UInt8], in window: Duration, on connection: inout Connection
    ) throws(DatabaseError) -> (count: Int, secondsSinceNewest: Int)? {
        let row = try connection.first(
            """
            SELECT attempts, TIMESTAMPDIFF(SECOND, window_started_at, UTC_TIMESTAMP(6)) FROM attempt_counters
            WHERE subject = \(subject)
                AND window_started_at > UTC_TIMESTAMP(6) - INTERVAL \(window.wholeSeconds) SECOND
            """)
        return try row.map { (row) throws(DatabaseError) in (try row.get(0), try row.get(1)) }
    }

    /// Whether one of the subjects has at least so many noted failures, the newest within a time.
    static func hasFailures(
        _ count: Int, of subjects: [[UInt8]], in window: Duration, on connection: inout Connection
    ) throws(DatabaseError) -> Bool {
        try connection.first(
            """
            SELECT 1 FROM attempt_counters
            WHERE subject IN (\(list: subjects)) AND attempts >= \(count)
                AND window_started_at > UTC_TIMESTAMP(6) - INTERVAL \(window.wholeSeconds) SECOND
            LIMIT 1
            """) != nil
    }

    /// Takes back what was noted for an attempt that was right after all.
    static func takeBack(_ subject: [UInt8], on connection: inout Connection) throws(DatabaseError) {
        try connection.execute(
            "UPDATE attempt_counters SET attempts = attempts - 1 WHERE subject = \(subject) AND attempts > 0")
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
