import ArgumentParser
import MariaDB
import MasterLoad
import PortalConfiguration
import Registration

struct MasterShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows the pairs of an IEC, or one of them, and what each load made of it.",
        discussion: """
            The newest version of a pair comes first; the one that counts is marked. Contacts are shown but for their \
            middle, unless --plain is given. The exit code is 1 when the master never had such a pair.

            Examples: icegatectl master show 0312345678
                      icegatectl master show AAPFU0939F 27AAPFU0939F1ZV --plain
            """)

    @OptionGroup var options: CommonOptions

    @Argument(help: "The IEC.")
    var iec: String

    @Argument(help: "The GSTIN, for one pair.")
    var gstin: String?

    @Flag(name: .long, help: "Show contacts whole.")
    var plain = false

    func run() throws {
        let settings = try options.database(as: .loader)
        let (iec, gstin) = try canonical()
        let versions = try MasterCommand.reporting(options) {
            var history = try MasterHistory(ConnectionOptions(settings, for: .bulk))
            return try history.versions(iec: iec, gstin: gstin)
        }
        guard !versions.isEmpty else {
            throw options.refused("The master never had \(iec)\(gstin.map { " \($0)" } ?? "").")
        }
        options.print(
            [("versions", .list(versions.map { .object(members($0)) }))],
            orText: versions.map { version in
                members(version).compactMap { member in
                    switch member.value {
                    case .text(let text): "\(member.name): \(text)"
                    case .number(let number): "\(member.name): \(number)"
                    case .flag(let flag): flag ? member.name : nil
                    default: nil
                    }
                }.joined(separator: "\n")
            }.joined(separator: "\n\n"))
    }

    private func canonical() throws -> (iec: String, gstin: String?) {
        do throws(InvalidValue) {
            var number: String?
            if let gstin { number = try GSTIN(gstin).text }
            return (try IEC(iec).text, number)
        } catch {
            throw ValidationError(error.violations.map(\.explanation).joined(separator: " "))
        }
    }

    private func members(_ version: MasterHistory.Version) -> [(name: String, value: JSONValue)] {
        [
            ("iec", .text(version.iec)), ("gstin", .text(version.gstin)), ("load", .number(Int(version.load))),
            ("loaded_at", .text(version.finishedAt)), ("by", .text(version.loadedBy)),
            ("file", .text(version.fileName)),
            ("current", .flag(version.isCurrent)), ("removed", .flag(version.isRemoved)),
            ("legal_name", .text(version.legalName)), ("email", .text(shown(version.email))),
            ("mobile", .text(shown(version.mobile))), ("iec_status", .text(version.iecStatus)),
            ("gstin_status", .text(version.gstinStatus)),
        ]
    }

    private func shown(_ contact: String) -> String {
        if plain { return contact }
        if let email = try? EmailAddress(contact) { return email.masked }
        if let mobile = try? MobileNumber(contact) { return mobile.masked }
        return contact.isEmpty ? "" : "(unusable)"
    }
}

struct MasterDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Lists the pairs in which the master differs between two loads.",
        discussion: """
            The master as it was after the first load against the master after the second: one line for each pair, \
            added, removed, or changed with the names of the columns. 0 stands for the master before any load.

            Example: icegatectl master diff 11 12
            """)

    @OptionGroup var options: CommonOptions

    @Argument(help: "A load's number, as master loads shows it.")
    var first: Int64

    @Argument(help: "Another load's number.")
    var second: Int64

    func run() throws {
        let settings = try options.database(as: .loader)
        try MasterCommand.reporting(options) {
            var history = try MasterHistory(ConnectionOptions(settings, for: .bulk))
            for load in [first, second] where load != 0 {
                guard try history.state(of: load) == "applied" else {
                    throw options.refused("There is no load \(load) that came to count.")
                }
            }
            if let load = try history.firstWithoutHistory(between: first, and: second) {
                throw options.refused(
                    "Versions from before load \(load) were taken away: nobody knows any more what it changed.")
            }
            // Line by line, JSON too: there may be millions.
            if options.json { print("{\"differences\": [", terminator: "") }
            var isFirst = true
            try history.differences(from: first, to: second) { difference in
                let (change, columns): (String, [String]) =
                    switch difference.change {
                    case .added: ("added", [])
                    case .removed: ("removed", [])
                    case .changed(let columns): ("changed", columns)
                    }
                if options.json {
                    let object = JSONValue.object([
                        ("iec", .text(difference.iec)), ("gstin", .text(difference.gstin)), ("change", .text(change)),
                        ("columns", .list(columns.map { .text($0) })),
                    ])
                    print((isFirst ? "" : ",\n") + object.text, terminator: "")
                } else {
                    print(([change, difference.iec, difference.gstin] + columns).joined(separator: " "))
                }
                isFirst = false
            }
            if options.json { print("]}") }
        }
    }
}

struct MasterRollbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Makes the master what it was before a load.",
        discussion: """
            Every pair that the load added, changed or removed becomes what it was before. That is a load of its own, \
            with its line in the record, and can be taken back in turn. Where later loads touched the same pairs it is \
            refused, unless --force is given.

            Example: icegatectl master rollback 12
            """)

    @OptionGroup var options: CommonOptions

    @Argument(help: "The load's number, as master loads shows it.")
    var load: Int64

    @Flag(name: .long, help: "Undo what later loads made of the same pairs, too.")
    var force = false

    func run() throws {
        let settings = try options.database(as: .loader)
        let bar = ProgressBar(isSilent: options.json)
        let outcome = try MasterCommand.reporting(options) {
            defer { bar.end() }
            return try MasterRollback(
                database: ConnectionOptions(settings, for: .bulk), operatorName: MasterCommand.operatorName,
                progress: bar.show
            ).run(load, isForced: force)
        }
        switch outcome {
        case .busy(let who):
            throw options.refused("Refused: \(who). The master is as it was.")
        case .refused(let reason, _):
            throw options.refused("Refused: \(reason)")
        case .applied(let report):
            let counts = [
                ("load", Int(report.load ?? 0)), ("took_back", Int(load)), ("added", report.added),
                ("changed", report.changed), ("removed", report.removed),
            ]
            options.print(
                counts.map { ($0.0, .number($0.1)) }, orText: counts.map { "\($0.0): \($0.1)" }.joined(separator: "\n"))
        }
    }
}
