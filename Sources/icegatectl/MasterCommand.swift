public import ArgumentParser
import FoundationEssentials
import MariaDB
import MasterLoad
import PortalConfiguration

struct MasterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "master", abstract: "Loads the IEC/GSTIN master, and shows what was loaded.",
        subcommands: [LoadCommand.self, LoadsCommand.self])

    struct LoadCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "load", abstract: "Brings a CSV file into the master, whole or not at all.",
            discussion: """
                Columns: iec, gstin, legal_name, email, mobile, iec_status, gstin_status, in any order; others are left \
                out with a warning. Rows that are refused are written to FILE.rejects.csv with line, column and reason, \
                and the others are loaded: the exit code is 1 then.

                A full load that would remove more than --max-removed percent of the master is refused whole.

                Example: icegatectl master load iec-master.csv --mode=full
                """)

        @OptionGroup var options: CommonOptions

        @Argument(help: "The file: RFC 4180, UTF-8, with a header line.")
        var file: String

        @Option(name: .long, help: "full: rows that the file lacks are removed. delta: the file's rows only.")
        var mode: MasterLoader.Mode

        @Option(name: .long, help: "The most rows of the master, in percent, that a full load may remove.")
        var maxRemoved = 5.0

        func validate() throws {
            guard (0...100).contains(maxRemoved) else { throw ValidationError("--max-removed takes 0 to 100.") }
        }

        func run() throws {
            let configuration = try options.load()
            let settings = try configuration.database(as: .loader)
            do {
                try reporting { try load(ConnectionOptions(settings, for: .bulk)) }
            } catch let error as MasterFileError {
                complain("\(file): \(error)")
                throw Exit.refused
            }
        }

        private func load(_ database: ConnectionOptions) throws {
            var rows = try MasterFile(path: file)
            for warning in rows.warnings { complain("warning: \(warning)") }
            var loader = try MasterLoader(
                connection: try Connection(database), fileName: URL(filePath: file).lastPathComponent, mode: mode)
            var rejects = RejectsFile(path: file + ".rejects.csv")
            do {
                while let line = try rows.next() { rejects.add(try loader.take(line)) }
                // Before the master is touched: a report that cannot be written stops the load.
                try rejects.write()
            } catch {
                // What went wrong first is what is reported; rows left in the staging table hinder nothing.
                _ = try? loader.abandon()
                throw error
            }
            let outcome = try loader.apply(maximumRemoved: maxRemoved)
            let report: MasterLoader.Report
            switch outcome {
            case .applied(let applied): report = applied
            case .tooManyRemoved(let count, let total, _):
                complain(
                    "Refused: the file lacks \(count) of the master's \(total) rows. The master is as it was. If that is "
                        + "right, say so with --max-removed.")
                throw Exit.refused
            }
            let counts: [(name: String, value: Int)] = [
                ("load", Int(report.load)), ("read", report.read), ("added", report.added),
                ("changed", report.changed), ("removed", report.removed), ("refused", report.refused),
                ("unusable_contacts", report.unusableContacts),
            ]
            options.print(
                counts.map { ($0.name, .number($0.value)) },
                orText: counts.map { "\($0.name): \($0.value)" }.joined(separator: "\n"))
            if report.refused > 0 { throw Exit.refused }
        }
    }

    struct LoadsCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "loads", abstract: "Lists the loads of the master, newest first.",
            discussion: "Example: icegatectl master loads --json")

        @OptionGroup var options: CommonOptions

        func run() throws {
            let settings = try options.load().database(as: .loader)
            try reporting {
                var connection = try Connection(ConnectionOptions(settings, for: .bulk))
                let rows = try connection.rows(
                    """
                    SELECT id, file_name, mode, loaded_by, DATE_FORMAT(started_at, '%Y-%m-%dT%H:%i:%sZ'),
                        finished_at IS NOT NULL, rows_read, rows_added, rows_changed, rows_removed, rows_refused
                    FROM master_loads ORDER BY id DESC LIMIT 100
                    """)
                let loads = try rows.map { row in
                    let numbers: [(name: String, value: JSONValue)] = try [
                        ("read", 6), ("added", 7), ("changed", 8), ("removed", 9), ("refused", 10),
                    ].map { ($0.0, .number(try row.get($0.1))) }
                    return JSONValue.object(
                        [
                            ("load", .number(try row.get(0))), ("file", .text(try row.get(1))),
                            ("mode", .text(try row.get(2))), ("loaded_by", .text(try row.get(3))),
                            ("started_at", .text(try row.get(4))), ("applied", .flag(try row.get(5))),
                        ] + numbers)
                }
                options.print([("loads", .list(loads))], orText: loads.map(\.text).joined(separator: "\n"))
            }
        }
    }
}

extension MasterLoader.Mode: ExpressibleByArgument {}
