public import MariaDB

/// Makes the master what it was before a load: each pair that the load touched becomes what it was then, in a load of
/// its own, which the record shows and which can be taken back in turn.
public struct MasterRollback {
    private let database: ConnectionOptions
    private let operatorName: String
    private let progress: (LoadProgress) -> Void

    /// Takes what a rollback needs; see ``MasterLoader``.
    public init(
        database: ConnectionOptions, operatorName: String = "", progress: @escaping (LoadProgress) -> Void = { _ in }
    ) {
        self.database = database
        self.operatorName = operatorName
        self.progress = progress
    }

    /// Takes a load back.
    ///
    /// - Parameter isForced: also where later loads touched the same pairs; what they made of them is undone with it.
    public func run(_ load: Int64, isForced: Bool) throws(MasterLoadError) -> LoadOutcome {
        var connection = try MasterLoader.connection(database)
        let claim: MasterLoads.Claim
        do throws(DatabaseError) {
            if let reason = try Self.refusal(load, isForced: isForced, on: &connection) {
                return .refused(reason, LoadReport())
            }
            let outcome = try MasterLoads.claim(
                "rollback", fileName: "", operatorName: operatorName, takesBack: load, on: &connection)
            switch outcome {
            case .busy(let who): return .busy(who)
            case .taken(let taken): claim = taken
            }
        } catch { throw .database(error) }
        var work = MasterWork(claim: claim, progress: progress)
        do throws(MasterLoadError) {
            try work.clearUnfinished(on: &connection)
            // Again: another load may have come between.
            let reason = try MasterLoadError.database { () throws(DatabaseError) in
                try Self.refusal(load, isForced: isForced, on: &connection)
            }
            if let reason {
                try work.end("refused", LoadReport(), on: &connection)
                return .refused(reason, LoadReport())
            }
            var report = try Self.counts(load, before: claim.base, on: &connection)
            report.load = work.load
            try copy(load, &work, report, on: &connection)
            try work.apply("rollback", report, on: &connection)
            return .applied(report)
        } catch {
            work.giveUp(after: error, on: &connection)
            throw error
        }
    }

    private static func refusal(
        _ load: Int64, isForced: Bool, on connection: inout Connection
    ) throws(DatabaseError) -> String? {
        let row = try connection.first("SELECT state FROM master_loads WHERE id = \(load)")
        guard let state = try row?.get(0, as: String.self) else { return "There is no load \(load)." }
        guard state == "applied" else {
            return "Load \(load) never came to count (\(state)): there is nothing to take back."
        }
        guard try MasterLoads.firstWithoutHistory(after: load - 1, through: load, on: &connection) == nil else {
            return "Versions from before load \(load) were taken away: nobody knows any more what the master was then."
        }
        guard !isForced else { return nil }
        let back = try connection.first(
            """
            SELECT MAX(b.id) FROM master_loads b WHERE b.taken_back = \(load) AND b.state = 'applied'
                AND NOT EXISTS (SELECT 1 FROM master_loads a WHERE a.taken_back = b.id AND a.state = 'applied')
            """)
        if let id = try back?.get(0, as: Int64?.self) { return "Load \(load) was taken back already, by load \(id)." }
        let later = try connection.first(
            """
            SELECT COUNT(DISTINCT v.iec, v.gstin), MIN(n.load_id) FROM master_versions v
            JOIN master_versions n ON n.iec = v.iec AND n.gstin = v.gstin AND n.load_id > \(load)
                AND n.load_id <= (SELECT current_load FROM master_state WHERE id = 1)
            WHERE v.load_id = \(load)
            """)
        guard let later, try later.get(0, as: Int.self) > 0 else { return nil }
        return
            "Later loads, load \(try later.get(1, as: Int64.self)) first, touched \(try later.get(0, as: Int.self)) pairs "
            + "of load \(load). Take those back first, or undo them with it by --force."
    }

