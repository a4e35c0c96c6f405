import ArgumentParser
import MariaDB
import MasterLoad
import PortalConfiguration

struct MasterLoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Brings a CSV file into the master, whole or not at all.",
        discussion: """
            Columns: iec, gstin, legal_name, email, mobile, iec_status, gstin_status, in any order; others are left \
            out with a warning. The file may be gzip; - is standard input. Rows that are refused are written to \
            FILE.rejects.csv with line, column and reason, and the others are loaded: the exit code is 1 then. Of a pair \
            whose rows were all refused the master keeps what it has.

            A full load that would remove more than --max-removed percent of the master is refused whole. What was \
            interrupted is cleared away by the next load, or carried on with --resume.

            Examples: icegatectl master load iec-master.csv --mode=full
                      icegatectl master load changes.csv.gz --mode=delta --max-rejects 100 --json
            """)

    @OptionGroup var options: CommonOptions

    @Argument(help: "The file: RFC 4180, UTF-8, with a header line; also gzip; - for standard input.")
    var file: String

    @Option(name: .long, help: "full: rows that the file lacks are removed. delta: the file's rows only.")
    var mode: LoadOptions.Mode

    @Flag(name: .long, help: "Say what the load would do, as master check does, and change nothing.")
    var dryRun = false

    @Option(name: .long, help: "The most rows that may be refused; otherwise any number.")
    var maxRejects: Int?

    @Option(name: .long, help: "The most rows of the master, in percent, that a full load may remove.")
    var maxRemoved = 5.0

    @Flag(
        name: .long,
        help:
            "Carry an interrupted load of the same file on; begin anew where there is none, or other loads came since.")
    var resume = false

    @Option(name: .long, help: "Where refused rows are reported; otherwise FILE.rejects.csv.")
    var rejects: String?

    func validate() throws {
        guard (0...100).contains(maxRemoved) else { throw ValidationError("--max-removed takes 0 to 100.") }
        guard maxRejects ?? 0 >= 0 else { throw ValidationError("--max-rejects takes 0 or more.") }
    }

    func run() throws {
        if dryRun {
            return try MasterCheck(
                options: options, file: file, mode: mode, maximumRejects: maxRejects, maximumRemoved: maxRemoved,
                rejects: rejects
            ).run()
        }
        let settings = try options.database(as: .loader)
        try MasterCommand.reporting(options, file) { try load(ConnectionOptions(settings, for: .bulk)) }
    }

    private func load(_ database: ConnectionOptions) throws {
        let rows = try MasterFile(path: file, statuses: try MasterLoader.statuses(of: database))
        for warning in rows.warnings { complain("warning: \(warning)") }
        let rejectsFile = RejectsFile(path: rejects ?? MasterCommand.rejectsPath(file))
        let bar = ProgressBar(isSilent: options.json)
        let loader = MasterLoader(
            database: database,
            options: LoadOptions(
                mode: mode, fileName: MasterCommand.recordName(file), operatorName: MasterCommand.operatorName,
                maximumRejects: maxRejects, maximumRemoved: maxRemoved, resumes: resume),
            rejects: rejectsFile, progress: bar.show)
        defer { bar.end() }
        let outcome = try loader.load(rows)
        bar.end()
        switch outcome {
        case .busy(let who):
            throw options.refused("Refused: \(who). The master is as it was.")
        case .refused(let reason, let report):
            let printed = MasterReport(report: report, summary: rejectsFile.summary)
            options.print(
                [("state", .text("refused")), ("reason", .text(reason))]
                    + printed.counts.map { ($0.name, .number($0.value)) } + printed.reasons,
                orText: printed.text)
            complain("Refused: \(reason) The master is as it was.")
            throw Exit.refused
        case .applied(let report):
            let printed = MasterReport(report: report, summary: rejectsFile.summary)
            options.print(
                [("state", .text("applied"))] + printed.counts.map { ($0.name, .number($0.value)) }
                    + [("sha256", .text((report.sha256 ?? []).hexadecimal))] + printed.reasons,
                orText: printed.text)
            if report.refused > 0 { throw Exit.refused }
        }
    }
}
