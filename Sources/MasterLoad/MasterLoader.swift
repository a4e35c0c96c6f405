internal import Files
public import MariaDB

/// Brings a file into the master, whole or not at all; or says what that would do.
///
/// The file is read and judged to its end, then compared with the master row by row, both in the order of their keys; only
/// then, when everything that could refuse it is known, are the rows that differ sent to the database, and a single number is
/// changed that makes them count. The comparison is made here and not by a join over a staging table: reading three
/// million rows costs the database a quarter of what taking them in costs, a staging table and the join more than all of it.
public struct MasterLoader {
    /// A pair with a registration in progress or an account, that a load would touch.
    public struct Touched: Sendable, Equatable {
        /// The pair.
        public let iec: String
        /// The pair.
        public let gstin: String
        /// Whether it would be removed; otherwise it would be changed.
        public let isRemoval: Bool
        /// The step of the registration in progress.
        public let registrationStep: String?
        /// The ICEGATE ID of the account.
        public let icegateID: String?
    }

    private let database: ConnectionOptions
    private let options: LoadOptions
    private let rejects: RejectsFile
    private let progress: (LoadProgress) -> Void

    /// Takes what a load needs.
    ///
    /// - Parameters:
    ///   - database: of the loader's account; up to four connections are opened.
    ///   - rejects: where refused rows are reported.
    ///   - progress: called several times a second.
    public init(
        database: ConnectionOptions, options: LoadOptions, rejects: RejectsFile,
        progress: @escaping (LoadProgress) -> Void = { _ in }
    ) {
        self.database = database
        self.options = options
        self.rejects = rejects
        self.progress = progress
    }

    /// The codes that the look-up tables of the database have.
    public static func statuses(of database: ConnectionOptions) throws(MasterLoadError) -> StatusCodes {
        do throws(DatabaseError) {
            var connection = try Connection(database)
            var codes: [[String]] = []
            for sql: SQL in [
                "SELECT code FROM iec_statuses ORDER BY code", "SELECT code FROM gstin_statuses ORDER BY code",
            ] {
                var column: [String] = []
                for row in try connection.rows(sql) { column.append(try row.get(0)) }
                codes.append(column)
            }
            return StatusCodes(iec: codes[0], gstin: codes[1])
        } catch { throw .database(error) }
    }

    // MARK: Checking

    /// Says what a load would do, and changes nothing.
    ///
    /// - Parameter touched: called with each registration in progress and each account that it would touch.
    public func check(
        _ file: consuming MasterFile, touched: (Touched) throws(MasterLoadError) -> Void
    ) throws(MasterLoadError) -> LoadOutcome {
        var report = LoadReport()
        var spool = try RowSpool()
        try read(&file, into: &spool, &report) { () throws(MasterLoadError) in }
        var registrations = try PairCursor(
            try Self.connection(database),
            "SELECT iec, gstin, step FROM registrations WHERE ended_at IS NULL ORDER BY iec, gstin")
        var accounts = try PairCursor(
            try Self.connection(database),
            "SELECT iec, gstin, icegate_id FROM accounts WHERE closed_at IS NULL ORDER BY iec, gstin")
        let pairs = try pairsToPassOver(spool.count)
        var master = try MasterCursor(
            database, statuses: file.statuses, iecs: pairs == nil ? nil : try spool.iecs())
        var comparison = try MasterComparison(report, isFull: options.mode == .full, statuses: file.statuses)
        var (touchedRegistrations, touchedAccounts) = (0, 0)
        try comparison.run(
            &spool, &master, rejects: rejects,
            touched: { (key, row, isRemoval) throws(MasterLoadError) in
                let step = try registrations.contains(key) ? registrations.word : nil
                let account = try accounts.contains(key) ? accounts.word : nil
                guard step != nil || account != nil else { return }
                touchedRegistrations += step == nil ? 0 : 1
                touchedAccounts += account == nil ? 0 : 1
                try touched(
                    Touched(
                        iec: String(decoding: row.text[..<10], as: UTF8.self),
                        gstin: String(decoding: row.text[10..<25], as: UTF8.self), isRemoval: isRemoval,
                        registrationStep: step, icegateID: account))
            },
            progress: { (done) throws(MasterLoadError) in tell(.comparing, done, report) })
        report = comparison.report
        if let pairs { report.before = pairs }
        report.touchedRegistrations = touchedRegistrations
        report.touchedAccounts = touchedAccounts
        try rejects.finish()
        return refusal(of: report).map { .refused($0, report) } ?? .applied(report)
    }

    // MARK: Loading

