internal import Glibc
internal import MariaDB
internal import Registration

/// The record of the loads, and the one row that says who is loading: the lock holds on every node of a cluster, since
/// two that take it at the same instant change the same row, and one of them has to begin anew and then sees the other.
enum MasterLoads {
    /// How long a load may be silent before it counts as dead, in seconds; one whose connection is gone is dead at once.
    static let patience = 60

    /// The lock, taken.
    struct Claim {
        let load: Int64
        let base: Int64
        /// The load of a run that died at it, whose rows are to be cleared away or carried on.
        let unfinished: Unfinished?
    }

    /// A load whose run died.
    struct Unfinished {
        let load: Int64
        let mode: String
        let sha256: [UInt8]?
        let base: Int64?
        let stagedIEC: String?
        let stagedGSTIN: String?
    }

    enum ClaimOutcome {
        case taken(Claim)
        /// Somebody else is loading: who, what, since when.
        case busy(String)
    }

    /// Takes the lock and notes the load in the record.
    static func claim(
        _ mode: String, fileName: String, operatorName: String, takesBack: Int64? = nil, on connection: inout Connection
    ) throws(DatabaseError) -> ClaimOutcome {
        try connection.execute("INSERT IGNORE INTO master_state (id) VALUES (1)")
        // A server notices that a client is gone when it has done with its last statement: that of a run that was killed
        // just now is given a moment.
        for _ in 0..<8 {
            let outcome = try claimNow(
                mode, fileName: fileName, operatorName: operatorName, takesBack: takesBack, on: &connection)
            if case .taken = outcome { return outcome }
            usleep(250_000)
        }
        return try claimNow(mode, fileName: fileName, operatorName: operatorName, takesBack: takesBack, on: &connection)
    }

    private static func claimNow(
        _ mode: String, fileName: String, operatorName: String, takesBack: Int64?, on connection: inout Connection
    ) throws(DatabaseError) -> ClaimOutcome {
        try connection.transaction { (connection) throws(DatabaseError) -> TransactionEnd<ClaimOutcome> in
            let row = try connection.first(
                """
                SELECT s.current_load, s.loading,
                    IFNULL(s.seen_at > UTC_TIMESTAMP(6) - INTERVAL \(patience) SECOND, FALSE) AND NOT (
                        s.loading_server = CONCAT(@@hostname, ':', @@port, ':', @@server_id)
                        AND NOT EXISTS (SELECT 1 FROM information_schema.PROCESSLIST p WHERE p.id = s.loading_connection)),
                    l.operator, l.loaded_by, l.file_name, DATE_FORMAT(l.started_at, '%Y-%m-%d %H:%i:%s'),
                    TIMESTAMPDIFF(SECOND, s.seen_at, UTC_TIMESTAMP(6)), l.mode, l.sha256, l.base_load, l.staged_iec,
                    l.staged_gstin
                FROM master_state s LEFT JOIN master_loads l ON l.id = s.loading AND l.state = 'loading'
                WHERE s.id = 1 FOR UPDATE
                """)
            guard let row else {
                throw DatabaseError(code: DatabaseError.unreadableValue, sqlState: "HY000", reason: "no master_state")
            }
            let base = try row.get(0, as: Int64.self)
            let loading = try row.get(1, as: Int64?.self)
            if let loading, try row.get(2, as: Bool.self) {
                let who = [try row.get(3, as: String?.self) ?? "", try row.get(4, as: String?.self) ?? ""]
                    .filter { !$0.isEmpty }.joined(separator: ", ")
                return .rollback(
                    .busy(
                        "\(who) has been loading \(try row.get(5, as: String?.self) ?? "?") since "
                            + "\(try row.get(6, as: String?.self) ?? "?") UTC (load \(loading), last sign of life "
                            + "\(try row.get(7, as: Int?.self) ?? 0) s ago)"))
            }
            var unfinished: Unfinished?
            if let loading {
                unfinished = Unfinished(
                    load: loading, mode: try row.get(8, as: String?.self) ?? "", sha256: try row.get(9),
                    base: try row.get(10), stagedIEC: try row.get(11), stagedGSTIN: try row.get(12))
            }
            let outcome = try connection.execute(
                """
                INSERT INTO master_loads (file_name, mode, loaded_by, operator, base_load, taken_back, started_at)
                VALUES (LEFT(\(fileName), 255), \(mode), CURRENT_USER(), LEFT(\(operatorName), 128), \(base),
                    \(takesBack), UTC_TIMESTAMP(6))
                """)
            // Runs that died before they had the lock have no rows.
            try connection.execute(
                """
                UPDATE master_loads SET state = 'abandoned', finished_at = UTC_TIMESTAMP(6)
                WHERE state = 'loading' AND id <> \(outcome.insertID) AND id <> \(loading ?? 0)
                """)
            // The row stays in the hands of the unfinished load until its rows are gone.
            let load = Int64(clamping: outcome.insertID)
            try hold(unfinished?.load ?? load, on: &connection)
            return .commit(.taken(Claim(load: load, base: base, unfinished: unfinished)))
        }
    }

    /// Whether the lock is this connection's: numbers of connections are those of one server.
    private static let isOurs: SQL = """
        loading_connection = CONNECTION_ID() AND loading_server = CONCAT(@@hostname, ':', @@port, ':', @@server_id)
        """

