import ArgumentParser
import MariaDB
import PortalConfiguration

struct MasterLoadsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loads", abstract: "Lists the loads of the master, newest first.",
        discussion: "Example: icegatectl master loads --json")

    @OptionGroup var options: CommonOptions

    @Option(name: .long, help: "How many.")
    var limit = 100

    func run() throws {
        let settings = try options.database(as: .loader)
        try options.reporting {
            var connection = try Connection(ConnectionOptions(settings, for: .bulk))
            let rows = try connection.rows(
                """
                SELECT l.id, l.file_name, l.mode, l.state, l.loaded_by, l.operator, LOWER(HEX(l.sha256)),
                    DATE_FORMAT(l.started_at, '%Y-%m-%dT%H:%i:%sZ'),
                    ROUND(TIMESTAMPDIFF(MICROSECOND, l.started_at, l.finished_at) / 1000000), l.rows_read, l.rows_added,
                    l.rows_changed, l.rows_removed, l.rows_refused, l.rows_kept, l.contacts_unusable, l.rows_after,
                    l.taken_back, l.id = s.current_load
                FROM master_loads l LEFT JOIN master_state s ON s.id = 1
                ORDER BY l.id DESC LIMIT \(limit)
                """)
            let texts = [
                ("file", 1), ("mode", 2), ("state", 3), ("loaded_by", 4), ("operator", 5), ("sha256", 6),
                ("started_at", 7),
            ]
            let numbers = [
                ("seconds", 8), ("read", 9), ("added", 10), ("changed", 11), ("removed", 12), ("refused", 13),
                ("kept", 14), ("unusable_contacts", 15), ("after", 16), ("took_back", 17),
            ]
            var loads: [[(name: String, value: JSONValue)]] = []
            for row in rows {
                var load: [(name: String, value: JSONValue)] = [("load", .number(try row.get(0)))]
                for (name, column) in texts {
                    if let text = try row.get(column, as: String?.self) { load.append((name, .text(text))) }
                }
                for (name, column) in numbers {
                    if let number = try row.get(column, as: Int?.self) { load.append((name, .number(number))) }
                }
                load.append(("is_current", .flag(try row.get(18, as: Bool?.self) ?? false)))
                loads.append(load)
            }
            options.print(
                [("loads", .list(loads.map { .object($0) }))],
                orText: loads.map(Self.line).joined(separator: "\n"))
        }
    }

    private static func line(_ load: [(name: String, value: JSONValue)]) -> String {
        load.compactMap { member in
            switch member.value {
            case .text(let text): member.name == "file" ? "\"\(text)\"" : text.isEmpty ? nil : text
            case .flag(let flag): flag ? "current" : nil
            case .number(let number): "\(member.name) \(number)"
            default: nil
            }
        }.joined(separator: "  ")
    }
}
