import ArgumentParser
import Files
import MariaDB
import MasterLoad
import PortalConfiguration

struct MasterCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Says what a file would change in the master, and changes nothing.",
        discussion: """
            Refused rows are written to FILE.rejects.csv with line, column, value (most of it hidden) and reason. \
            Registrations in progress and accounts whose pair would be changed or removed are written to \
            FILE.touched.csv. The exit code is 1 when a load would be refused or rows of it would.

            Examples: icegatectl master check iec-master.csv
                      icegatectl master check changes.csv --mode=delta --json
            """)

    @OptionGroup var options: CommonOptions

    @Argument(help: "The file: RFC 4180, UTF-8, with a header line; also gzip; - for standard input.")
    var file: String

    @Option(name: .long, help: "full: rows that the file lacks would be removed. delta: the file's rows only.")
    var mode = LoadOptions.Mode.full

    @Option(name: .long, help: "The most rows of the master, in percent, that a full load may remove.")
    var maxRemoved = 5.0

    @Option(name: .long, help: "Where refused rows are reported; otherwise FILE.rejects.csv.")
    var rejects: String?

    @Flag(name: .long, help: "Look at the file alone, without a database and with the published status codes.")
    var offline = false

    func validate() throws {
        guard (0...100).contains(maxRemoved) else { throw ValidationError("--max-removed takes 0 to 100.") }
    }

    func run() throws {
        if offline { return try MasterCommand.reporting(options, file) { try judge() } }
        try MasterCheck(
            options: options, file: file, mode: mode, maximumRejects: nil, maximumRemoved: maxRemoved, rejects: rejects
        ).run()
    }

    /// Reads and judges, as fast as that goes.
    private func judge() throws {
        var rows = try MasterFile(path: file, isDigested: false)
        for warning in rows.warnings { complain("warning: \(warning)") }
        let report = RejectsFile(path: rejects ?? MasterCommand.rejectsPath(file))
        let clock = ContinuousClock()
        let start = clock.now
        let refused = try rows.judgeAll(report)
        try report.finish()
        let seconds = start.duration(to: clock.now) / .seconds(1)
        let printed = MasterReport(report: LoadReport(), summary: report.summary)
        let rate = Int(Double(rows.rowCount) / max(seconds, 0.000_001))
        options.print(
            [("read", .number(rows.rowCount)), ("refused", .number(refused)), ("rows_per_second", .number(rate))]
                + printed.reasons,
            orText: (["read: \(rows.rowCount)", "refused: \(refused)", "rows_per_second: \(rate)"]
                + printed.text.split(separator: "\n").filter { $0.hasPrefix("refused: ") || $0.hasPrefix("note: ") }
                .map { String($0) }.filter { $0.contains("×") }).joined(separator: "\n"))
        if refused > 0 { throw Exit.refused }
    }
}

/// A check of a file against the master, which `master check` and `master load --dry-run` make.
struct MasterCheck {
    let options: CommonOptions
    let file: String
    let mode: LoadOptions.Mode
    let maximumRejects: Int?
    let maximumRemoved: Double
    let rejects: String?

    /// How many registrations and accounts are named on the terminal.
    private static let shown = 20

    func run() throws {
        let settings = try options.database(as: .loader)
        try MasterCommand.reporting(options, file) { try check(ConnectionOptions(settings, for: .bulk)) }
    }

    private func check(_ database: ConnectionOptions) throws {
        let rows = try MasterFile(path: file, statuses: try MasterLoader.statuses(of: database), isDigested: false)
        for warning in rows.warnings { complain("warning: \(warning)") }
        let rejectsFile = RejectsFile(path: rejects ?? MasterCommand.rejectsPath(file))
        let touchedFile = TouchedFile(path: (file == "-" ? "stdin" : file) + ".touched.csv", shown: Self.shown)
        let bar = ProgressBar(isSilent: options.json)
        let loader = MasterLoader(
            database: database,
            options: LoadOptions(
                mode: mode, fileName: MasterCommand.recordName(file), maximumRejects: maximumRejects,
                maximumRemoved: maximumRemoved),
            rejects: rejectsFile, progress: bar.show)
        defer { bar.end() }
        let outcome = try loader.check(rows) { (touched) throws(MasterLoadError) in try touchedFile.add(touched) }
        try touchedFile.finish()
        bar.end()
        let report: LoadReport
        let reason: String?
        switch outcome {
        case .applied(let found): (report, reason) = (found, nil)
        case .refused(let why, let found): (report, reason) = (found, why)
        case .busy: return
        }
        let printed = MasterReport(report: report, summary: rejectsFile.summary)
        let touched = [
            ("touched_registrations", report.touchedRegistrations), ("touched_accounts", report.touchedAccounts),
        ]
        options.print(
            [("would_be_refused", .flag(reason != nil))] + (printed.counts + touched).map { ($0.0, .number($0.1)) }
                + [("touched", .list(touchedFile.first.map { .text($0) }))] + printed.reasons,
            orText: ([printed.text] + touched.map { "\($0.0): \($0.1)" } + touchedFile.lines).joined(separator: "\n"))
        if let reason { complain("A load would be refused: \(reason)") }
        if reason != nil || report.refused > 0 { throw Exit.refused }
    }
}

/// The registrations and accounts that a load would touch: all in a file, the first of them on the terminal.
final class TouchedFile {
    /// The first ones, one sentence each.
    private(set) var first: [String] = []
    private let path: String
    private let shown: Int
    private var count = 0
    private var file: OutputFile?

    init(path: String, shown: Int) {
        self.path = path
        self.shown = shown
    }

    /// What is printed: the first ones, and where the others are.
    var lines: [String] { first + (count > first.count ? ["\(count - first.count) more in \(path)"] : []) }

    func add(_ touched: MasterLoader.Touched) throws(MasterLoadError) {
        count += 1
        let change = touched.isRemoval ? "removed" : "changed"
        if first.count < shown {
            let whose = [
                touched.registrationStep.map { "registration in progress (\($0))" },
                touched.icegateID.map { "account \($0)" },
            ].compactMap(\.self).joined(separator: ", ")
            first.append("touched: \(touched.iec) \(touched.gstin) would be \(change): \(whose)")
        }
        do throws(FileError) {
            if file == nil {
                file = try OutputFile(path: path)
                try file?.append("iec,gstin,change,registration_step,icegate_id\r\n")
            }
            let fields = [
                touched.iec, touched.gstin, change, touched.registrationStep ?? "", touched.icegateID ?? "",
            ]
            try file?.append(CSVDocument.row(fields))
        } catch { throw .disk(error.description) }
    }

    /// Gives the file its name, or takes an older one away when nothing would be touched.
    func finish() throws(MasterLoadError) {
        do throws(FileError) {
            if file == nil { try OutputFile.remove(path: path) } else { try file?.finish() }
        } catch { throw .disk(error.description) }
    }
}
