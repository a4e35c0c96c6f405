import MariaDB
import Registration

/// The chain of seals, and which event is of which seal.
enum AuditSeals {
    /// The newest link; `nil` when nothing was sealed yet.
    static func last(on connection: inout Connection) throws(DatabaseError) -> AuditSeal? {
        try connection.first(selection + "ORDER BY number DESC LIMIT 1").map(seal)
    }

    /// One link; `nil` when there is none of that number.
    static func find(_ number: Int64, on connection: inout Connection) throws(DatabaseError) -> AuditSeal? {
        try connection.first(selection + "WHERE number = \(number)").map(seal)
    }

    /// The newest link that says what was taken away by the clean-up.
    static func newestRetention(on connection: inout Connection) throws(DatabaseError) -> AuditSeal? {
        try connection.first(selection + "WHERE kind = 'retention' ORDER BY number DESC LIMIT 1").map(seal)
    }

    /// The next links in the order of their numbers, each with the second in which it was made.
    static func page(
        after number: Int64, atMost count: Int, on connection: inout Connection
    ) throws(DatabaseError) -> [(seal: AuditSeal, second: Int)] {
        try connection.rows(selection + "WHERE number > \(number) ORDER BY number LIMIT \(count)").map {
            (row) throws(DatabaseError) in (try seal(row), try row.get(secondColumn))
        }
    }

    /// Adds a link with its events.
    ///
    /// - Parameter codes: number and code of each event.
    /// - Throws: an error that `isDuplicate` when another sealer was faster.
    static func add(
        _ seal: AuditSeal, codes: [(id: String, code: [UInt8])], on connection: inout Connection
    ) throws(DatabaseError) {
        let events = seal.events
        try connection.execute(
            """
            INSERT INTO audit_seals (number, kind, format, key_id, sealed_at, complete_until, sealed_by, events, first_event,
                last_event, newest_at, events_sha256, removed_through, removed_code, removed_until, previous_code, code)
            VALUES (\(seal.number), \(seal.kind?.rawValue), \(seal.format), \(Int64(seal.keyID)), \(seal.sealedAt),
                \(seal.completeUntil), \(seal.sealedBy), \(events.count), \(events.first), \(events.last),
                \(events.newestAt), \(events.digest), \(seal.removal?.through), \(seal.removal?.code),
                \(seal.removal?.until), \(seal.previousCode), \(seal.code))
            """)
        try connection.executeMany(
            "INSERT INTO audit_seal_events (event_id, seal, code) VALUES (?, ?, ?)",
            rows: codes.map { [.text($0.id), .integer(seal.number), .bytes($0.code)] })
    }

    /// The lowest number that an event can have which the job may still seal; `nil` when there is no such event.
    ///
    /// Found by the index over the times, so that the sealed years before it are not read.
    static func floor(after completeUntil: String, on connection: inout Connection) throws(DatabaseError) -> Int64? {
        try connection.first(
            "SELECT MIN(e.id) FROM audit_events e WHERE e.happened_at > \(lateBound(completeUntil))"
        )?.get(0)
    }

    /// Events that no seal names, in the order of their numbers.
    ///
    /// - Parameters:
    ///   - completeUntil: what the newest link says; what was done long before that is left out. `nil`: nothing is.
    static func unsealed(
        from id: Int64, completeUntil: String?, atMost count: Int, on connection: inout Connection
    ) throws(DatabaseError) -> [AuditEvent] {
        let bound: SQL = completeUntil.map { "AND e.happened_at > \(lateBound($0))" } ?? ""
        return try connection.rows(
            """
            SELECT \(eventColumns) FROM audit_events e LEFT JOIN audit_seal_events m ON m.event_id = e.id
            WHERE e.id >= \(id) \(bound) AND m.event_id IS NULL
            ORDER BY e.id LIMIT \(count)
            """
        ).map { (row) throws(DatabaseError) in try event(row) }
    }

    /// Hands over what a seal names, in the order of the numbers: the number, the code, and the event unless it is gone.
    static func forEachEvent(
        of seal: Int64, on connection: inout Connection,
        _ body: (_ id: String, _ code: [UInt8], _ event: AuditEvent?) throws(DatabaseError) -> Void
    ) throws(DatabaseError) {
        try connection.forEachRow(
            """
            SELECT \(eventColumns), CAST(m.event_id AS CHAR), m.code
            FROM audit_seal_events m LEFT JOIN audit_events e ON e.id = m.event_id
            WHERE m.seal = \(seal) ORDER BY m.event_id
            """
        ) { (row) throws(DatabaseError) in
            let isThere = try row.get(0, as: String?.self) != nil
            let next = AuditEvent.columns.count
            try body(row.get(next), row.get(next + 1), isThere ? try event(row) : nil)
        }
    }

    /// The columns of ``AuditEvent`` from a table `e`, each as text in the server's notation.
    static let eventColumns: SQL = """
        CAST(e.id AS CHAR), CAST(e.happened_at AS CHAR), e.action, e.outcome, e.iec, e.gstin, e.icegate_id,
            CAST(e.registration_id AS CHAR), CAST(e.account_id AS CHAR), e.client_address, e.request_id,
            CAST(e.administrator_id AS CHAR), e.actor, e.subject
        """

    /// Reads ``eventColumns`` that stand first in a row.
    static func event(_ row: Row) throws(DatabaseError) -> AuditEvent {
        AuditEvent(
            try AuditEvent.columns.indices.map { (column) throws(DatabaseError) in try row.get(column, as: String?.self)
            })
    }

    /// The time before which an event comes too late to be sealed.
    static func lateBound(_ completeUntil: String) -> SQL {
        "CAST(\(completeUntil) AS DATETIME(6)) - INTERVAL \(AuditSeal.lateness) SECOND"
    }

    private static let secondColumn = 17
    private static let selection: SQL = """
        SELECT number, kind, format, key_id, CAST(sealed_at AS CHAR), CAST(complete_until AS CHAR), sealed_by, events,
            CAST(first_event AS CHAR), CAST(last_event AS CHAR), CAST(newest_at AS CHAR), events_sha256, removed_through,
            removed_code, CAST(removed_until AS CHAR), previous_code, code,
            TIMESTAMPDIFF(SECOND, '1970-01-01', sealed_at)
        FROM audit_seals
        """ + " "

    private static func seal(_ row: Row) throws(DatabaseError) -> AuditSeal {
        var removal: AuditSeal.Removal?
        if let through = try row.get(12, as: Int64?.self) {
            removal = AuditSeal.Removal(
                through: through, code: try row.get(13, as: [UInt8]?.self) ?? [], until: try row.get(14))
        }
        return AuditSeal(
            number: try row.get(0), kind: AuditSeal.Kind(rawValue: try row.get(1)), format: try row.get(2),
            keyID: try row.get(3), sealedAt: try row.get(4), completeUntil: try row.get(5), sealedBy: try row.get(6),
            events: AuditSeal.Events(
                count: try row.get(7), first: try row.get(8), last: try row.get(9), newestAt: try row.get(10),
                digest: try row.get(11)),
            removal: removal, previousCode: try row.get(15), code: try row.get(16))
    }
}
