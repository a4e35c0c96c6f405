import FoundationEssentials
import MariaDB
import Registration

/// The statements of the console: each reads a bounded time by an index on it, and is stopped by the server after five
/// seconds.
enum ConsoleQueries {
    /// Indian Standard Time is ahead of UTC by five hours and a half.
    private static let offset = 19_800

    /// The database's clock.
    static func now(on connection: inout Connection) throws(DatabaseError) -> Date {
        // Without a table there is always one row.
        try connection.first("SELECT UTC_TIMESTAMP(6)")?.get(0) ?? Date()
    }

    /// Registrations and OTPs by hour and by day.
    static func activity(
        until now: Date, on connection: inout Connection
    ) throws(DatabaseError) -> (hours: [ConsoleFigures.Activity], days: [ConsoleFigures.Activity]) {
        let registrations = try connection.rows(
            """
            SET STATEMENT max_statement_time = 5 FOR
            SELECT (TIMESTAMPDIFF(SECOND, '1970-01-01', happened_at) + \(offset)) DIV 3600 AS hour_number,
                CAST(SUM(action = 'registration.start') AS SIGNED), CAST(SUM(action = 'registration.finish') AS SIGNED)
            FROM audit_events
            WHERE happened_at >= UTC_TIMESTAMP(6) - INTERVAL 31 DAY
                AND (action = 'registration.start' AND outcome = 'started' OR action = 'registration.finish')
            GROUP BY hour_number
            """)
        let deliveries = try connection.rows(
            """
            SET STATEMENT max_statement_time = 5 FOR
            SELECT (TIMESTAMPDIFF(SECOND, '1970-01-01', ended_at) + \(offset)) DIV 3600 AS hour_number,
                CAST(SUM(channel = 'sms') AS SIGNED), CAST(SUM(channel = 'email') AS SIGNED)
            FROM outbox
            WHERE created_at >= UTC_TIMESTAMP(6) - INTERVAL 31 DAY AND otp_pair_id IS NOT NULL AND state = 'sent'
            GROUP BY hour_number
            """)
        var hours = Calendar(unit: 3_600, count: 48, until: now)
        var days = Calendar(unit: 86_400, count: 30, until: now)
        for (rows, first, second) in [
            (registrations, \ConsoleFigures.Activity.started, \ConsoleFigures.Activity.finished),
            (deliveries, \ConsoleFigures.Activity.sms, \ConsoleFigures.Activity.email),
        ] {
            for row in rows {
                let time = try row.get(0, as: Int.self) * 3_600
                hours.add(try row.get(1), to: first, at: time)
                hours.add(try row.get(2), to: second, at: time)
                days.add(try row.get(1), to: first, at: time)
                days.add(try row.get(2), to: second, at: time)
            }
        }
        return (hours.entries, days.entries)
    }

    /// Hours or days of Indian time, one behind the other.
    private struct Calendar {
        let unit: Int
        let first: Int
        var entries: [ConsoleFigures.Activity]

        init(unit: Int, count: Int, until now: Date) {
            let last = (Int(now.timeIntervalSince1970.rounded(.down)) + offset) / unit
            self.unit = unit
            first = last - count + 1
            entries = (first...last).map {
                ConsoleFigures.Activity(start: Date(timeIntervalSince1970: Double($0 * unit - offset)))
            }
        }

        /// Adds to a count of the entry at a second of Indian time; what is older or newer than all is left out.
        mutating func add(_ count: Int, to field: WritableKeyPath<ConsoleFigures.Activity, Int>, at second: Int) {
            let index = second / unit - first
            if entries.indices.contains(index) { entries[index][keyPath: field] += count }
        }
    }

    /// How far the registrations of 30 days have come.
    static func funnel(on connection: inout Connection) throws(DatabaseError) -> ConsoleFigures.Funnel {
        let rows = try connection.rows(
            """
            SET STATEMENT max_statement_time = 5 FOR
            SELECT action, IF(action = 'registration.start', COUNT(*), COUNT(DISTINCT registration_id))
            FROM audit_events
            WHERE happened_at >= UTC_TIMESTAMP(6) - INTERVAL 30 DAY
                AND (action = 'registration.start' AND outcome = 'started'
                    OR action = 'registration.account' AND outcome = 'accepted'
                    OR action = 'registration.verify' AND outcome = 'proven' OR action = 'registration.finish')
            GROUP BY action
            """)
        var funnel = ConsoleFigures.Funnel()
        for row in rows {
            let count = try row.get(1, as: Int.self)
            switch AuditLog.Action(rawValue: try row.get(0)) {
            case .registrationStart: funnel.started = count
            case .nameAndPassword: funnel.named = count
            case .verification: funnel.proven = count
            case .finish: funnel.finished = count
            default: break
            }
        }
        return funnel
    }