    private static func counts(
        _ load: Int64, before base: Int64, on connection: inout Connection
    ) throws(MasterLoadError) -> LoadReport {
        var report = LoadReport()
        do throws(DatabaseError) {
            let row = try connection.first(
                """
                SELECT COUNT(*), IFNULL(SUM(c.is_removed AND NOT IFNULL(p.is_removed, TRUE)), 0),
                    IFNULL(SUM(NOT c.is_removed AND IFNULL(p.is_removed, TRUE)), 0),
                    IFNULL(SUM(NOT c.is_removed AND NOT IFNULL(p.is_removed, TRUE)), 0)
                FROM master_versions v
                \(MasterLoads.versionBefore)
                JOIN master_versions c ON c.iec = v.iec AND c.gstin = v.gstin AND c.load_id = (
                    SELECT MAX(d.load_id) FROM master_versions d
                    WHERE d.iec = v.iec AND d.gstin = v.gstin AND d.load_id <= \(base))
                WHERE v.load_id = \(load)
                """)
            let pairs = try connection.first("SELECT rows_after FROM master_loads WHERE id = \(base)")
            guard let row else { return report }
            report.read = try row.get(0)
            report.added = try row.get(1)
            report.removed = try row.get(2)
            report.changed = try row.get(3)
            report.before = try pairs?.get(0, as: Int?.self) ?? 0
        } catch { throw .database(error) }
        return report
    }

    private func copy(
        _ load: Int64, _ work: inout MasterWork, _ report: LoadReport, on connection: inout Connection
    ) throws(MasterLoadError) {
        var last = (iec: "", gstin: "")
        var done = 0
        let batchSize = BatchSize(for: database.servers).rows
        while true {
            let target = work.load
            let after = last
            let step: (last: (iec: String, gstin: String), isOurs: Bool)?
            do throws(DatabaseError) {
                step = try connection.transaction { (connection) throws(DatabaseError) in
                    // Where the batch ends, by the index of the loads, which has the pairs in their order.
                    let end = try connection.first(
                        """
                        SELECT iec, gstin FROM (
                            SELECT iec, gstin FROM master_versions FORCE INDEX (master_versions_load)
                            WHERE load_id = \(load) AND (iec > \(after.iec) OR (iec = \(after.iec) AND gstin > \(after.gstin)))
                            ORDER BY iec, gstin LIMIT \(batchSize)
                        ) batch ORDER BY iec DESC, gstin DESC LIMIT 1
                        """)
                    guard let end else { return .rollback(nil) }
                    let (iec, gstin) = (try end.get(0, as: String.self), try end.get(1, as: String.self))
                    try connection.execute(
                        """
                        INSERT INTO master_versions
                            (iec, gstin, load_id, is_removed, legal_name, email, mobile, iec_status, gstin_status)
                        SELECT v.iec, v.gstin, \(target), IFNULL(p.is_removed, TRUE), IFNULL(p.legal_name, v.legal_name),
                            IFNULL(p.email, v.email), IFNULL(p.mobile, v.mobile), IFNULL(p.iec_status, v.iec_status),
                            IFNULL(p.gstin_status, v.gstin_status)
                        FROM master_versions v FORCE INDEX (master_versions_load)
                        \(MasterLoads.versionBefore)
                        WHERE v.load_id = \(load)
                            AND (v.iec > \(after.iec) OR (v.iec = \(after.iec) AND v.gstin > \(after.gstin)))
                            AND (v.iec < \(iec) OR (v.iec = \(iec) AND v.gstin <= \(gstin)))
                        """)
                    let isOurs = try MasterLoads.touch(target, on: &connection)
                    let found = (last: (iec: iec, gstin: gstin), isOurs: isOurs)
                    return isOurs ? .commit(found) : .rollback(found)
                }
            } catch { throw .database(error) }
            guard let step else { return }
            guard step.isOurs else { throw .takenOver }
            last = step.last
            done += batchSize
            progress(
                LoadProgress(
                    phase: .loading, done: min(done, report.read), total: report.read, rows: min(done, report.read),
                    refused: 0))
        }
    }
}