    /// Brings the file into the master.
    public func load(_ file: consuming MasterFile) throws(MasterLoadError) -> LoadOutcome {
        var connection = try Self.connection(database)
        let claim: MasterLoads.Claim
        do throws(DatabaseError) {
            let outcome = try MasterLoads.claim(
                options.mode.rawValue, fileName: options.fileName, operatorName: options.operatorName, on: &connection)
            switch outcome {
            case .busy(let who): return .busy(who)
            case .taken(let taken): claim = taken
            }
        } catch { throw .database(error) }
        var work = MasterWork(claim: claim, progress: progress)
        do throws(MasterLoadError) {
            return try load(&file, &work, &connection)
        } catch {
            work.giveUp(after: error, on: &connection)
            throw error
        }
    }

    private func load(
        _ file: inout MasterFile, _ work: inout MasterWork, _ connection: inout Connection
    ) throws(MasterLoadError) -> LoadOutcome {
        if !options.resumes { try work.clearUnfinished(on: &connection) }
        var report = LoadReport()
        var spool = try RowSpool()
        try read(&file, into: &spool, &report) { () throws(MasterLoadError) in try work.touch(on: &connection) }
        report.sha256 = file.source.sha256
        let staged = try work.carryOn(options.mode.rawValue, sha256: report.sha256, on: &connection)
        report.load = work.load

        let pairs = try pairsToPassOver(spool.count)
        var master = try MasterCursor(
            database, statuses: file.statuses, iecs: pairs == nil ? nil : try spool.iecs())
        var comparison = try MasterComparison(report, isFull: options.mode == .full, statuses: file.statuses)
        let total = spool.count
        try comparison.run(
            &spool, &master, rejects: rejects, touched: { _, _, _ in },
            progress: { (done) throws(MasterLoadError) in
                tell(.comparing, done, report, of: total)
                try work.touch(on: &connection)
            })
        report = comparison.report
        if let pairs { report.before = pairs }
        // Before the master is touched: a report that cannot be written stops the load.
        try rejects.finish()
        if let reason = refusal(of: report) {
            try work.end("refused", report, on: &connection)
            return .refused(reason, report)
        }
        let changeCount = comparison.changeCount
        let size = BatchSize(for: database.servers).bytes
        try MasterUpload(load: work.load, statuses: file.statuses, batchSize: size).run(
            comparison.changes, after: staged, on: &connection,
            progress: { (done) throws(MasterLoadError) in tell(.loading, done, report, of: changeCount) })
        try work.apply(options.mode.rawValue, report, on: &connection)
        return .applied(report)
    }

    // MARK: -

    private func read(
        _ file: inout MasterFile, into spool: inout RowSpool, _ report: inout LoadReport,
        touch: () throws(MasterLoadError) -> Void
    ) throws(MasterLoadError) {
        while let verdict = try file.advancing() {
            if file.rowCount & 0x3FFF == 0 {
                let source = file.source
                progress(
                    LoadProgress(
                        phase: .reading, done: source.readByteCount, total: source.byteCount, rows: file.rowCount,
                        refused: report.refused))
                try touch()
            }
            switch verdict {
            case .row:
                report.unusableContacts += file.judge.findings.count
                try spool.append(file.judge.row, .row)
            case .rejected(let hasPair):
                report.refused += 1
                if hasPair { try spool.append(file.judge.row, .refused) }
            }
            if !file.judge.findings.isEmpty { try rejects.add(file.judge.findings) }
        }
        report.read = file.rowCount
        try spool.rewind()
    }

    /// How many pairs the master has, when few of them are to be looked at: those of the IECs of a small delta.
    ///
    /// - Returns: `nil` when all are to be read.
    private func pairsToPassOver(_ rowCount: Int) throws(MasterLoadError) -> Int? {
        guard options.mode == .delta, (1...Self.smallDelta).contains(rowCount) else { return nil }
        do throws(DatabaseError) {
            var connection = try Connection(database)
            let row = try connection.first(
                "SELECT l.rows_after FROM master_state s JOIN master_loads l ON l.id = s.current_load WHERE s.id = 1")
            return try row?.get(0, as: Int?.self) ?? nil
        } catch { throw .database(error) }
    }

    /// Up to how many rows of a delta the master is asked for their IECs alone.
    private static let smallDelta = 100_000

    /// Why the master is to stay as it is.
    private func refusal(of report: LoadReport) -> String? {
        if let most = options.maximumRejects, report.refused > most {
            return "\(report.refused) rows are refused, and --max-rejects is \(most)."
        }
        guard options.mode == .full else { return nil }
        guard Double(report.removed) <= Double(report.before) * options.maximumRemoved / 100 else {
            return
                "The file lacks \(report.removed) of the master's \(report.before) pairs. If that is right, say so with "
                + "--max-removed."
        }
        return nil
    }

    private func tell(_ phase: LoadProgress.Phase, _ done: Int, _ report: LoadReport, of total: Int? = nil) {
        progress(LoadProgress(phase: phase, done: done, total: total, rows: done, refused: report.refused))
    }

    static func connection(_ database: ConnectionOptions) throws(MasterLoadError) -> Connection {
        do throws(DatabaseError) { return try Connection(database) } catch { throw .database(error) }
    }
}
