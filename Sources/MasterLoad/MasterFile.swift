internal import FoundationEssentials
internal import Registration

/// A master file, read row by row: CSV with a header line, columns
/// `iec,gstin,legal_name,email,mobile,iec_status,gstin_status` in any order.
///
/// Memory does not grow with the file, but for 8 bytes a row that tell when a pair comes a second time.
public struct MasterFile: ~Copyable {
    /// A sentence for each column that is kept out.
    public let warnings: [String]

    private var reader: CSVReader
    private let validator: MasterRowValidator
    private var seen: Set<Int> = []

    /// Opens a file and reads its header.
    ///
    /// The file is mapped into memory: it must not be cut short while it is read.
    ///
    /// - Throws: ``MasterFileError`` when it is no regular file, may not be read, or its header lacks a column.
    public init(path: String, statuses: StatusCodes = .published) throws(MasterFileError) {
        try self.init(reader: CSVReader(path: path), statuses: statuses)
    }

    /// Reads the header of a file that comes from a reader.
    public init(reader: consuming CSVReader, statuses: StatusCodes = .published) throws(MasterFileError) {
        guard let header = try reader.next() else { throw MasterFileError("The file is empty.") }
        let (places, warnings) = try MasterColumn.places(in: header)
        self.reader = reader
        self.warnings = warnings
        validator = MasterRowValidator(places: places, columnCount: header.fields.count, statuses: statuses)
    }

    /// The next row, judged; `nil` at the end.
    ///
    /// A pair that was there before is rejected. The few bits that are kept of a pair take two of ten million different
    /// pairs for the same once in some 400,000 files.
    ///
    /// - Throws: ``MasterFileError`` where the file cannot be read on.
    public mutating func next() throws(MasterFileError) -> MasterLine? {
        guard let record = try reader.next() else { return nil }
        let line = validator.judge(record)
        guard case .row(let row, _) = line else { return line }
        var hasher = Hasher()
        hasher.combine(row.iec)
        hasher.combine(row.gstin)
        guard seen.insert(hasher.finalize()).inserted else {
            return .rejected([
                MasterFinding(
                    line: row.line, column: MasterColumn.gstin.rawValue, maskedValue: Text.masked(row.gstin.text),
                    reason: "This IEC and GSTIN stand on an earlier line.")
            ])
        }
        return line
    }
}
