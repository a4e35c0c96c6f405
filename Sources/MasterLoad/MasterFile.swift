internal import Registration

/// A master file, read row by row: CSV with a header line, columns
/// `iec,gstin,legal_name,email,mobile,iec_status,gstin_status` in any order; also in gzip.
///
/// Memory does not grow with the file.
public struct MasterFile: ~Copyable {
    /// A sentence for each column that is kept out.
    public let warnings: [String]
    /// The codes of the look-up tables that rows may have.
    public let statuses: StatusCodes
    /// Where the bytes come from.
    public let source: ByteSource
    /// How many rows were read, the header left out.
    public private(set) var rowCount = 0

    private var reader: CSVReader
    private(set) var judge: MasterRowJudge

    /// Opens a file and reads its header; `-` is standard input.
    ///
    /// - Parameter isDigested: whether the source's SHA-256 is wanted.
    /// - Throws: ``MasterFileError`` when it is a directory or a device, may not be read, or its header lacks a column.
    public init(
        path: String, statuses: StatusCodes = .published, isDigested: Bool = true
    ) throws(MasterFileError) {
        try self.init(ByteSource(path: path, isDigested: isDigested), statuses: statuses)
    }

    /// Reads the header of a file.
    public init(_ source: ByteSource, statuses: StatusCodes = .published) throws(MasterFileError) {
        var reader = CSVReader(source)
        guard let header = try reader.next() else { throw MasterFileError("The file is empty.") }
        let (places, warnings) = try MasterColumn.places(in: header)
        self.source = source
        self.reader = reader
        self.warnings = warnings
        self.statuses = statuses
        judge = MasterRowJudge(places: places, columnCount: header.fields.count, statuses: statuses)
    }

    /// Goes to the next row and judges it; `nil` at the end. What it is like stands in ``judge``.
    mutating func advance() throws(MasterFileError) -> MasterRowJudge.Verdict? {
        guard try reader.advance() else { return nil }
        rowCount += 1
        return judge.judge(reader)
    }

    /// The next row, judged; `nil` at the end.
    ///
    /// - Throws: ``MasterFileError`` where the file cannot be read on.
    public mutating func next() throws(MasterFileError) -> MasterLine? {
        switch try advance() {
        case nil: return nil
        case .rejected: return .rejected(judge.findings)
        case .row:
            // The judge let only right values and text in UTF-8 pass.
            guard let row = MasterRow(judge.row, statuses) else { return .rejected(judge.findings) }
            return .row(row, judge.findings)
        }
    }

    /// Reads and judges all rows, and keeps none.
    ///
    /// - Returns: how many are refused.
    public mutating func judgeAll(_ rejects: RejectsFile) throws(MasterLoadError) -> Int {
        var refused = 0
        while let verdict = try advancing() {
            if case .rejected = verdict { refused += 1 }
            if !judge.findings.isEmpty { try rejects.add(judge.findings) }
        }
        return refused
    }

    /// ``advance()`` for who may fail otherwise, too.
    mutating func advancing() throws(MasterLoadError) -> MasterRowJudge.Verdict? {
        do throws(MasterFileError) { return try advance() } catch { throw .file(error) }
    }
}

extension MasterRow {
    fileprivate init?(_ row: MasterRowBytes, _ statuses: StatusCodes) {
        let text = { (range: Range<Int>) in String(decoding: row.text[range], as: UTF8.self) }
        // Both were read by the same rules already.
        guard let iec = try? IEC(text(0..<10)), let gstin = try? GSTIN(text(10..<25)) else { return nil }
        self.init(
            line: row.line, iec: iec, gstin: gstin, legalName: text(row.nameRange), email: text(row.emailRange),
            mobile: text(row.mobileRange), iecStatus: statuses.iec[Int(row.iecStatus)],
            gstinStatus: statuses.gstin[Int(row.gstinStatus)])
    }
}
