import FoundationEssentials
import MariaDB
import Registration

/// Failures counted for a subject within a window, and the wait that follows too many.
///
/// A subject is a keyed hash, so that the table tells nobody which pair or ICEGATE ID was tried, and one that does not
/// exist is throttled like one that does.
///
/// What counts returns the count with the statement that counts (`INSERT … RETURNING`), which belongs into a transaction: a conflict
/// with another is found while the row is read, where a statement that stands for itself is not run again.
enum AttemptCounters {
    /// A client's key: the address, or the network of 64 bits that one customer has of IPv6.
    static func client(_ purpose: String, _ client: Client, keys: KeyRing) -> [UInt8] {
        subject(purpose, NetworkAddress.customer(of: client.address), keys: keys)
    }

    /// A typed ICEGATE ID as its tries are counted: whatever its case, and as it was typed where it is no name.
    static func name(_ typed: String) -> String { (try? ICEGATEID(typed))?.text ?? typed }

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
        let row = try connection.first(
            """
            INSERT INTO attempt_counters (subject, window_started_at, attempts)
            VALUES (\(subject), UTC_TIMESTAMP(6), 1)
            ON DUPLICATE KEY UPDATE
                attempts = IF(blocked_until > UTC_TIMESTAMP(6), attempts,
                    IF(window_started_at <= UTC_TIMESTAMP(6) - INTERVAL \(window.wholeSeconds) SECOND, 1, attempts + 1)),
                window_started_at = IF(attempts = 1, UTC_TIMESTAMP(6), window_started_at)
            RETURNING attempts, IFNULL(blocked_until > UTC_TIMESTAMP(6), FALSE)
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

    /// Counts one against every quota, or against none when one of them is used up: what is refused costs nobody anything.
    ///
    /// Counted first, which locks the rows until the transaction ends: of many at one instant no more than the quotas allow
    /// get through. In the order of the key, so that no two ever wait for each other.
    ///
    /// - Returns: how long to wait; `nil` when it was counted and may be done.
    static func take(
        _ quotas: [(quota: SendQuota, subject: [UInt8])], on connection: inout Connection
    ) throws(DatabaseError) -> Duration? {
        var taken: [[UInt8]] = []
        for (quota, subject) in quotas.sorted(by: { $0.subject.lexicographicallyPrecedes($1.subject) }) {
            try add(to: subject, in: quota.window, on: &connection)
            taken.append(subject)
            let beyond = SendQuota(count: quota.count + 1, window: quota.window)
            guard let wait = try waitingTime(of: beyond, subject, on: &connection) else { continue }
            for subject in taken { try takeBack(subject, on: &connection) }
            return wait
        }
        return nil
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
    ///
    /// - Returns: how many there are now, this one included. The row stays locked until the transaction ends.
    @discardableResult
    static func note(
        _ subject: [UInt8], in window: Duration, on connection: inout Connection
    ) throws(DatabaseError) -> Int {
        try connection.first(
            """
            INSERT INTO attempt_counters (subject, window_started_at, attempts)
            VALUES (\(subject), UTC_TIMESTAMP(6), 1)
            ON DUPLICATE KEY UPDATE
                attempts = IF(window_started_at <= UTC_TIMESTAMP(6) - INTERVAL \(window.wholeSeconds) SECOND, 1,
                    attempts + 1),
                window_started_at = UTC_TIMESTAMP(6)
            RETURNING attempts
            """)?.get(0) ?? 0
    }

    /// Asks a subject to wait from now on.
    ///
    /// - Returns: until when, and whether an earlier wait was not over yet.
    static func wait(
        _ wait: Duration, for subject: [UInt8], on connection: inout Connection
    ) throws(DatabaseError) -> (until: Date, isEarly: Bool)? {
        let row = try connection.first(
            """
            SELECT UTC_TIMESTAMP(6) + INTERVAL \(wait.wholeSeconds) SECOND, IFNULL(blocked_until > UTC_TIMESTAMP(6), FALSE)
            FROM attempt_counters WHERE subject = \(subject)
            """)
        guard let row else { return nil }
        let until = try row.get(0, as: Date.self)
        try connection.execute("UPDATE attempt_counters SET blocked_until = \(until) WHERE subject = \(subject)")
        return (until, try row.get(1))
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

    /// Writes one row, as counting a try at OTPs does, where there are none to count a try at: the time is the same then.
    static func countForNobody(_ subject: [UInt8], on connection: inout Connection) throws(DatabaseError) {
        try connection.execute(
            """
            INSERT INTO attempt_counters (subject, window_started_at, attempts)
            VALUES (\(subject), UTC_TIMESTAMP(6), 1)
            ON DUPLICATE KEY UPDATE attempts = attempts + 1
            """)
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

    /// The duration in whole microseconds.
    var wholeMicroseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }
}
