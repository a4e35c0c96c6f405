internal import Files
internal import MariaDB

/// What a file would change: its rows and the master's, both in the order of their keys, walked side by side.
///
/// Rows that differ go to a temporary file; the database has to do no more than send its rows once.
struct MasterComparison: ~Copyable {
    /// The rows that differ, as ``RowRecord`` writes them.
    private(set) var changes: TemporaryFile
    private(set) var changeCount = 0
    private(set) var report: LoadReport

    private let isFull: Bool
    private let statuses: StatusCodes
    private var buffer: [UInt8] = []

    init(_ report: LoadReport, isFull: Bool, statuses: StatusCodes) throws(MasterLoadError) {
        changes = try MasterLoadError.disk { () throws(FileError) in try TemporaryFile() }
        self.report = report
        self.isFull = isFull
        self.statuses = statuses
    }

    /// Compares.
    ///
    /// - Parameters:
    ///   - touched: called with each pair that would be changed or removed.
    ///   - progress: called now and then with the rows that are done.
    mutating func run(
        _ spool: inout RowSpool, _ master: inout MasterCursor, rejects: RejectsFile,
        touched: (PairKey, MasterRowBytes, _ isRemoval: Bool) throws(MasterLoadError) -> Void,
        progress: (Int) throws(MasterLoadError) -> Void
    ) throws(MasterLoadError) {
        try master.advance()
        var done = 0
        var row = MasterRowBytes()
        while true {
            done += 1
            if done & 0x3FFF == 0 { try progress(done) }
            let fileKey = spool.current?.key
            guard let masterRow = master.row else {
                guard let fileKey else { break }
                if try take(fileKey, &spool, into: &row, rejects) != nil { try add(row) }
                continue
            }
            report.before += 1
            let key = master.key
            if let fileKey, fileKey < key {
                report.before -= 1
                if try take(fileKey, &spool, into: &row, rejects) != nil { try add(row) }
                continue
            }
            if let fileKey, fileKey == key {
                let refusedLine = spool.current?.row.line ?? 0
                if try take(fileKey, &spool, into: &row, rejects) != nil {
                    if try compare(row, with: masterRow) { try touched(key, row, false) }
                } else {
                    report.kept += 1
                    try rejects.add([Self.kept(masterRow, line: refusedLine)])
                }
            } else if isFull {
                report.removed += 1
                try write(masterRow, .removal)
                try touched(key, masterRow, true)
            }
            try master.advance()
        }
        try flush()
    }

    // MARK: -

    /// Takes all rows of one key: the first good one is taken, further ones are refused.
    ///
    /// - Returns: `nil` when there is no good one.
    private mutating func take(
        _ key: PairKey, _ spool: inout RowSpool, into row: inout MasterRowBytes, _ rejects: RejectsFile
    ) throws(MasterLoadError) -> Void? {
        var firstLine: Int?
        while let current = spool.current, current.key == key {
            if current.kind == .row {
                if let firstLine {
                    report.refused += 1
                    try rejects.add([Self.duplicate(current.row, firstLine: firstLine)])
                } else {
                    firstLine = current.row.line
                    row = current.row
                }
            }
            try spool.advance()
        }
        return firstLine == nil ? nil : ()
    }

    private mutating func add(_ row: MasterRowBytes) throws(MasterLoadError) {
        report.added += 1
        try write(row, .row)
    }

    /// - Returns: whether something is different.
    private mutating func compare(_ row: MasterRowBytes, with old: MasterRowBytes) throws(MasterLoadError) -> Bool {
        if row.iecStatus == old.iecStatus, row.gstinStatus == old.gstinStatus, row.nameEnd == old.nameEnd,
            row.emailEnd == old.emailEnd, row.text == old.text
        {
            return false
        }
        report.changed += 1
        let differs = [
            row.text[row.nameRange] != old.text[old.nameRange], row.text[row.emailRange] != old.text[old.emailRange],
            row.text[row.mobileRange] != old.text[old.mobileRange], row.iecStatus != old.iecStatus,
            row.gstinStatus != old.gstinStatus,
        ]
        for (column, isDifferent) in zip(MasterColumn.allCases.dropFirst(2), differs) where isDifferent {
            report.changedColumns[column.rawValue, default: 0] += 1
        }
        try write(row, .row)
        return true
    }

    private mutating func write(_ row: MasterRowBytes, _ kind: RowRecord.Kind) throws(MasterLoadError) {
        RowRecord.append(row, kind, to: &buffer)
        changeCount += 1
        if buffer.count >= 1 << 20 { try flush() }
    }

    private mutating func flush() throws(MasterLoadError) {
        do throws(FileError) { try changes.append(buffer) } catch { throw .disk(error.description) }
        buffer.removeAll(keepingCapacity: true)
    }

    private static func duplicate(_ row: MasterRowBytes, firstLine: Int) -> MasterFinding {
        MasterFinding(
            line: row.line, column: MasterColumn.gstin.rawValue, maskedValue: maskedGSTIN(row),
            reason: "This IEC and GSTIN stand on line \(firstLine) already.",
            kind: "This IEC and GSTIN stand on an earlier line.")
    }

    private static func kept(_ row: MasterRowBytes, line: Int) -> MasterFinding {
        MasterFinding(
            line: line, column: MasterColumn.gstin.rawValue, maskedValue: maskedGSTIN(row),
            reason: "The row was refused: the master keeps what it has of this IEC and GSTIN.", isRejection: false)
    }

    private static func maskedGSTIN(_ row: MasterRowBytes) -> String {
        Text.masked(String(decoding: row.text[10..<25], as: UTF8.self))
    }
}
