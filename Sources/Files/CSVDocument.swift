/// A table as a CSV file (RFC 4180) that spreadsheets open as text: UTF-8 with a byte order mark, every cell quoted, and
/// a cell that a spreadsheet would take for a formula begins with an apostrophe (OWASP, "CSV Injection").
public struct CSVDocument {
    /// The file so far; a writer of long tables takes it away from time to time.
    public var bytes: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// Makes a file without rows.
    public init() {}

    /// Adds a row.
    public mutating func add(_ cells: [String]) { Self.append(cells, to: &bytes) }

    /// A row as such a file has it, for a file without the mark.
    public static func row(_ cells: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        append(cells, to: &bytes)
        return bytes
    }

    private static func append(_ cells: [String], to bytes: inout [UInt8]) {
        for (index, cell) in cells.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(UInt8(ascii: "\""))
            if beginsFormula(cell) { bytes.append(UInt8(ascii: "'")) }
            // By bytes: a quote with a sign of Devanagari behind it is one character of Swift, and no quote.
            for byte in cell.utf8 {
                if byte == UInt8(ascii: "\"") { bytes.append(byte) }
                bytes.append(byte)
            }
            bytes.append(UInt8(ascii: "\""))
        }
        bytes += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    }

    /// Spaces before a sign do not keep a spreadsheet from running it.
    private static func beginsFormula(_ cell: String) -> Bool {
        guard let first = cell.utf8.first(where: { $0 != UInt8(ascii: " ") }) else { return false }
        return "=+-@\t\r\n|%".utf8.contains(first)
    }
}
