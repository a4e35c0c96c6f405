import FoundationEssentials
import MasterLoad

/// The report of rows and contacts that were not taken, beside the file that they came from.
struct RejectsFile {
    private let path: String
    private var lines = ["line,column,value,reason"]

    init(path: String) { self.path = path }

    mutating func add(_ findings: [MasterFinding]) {
        lines += findings.map {
            [String($0.line), $0.column, $0.maskedValue, $0.reason].map(Self.quoted).joined(separator: ",")
        }
    }

    /// Writes the report, or takes an older one away when there is nothing to report.
    func write() throws {
        if lines.count > 1 {
            try Data((lines.joined(separator: "\r\n") + "\r\n").utf8).write(to: URL(filePath: path), options: .atomic)
        } else if FileManager.default.fileExists(atPath: path) {
            try FileManager.default.removeItem(atPath: path)
        }
    }

    /// A field of RFC 4180 that no spreadsheet runs as a formula.
    private static func quoted(_ text: String) -> String {
        let isFormula = text.utf8.first.map { "=+-@\t\r".utf8.contains($0) } ?? false
        return "\"" + (isFormula ? "'" : "") + text.replacing("\"", with: "\"\"") + "\""
    }
}