    /// What was done how often.
    static func events(on connection: inout Connection) throws(DatabaseError) -> [ConsoleFigures.Events] {
        try connection.rows(
            """
            SET STATEMENT max_statement_time = 5 FOR
            SELECT action, outcome, CAST(SUM(happened_at >= UTC_TIMESTAMP(6) - INTERVAL 1 DAY) AS SIGNED), COUNT(*)
            FROM audit_events WHERE happened_at >= UTC_TIMESTAMP(6) - INTERVAL 30 DAY
            GROUP BY action, outcome
            """
        ).map { (row) throws(DatabaseError) in
            ConsoleFigures.Events(
                action: try row.get(0), outcome: try row.get(1), today: try row.get(2), month: try row.get(3))
        }
    }

    /// What became of the messages of 24 hours.
    static func channels(on connection: inout Connection) throws(DatabaseError) -> [ConsoleFigures.Channel] {
        var channels = Destination.Channel.allCases.map { ConsoleFigures.Channel(channel: $0) }
        let states = try connection.rows(
            """
            SET STATEMENT max_statement_time = 5 FOR
            SELECT channel, state, COUNT(*) FROM outbox
            WHERE created_at >= UTC_TIMESTAMP(6) - INTERVAL 1 DAY GROUP BY channel, state
            """)
        for row in states {
            let channel = try row.get(0, as: Destination.Channel.self)
            let count = try row.get(2, as: Int.self)
            guard let index = channels.firstIndex(where: { $0.channel == channel }) else { continue }
            switch try row.get(1, as: Delivery.State.self) {
            case .sent: channels[index].sent += count
            case .waiting, .sending: channels[index].waiting += count
            case .refused: channels[index].refused += count
            case .givenUp: channels[index].givenUp += count
            }
        }
        let delays = try connection.rows(
            """
            SET STATEMENT max_statement_time = 5 FOR
            SELECT DISTINCT channel,
                CAST(PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY delay) OVER (PARTITION BY channel) AS SIGNED),
                CAST(PERCENTILE_DISC(0.95) WITHIN GROUP (ORDER BY delay) OVER (PARTITION BY channel) AS SIGNED)
            FROM (
                SELECT channel, TIMESTAMPDIFF(MICROSECOND, created_at, ended_at) AS delay FROM outbox
                WHERE created_at >= UTC_TIMESTAMP(6) - INTERVAL 1 DAY AND state = 'sent' AND priority = 0
            ) AS delays
            """)
        for row in delays {
            let channel = try row.get(0, as: Destination.Channel.self)
            guard let index = channels.firstIndex(where: { $0.channel == channel }) else { continue }
            channels[index].medianDelay = .microseconds(try row.get(1, as: Int64.self))
            channels[index].longDelay = .microseconds(try row.get(2, as: Int64.self))
        }
        return channels
    }

    /// The newest messages that were not delivered.
    static func undelivered(on connection: inout Connection) throws(DatabaseError) -> [ConsoleFigures.Undelivered] {
        try connection.rows(
            """
            SET STATEMENT max_statement_time = 5 FOR
            SELECT created_at, channel, recipient, state, attempts FROM outbox
            WHERE created_at >= UTC_TIMESTAMP(6) - INTERVAL 2 DAY AND state IN ('refused', 'given_up')
            ORDER BY created_at DESC LIMIT 10
            """
        ).map { (row) throws(DatabaseError) in
            // What the domain refuses cannot be masked by its rule, and is not shown at all.
            let contact =
                switch try row.get(1, as: Destination.Channel.self) {
                case .sms: (try? row.value(2, MobileNumber.init))?.masked
                case .email: (try? row.value(2, EmailAddress.init))?.masked
                }
            return ConsoleFigures.Undelivered(
                createdAt: try row.get(0), contact: contact ?? "***", state: try row.get(3), attempts: try row.get(4))
        }
    }

    /// Subjects that have to wait.
    static func locks(on connection: inout Connection) throws(DatabaseError) -> Int {
        try connection.first(
            """
            SET STATEMENT max_statement_time = 5 FOR
            SELECT COUNT(*) FROM attempt_counters WHERE blocked_until > UTC_TIMESTAMP(6)
            """
        ).map { (row) throws(DatabaseError) in try row.get(0) } ?? 0
    }

    /// The newest loads of the master.
    static func loads(on connection: inout Connection) throws(DatabaseError) -> [ConsoleFigures.Load] {
        try connection.rows(
            """
            SELECT file_name, mode, started_at, state = 'applied', rows_read, rows_added, rows_changed,
                rows_removed, rows_refused
            FROM master_loads ORDER BY id DESC LIMIT 10
            """
        ).map { (row) throws(DatabaseError) in
            ConsoleFigures.Load(
                file: try row.get(0), mode: try row.get(1), startedAt: try row.get(2), isApplied: try row.get(3),
                read: try row.get(4), added: try row.get(5), changed: try row.get(6), removed: try row.get(7),
                refused: try row.get(8))
        }
    }
}
