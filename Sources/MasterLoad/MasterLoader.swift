public import MariaDB
import Registration

/// Brings the rows of a file into the master: staged first, then applied in one transaction or not at all.
///
/// Readers see the master as it was until the transaction commits.
public struct MasterLoader: ~Copyable {
    /// Which rows of the master a file stands for.
    public enum Mode: String, Sendable, CaseIterable {
        /// All of them: rows that the file lacks are removed.
        case full
        /// Those that the file has.
        case delta
    }

    /// What a load did.
    public struct Report: Sendable, Equatable {
        /// The load's number.
        public let load: Int64
        /// Rows of the file, the header left out.
        public var read = 0
        /// Rows that the master did not have.
        public var added = 0
        /// Rows of which something was different.
        public var changed = 0
        /// Rows that the file lacked (``Mode/full`` alone).
        public var removed = 0
        /// Rows that were not loaded.
        public var refused = 0
        /// Contacts that were loaded and cannot be used.
        public var unusableContacts = 0
    }

    /// How a load ended.
    public enum Outcome: Sendable, Equatable {
        /// The master is what the file says.
        case applied(Report)
        /// The master is as it was: the file lacks too many of its rows.
        case tooManyRemoved(count: Int, of: Int, Report)
    }

    private var connection: Connection
    private let mode: Mode
    private var report: Report
    private var batch: [[Value]] = []

    /// Begins a load.
    ///
    /// - Parameters:
    ///   - connection: of the loader's account.
    ///   - fileName: for the record; cut to 255 characters.
    public init(connection: consuming Connection, fileName: String, mode: Mode) throws(DatabaseError) {
        self.connection = connection
        self.mode = mode
        let outcome = try self.connection.execute(
            """
            INSERT INTO master_loads (file_name, mode, loaded_by, started_at)
            VALUES (LEFT(\(fileName), 255), \(mode.rawValue), CURRENT_USER(), UTC_TIMESTAMP(6))
            """)
        report = Report(load: Int64(clamping: outcome.insertID))
    }

    /// Takes a row of the file, or notes that it was refused.
    ///
    /// - Returns: what the report says of the row.
    public mutating func take(_ line: MasterLine) throws(DatabaseError) -> [MasterFinding] {
        report.read += 1
        switch line {
        case .rejected(let findings):
            report.refused += 1
            return findings
        case .row(let row, let findings):
            report.unusableContacts += findings.count
            batch.append([
                .integer(report.load), .text(row.iec.text), .text(row.gstin.text), .text(row.legalName),
                .text(row.email), .text(row.mobile), .text(row.iecStatus), .text(row.gstinStatus),
            ])
            if batch.count == Self.batchSize { try stage() }
            return findings
        }
    }

    /// Applies what was taken.
    ///
    /// - Parameter maximumRemoved: the most rows of the master, in percent, that a full load may remove: a file that was
    ///   cut short, or the wrong one, is not taken for the wish to empty the master.
    public mutating func apply(maximumRemoved: Double = 5) throws(DatabaseError) -> Outcome {
        try stage()
        let (load, mode, isFull) = (report.load, mode, mode == .full)
        let (read, refused) = (report.read, report.refused)
        let counts = try connection.transaction { (connection) throws(DatabaseError) -> TransactionEnd<Counts> in
            let before = try connection.first("SELECT COUNT(*) FROM master_entries")?.get(0, as: Int.self) ?? 0
            let removed =
                isFull
                ? try connection.execute(
                    """
                    DELETE m FROM master_entries m
                    LEFT JOIN master_staging s ON s.load_id = \(load) AND s.iec = m.iec AND s.gstin = m.gstin
                    WHERE s.iec IS NULL
                    """
                ).affectedRows : 0
            guard Double(removed) <= Double(before) * maximumRemoved / 100 else {
                return .rollback(Counts(before: before, removed: removed))
            }
            let changed = try connection.execute(
                """
                UPDATE master_entries m JOIN master_staging s ON s.iec = m.iec AND s.gstin = m.gstin
                SET m.legal_name = s.legal_name, m.email = s.email, m.mobile = s.mobile,
                    m.iec_status = s.iec_status, m.gstin_status = s.gstin_status, m.load_id = s.load_id
                WHERE s.load_id = \(load) AND NOT (BINARY m.legal_name = BINARY s.legal_name
                    AND BINARY m.email = BINARY s.email AND BINARY m.mobile = BINARY s.mobile
                    AND m.iec_status = s.iec_status AND m.gstin_status = s.gstin_status)
                """
            ).affectedRows
            let added = try connection.execute(
                """
                INSERT INTO master_entries
                    (iec, gstin, legal_name, email, mobile, iec_status, gstin_status, load_id)
                SELECT s.iec, s.gstin, s.legal_name, s.email, s.mobile, s.iec_status, s.gstin_status, s.load_id
                FROM master_staging s
                LEFT JOIN master_entries m ON m.iec = s.iec AND m.gstin = s.gstin
                WHERE s.load_id = \(load) AND m.iec IS NULL
                """
            ).affectedRows
            try connection.execute(
                """
                UPDATE master_loads
                SET finished_at = UTC_TIMESTAMP(6), rows_read = \(read), rows_added = \(added),
                    rows_changed = \(changed), rows_removed = \(removed), rows_refused = \(refused)
                WHERE id = \(load)
                """)
            try connection.execute("DELETE FROM master_staging WHERE load_id = \(load)")
            try connection.execute(
                """
                INSERT INTO audit_events (happened_at, action, outcome, client_address, request_id)
                VALUES (UTC_TIMESTAMP(6), 'master.load', \(mode.rawValue), '', '')
                """)
            return .commit(Counts(before: before, removed: removed, added: added, changed: changed, isApplied: true))
        }
        guard counts.isApplied else {
            return .tooManyRemoved(count: counts.removed, of: counts.before, try abandon())
        }
        report.added = counts.added
        report.changed = counts.changed
        report.removed = counts.removed
        return .applied(report)
    }

    private struct Counts {
        let before: Int
        let removed: Int
        var added = 0
        var changed = 0
        var isApplied = false
    }

    /// Leaves the master as it is and clears away what was staged.
    public mutating func abandon() throws(DatabaseError) -> Report {
        batch = []
        try connection.execute("DELETE FROM master_staging WHERE load_id = \(report.load)")
        return report
    }

    private mutating func stage() throws(DatabaseError) {
        guard !batch.isEmpty else { return }
        let rows = batch
        batch.removeAll(keepingCapacity: true)
        try connection.executeMany(
            """
            INSERT INTO master_staging
                (load_id, iec, gstin, legal_name, email, mobile, iec_status, gstin_status)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """, rows: rows)
    }

    private static let batchSize = 5_000
}
