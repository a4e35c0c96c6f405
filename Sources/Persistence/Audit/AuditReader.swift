public import FoundationEssentials
public import MariaDB
public import Registration

/// Reads the audit for auditors, on an account that may read events and seals.
public struct AuditReader {
    private let pool: Pool

    /// Makes a reader.
    public init(pool: Pool) { self.pool = pool }

    /// Hands over the events of a time in the order of their numbers, each with the number of its seal.
    ///
    /// - Parameters:
    ///   - start: leaves out what was done before.
    ///   - end: leaves out what was done then or later.
    ///   - pageSize: how many are read at once; between pages nobody waits for `body`.
    public func forEachEvent(
        from start: Date?, to end: Date?, pageSize: Int = 5_000, _ body: (AuditEvent, _ seal: Int64?) throws -> Void
    ) throws {
        let from: SQL = start.map { "AND e.happened_at >= \($0)" } ?? ""
        let to: SQL = end.map { "AND e.happened_at < \($0)" } ?? ""
        // Where the numbers of that time begin and end, by the index over the times.
        let range = try pool.perform { (connection) throws(DatabaseError) in
            try connection.first("SELECT MIN(e.id), MAX(e.id) FROM audit_events e WHERE TRUE \(from) \(to)")
        }
        guard var next = try range?.get(0, as: Int64?.self), let last = try range?.get(1, as: Int64?.self) else {
            return
        }
        while next <= last {
            let page = try pool.perform { (connection) throws(DatabaseError) in
                try connection.rows(
                    """
                    SELECT \(AuditSeals.eventColumns), m.seal, e.id
                    FROM audit_events e LEFT JOIN audit_seal_events m ON m.event_id = e.id
                    WHERE e.id BETWEEN \(next) AND \(last) \(from) \(to)
                    ORDER BY e.id LIMIT \(pageSize)
                    """)
            }
            let count = AuditEvent.columns.count
            for row in page { try body(AuditSeals.event(row), row.get(count)) }
            guard let newest = try page.last?.get(count + 1, as: Int64.self), page.count == pageSize else { return }
            next = newest + 1
        }
    }

    /// How the sealing stands; see ``AuditState``.
    public func state() throws(StoreError) -> AuditState {
        try pool.perform { (connection) throws(DatabaseError) in
            let last = try AuditSeals.last(on: &connection)
            let row = try connection.first(
                """
                SELECT COUNT(*), IFNULL(TIMESTAMPDIFF(SECOND, MIN(open.happened_at), UTC_TIMESTAMP(6)), 0),
                    IFNULL(TIMESTAMPDIFF(SECOND, CAST(\(last?.sealedAt) AS DATETIME(6)), UTC_TIMESTAMP(6)), 0)
                FROM (\(try Self.open(last, on: &connection))) open
                """)
            return AuditState(
                last: last, age: .seconds(try row?.get(2, as: Int.self) ?? 0), openCount: try row?.get(0) ?? 0,
                longestOpen: .seconds(try row?.get(1, as: Int.self) ?? 0))
        }
    }

    /// Events that the job has not sealed yet, up to ``AuditState/most``.
    private static func open(
        _ last: AuditSeal?, on connection: inout Connection
    ) throws(DatabaseError) -> SQL {
        var (floor, bound): (Int64, SQL) = (0, "")
        if let completeUntil = last?.completeUntil {
            floor = try AuditSeals.floor(after: completeUntil, on: &connection) ?? .max
            bound = "AND e.happened_at > \(AuditSeals.lateBound(completeUntil))"
        }
        return """
            SELECT e.happened_at FROM audit_events e LEFT JOIN audit_seal_events m ON m.event_id = e.id
            WHERE e.id >= \(floor) \(bound) AND m.event_id IS NULL ORDER BY e.id LIMIT \(AuditState.most)
            """
    }
}

/// How the sealing of the audit stands.
public struct AuditState: Sendable {
    /// The newest seal; `nil` when nothing was sealed yet.
    public let last: AuditSeal?
    /// How long ago it was made.
    public let age: Duration
    /// Events that wait for the next run, counted up to ``most``.
    public let openCount: Int
    /// How long the oldest of them has been waiting.
    public let longestOpen: Duration

    /// So many are counted.
    public static let most = 10_000
}