    /// Makes the lock that of a load and of this connection.
    static func hold(_ load: Int64, on connection: inout Connection) throws(DatabaseError) {
        try connection.execute(
            """
            UPDATE master_state
            SET loading = \(load), loading_server = CONCAT(@@hostname, ':', @@port, ':', @@server_id),
                loading_connection = CONNECTION_ID(), seen_at = UTC_TIMESTAMP(6)
            WHERE id = 1
            """)
    }

    /// Gives a sign of life.
    ///
    /// - Returns: whether the lock is still this connection's.
    static func touch(_ load: Int64, on connection: inout Connection) throws(DatabaseError) -> Bool {
        try connection.execute(
            """
            UPDATE master_state SET seen_at = UTC_TIMESTAMP(6)
            WHERE id = 1 AND loading = \(load) AND \(isOurs)
            """
        ).affectedRows == 1
    }

    /// Takes some of a load's rows away.
    ///
    /// - Returns: how many.
    static func removeRows(of load: Int64, on connection: inout Connection) throws(DatabaseError) -> Int {
        try connection.execute(
            """
            DELETE FROM master_versions
            WHERE load_id = \(load) AND load_id > (SELECT current_load FROM master_state WHERE id = 1) LIMIT 10000
            """
        ).affectedRows
    }

    /// Joins to a version `v` the one `p` of its pair before it, where there is one.
    static let versionBefore: SQL = """
        LEFT JOIN master_versions p ON p.iec = v.iec AND p.gstin = v.gstin AND p.load_id = (
            SELECT MAX(q.load_id) FROM master_versions q
            WHERE q.iec = v.iec AND q.gstin = v.gstin AND q.load_id < v.load_id)
        """

    /// The first of some loads whose history is not whole: versions that they wrote, or that stood before, were taken away.
    ///
    /// - Returns: its number; `nil` when every load that counts between the two, the second included, can be told from what
    ///   was before it.
    static func firstWithoutHistory(
        after low: Int64, through high: Int64, on connection: inout Connection
    ) throws(DatabaseError) -> Int64? {
        let row = try connection.first(
            """
            SELECT l.id FROM master_loads l
            LEFT JOIN (
                SELECT v.load_id, COUNT(*) AS written, SUM(NOT IFNULL(p.is_removed, TRUE)) AS replaced
                FROM master_versions v
                \(versionBefore)
                WHERE v.load_id > \(low) AND v.load_id <= \(high)
                GROUP BY v.load_id
            ) k ON k.load_id = l.id
            WHERE l.id > \(low) AND l.id <= \(high) AND l.state = 'applied'
                AND (IFNULL(k.written, 0) <> IF(l.mode = 'rollback', l.rows_read, l.rows_added + l.rows_changed + l.rows_removed)
                    OR IFNULL(k.replaced, 0) <> l.rows_changed + l.rows_removed)
            ORDER BY l.id LIMIT 1
            """)
        return try row?.get(0)
    }

    /// Ends a load that is not to count, when its rows are gone, and lets the lock go or hands it to `successor`.
    static func end(
        _ load: Int64, _ state: String, _ report: LoadReport = LoadReport(), successor: Int64? = nil,
        on connection: inout Connection
    ) throws(DatabaseError) {
        try connection.transaction { (connection) throws(DatabaseError) in
            try connection.execute(
                """
                UPDATE master_loads
                SET state = \(state), finished_at = UTC_TIMESTAMP(6), sha256 = IFNULL(sha256, \(report.sha256)),
                    rows_read = \(report.read), rows_refused = \(report.refused)
                WHERE id = \(load) AND state = 'loading'
                """)
            try connection.execute(
                """
                UPDATE master_state SET loading = \(successor), seen_at = UTC_TIMESTAMP(6)
                WHERE id = 1 AND loading = \(load) AND \(isOurs)
                """)
            return .commit(())
        }
    }

    /// Makes a load count: from here on its rows are the master's.
    ///
    /// - Returns: whether the lock was still this connection's.
    static func apply(
        _ load: Int64, _ mode: String, _ report: LoadReport, on connection: inout Connection
    ) throws(DatabaseError) -> Bool {
        try connection.transaction { (connection) throws(DatabaseError) in
            let switched = try connection.execute(
                """
                UPDATE master_state
                SET current_load = \(load), loading = NULL, loading_server = NULL, loading_connection = NULL, seen_at = NULL
                WHERE id = 1 AND loading = \(load) AND \(isOurs) AND current_load < \(load)
                """
            ).affectedRows
            guard switched == 1 else { return .rollback(false) }
            try connection.execute(
                """
                UPDATE master_loads
                SET state = 'applied', finished_at = UTC_TIMESTAMP(6), sha256 = \(report.sha256),
                    staged_iec = NULL, staged_gstin = NULL, rows_read = \(report.read), rows_added = \(report.added),
                    rows_changed = \(report.changed), rows_removed = \(report.removed),
                    rows_refused = \(report.refused), rows_kept = \(report.kept),
                    contacts_unusable = \(report.unusableContacts), rows_after = \(report.after)
                WHERE id = \(load)
                """)
            let operatorName = try connection.first("SELECT operator FROM master_loads WHERE id = \(load)")?.get(
                0, as: String.self)
            try connection.execute(
                """
                INSERT INTO audit_events (action, outcome, client_address, request_id, actor, subject)
                VALUES ('master.load', \(mode), '', '', \(OperatorName(operatorName ?? "").text), \("load:\(load)"))
                """)
            return .commit(true)
        }
    }
}
