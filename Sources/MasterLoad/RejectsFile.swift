internal import Files

/// The report of rows and contacts that were not taken: `FILE.rejects.csv` with line, column, masked value and reason.
///
/// Written as it comes, and summed up by reason.
public final class RejectsFile {
    /// How often each reason was given, by column and reason.
    public private(set) var summary: [(column: String, reason: String, isRejection: Bool, count: Int)] = []

    private let path: String?
    private var file: OutputFile?
    private var places: [String: Int] = [:]

    /// - Parameter path: where the report goes; `nil` sums up alone.
    public init(path: String?) { self.path = path }

    /// Adds what there is to say of a row.
    func add(_ findings: [MasterFinding]) throws(MasterLoadError) {
        for finding in findings {
            let key = finding.column + "\n" + finding.kind
            if let place = places[key] {
                summary[place].count += 1
            } else {
                places[key] = summary.count
                summary.append((finding.column, finding.kind, finding.isRejection, 1))
            }
            try write(finding)
        }
    }

    /// Gives the report its name, or takes an older one away when there is nothing to report.
    public func finish() throws(MasterLoadError) {
        guard let path else { return }
        do throws(FileError) {
            if file == nil { try OutputFile.remove(path: path) } else { try file?.finish() }
        } catch { throw .disk(error.description) }
    }

    private func write(_ finding: MasterFinding) throws(MasterLoadError) {
        guard let path else { return }
        do throws(FileError) {
            if file == nil {
                file = try OutputFile(path: path)
                try file?.append("line,column,value,reason\r\n")
            }
            let fields = [String(finding.line), finding.column, finding.maskedValue, finding.reason]
            try file?.append(CSVDocument.row(fields))
        } catch { throw .disk(error.description) }
    }
}
