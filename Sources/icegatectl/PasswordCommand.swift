public import ArgumentParser
import MariaDB
import Persistence
import PortalConfiguration
import Registration

struct PasswordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Issues temporary passwords to IEC holders that have no account.",
        discussion: "Example: icegatectl password issue --all",
        subcommands: [IssueCommand.self, StatusCommand.self])

    struct IssueCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "issue", abstract: "Sends temporary passwords to the contacts that the master has.",
            discussion: """
                --all leaves pairs alone whose temporary password still holds, so that it may be broken off and begun \
                again. With --per-minute the messages wait in the outbox until their time, each pair's mail and SMS \
                together: the command ends within minutes, and the portal's couriers send at that rate. For one pair, the \
                older one ends. Pairs that cannot have one are counted by reason, and make the exit code 1.

                Examples: icegatectl password issue --all --per-minute 600 --report unusable.csv
                          icegatectl password issue --iec 0312345678 --gstin 27AAPFU0939F1ZV
                          icegatectl password issue --file pairs.csv
                """)

        @OptionGroup var options: CommonOptions

        @Flag(name: .long, help: "Every pair of the master that has no open account.")
        var all = false

        @Option(
            name: .long, help: "With --all: how many pairs' messages go out in a minute; otherwise as fast as they go.")
        var perMinute: Int?

        @Option(name: .long, help: "With --all: where pairs with unusable contacts are listed.")
        var report: String?

        @Option(name: .long, help: "The pairs of a CSV file with the columns iec and gstin.")
        var file: String?

        @OptionGroup var one: PairOptions

        @Option(name: .long, help: "The language of the messages: en or hi.")
        var language: MessageLanguage = .english

        func validate() throws {
            guard [all, file != nil, one.iec != nil].count(where: { $0 }) == 1 else {
                throw ValidationError("Give --all, or --file, or both --iec and --gstin.")
            }
            guard all || (perMinute == nil && report == nil) else {
                throw ValidationError("--per-minute and --report belong to --all.")
            }
            guard perMinute ?? 1 > 0 else { throw ValidationError("--per-minute takes 1 or more.") }
        }

        func run() throws {
            let configuration = try options.load()
            let settings = try options.database(of: configuration, as: .loader)
            guard let keys = KeyRing(configuration.keys.map { (id: $0.id, bytes: $0.bytes) }) else {
                throw options.refused("KEY_FILE is not set or holds no usable key.")
            }
            let store = Store(
                pool: Pool(ConnectionOptions(settings, for: .bulk), size: 1, waitLimit: .seconds(2)), keys: keys,
                limits: RegistrationLimits(configuration.limits))
            let client = Client(CommonOptions.operatorName, language: language)
            var counts: [IssueOutcome: Int] = [:]
            var malformed = 0
            if all {
                counts = try BulkIssuing(store: store, client: client, perMinute: perMinute, report: report)
                    .run(options)
            }
            if !all {
                try options.reporting {
                    try forEachPair { pair throws(StoreError) in
                        guard let pair else {
                            malformed += 1
                            return
                        }
                        let outcome = try store.issueTemporaryPassword(
                            iec: pair.iec, gstin: pair.gstin, onlyWithout: false, isBulk: one.iec == nil, client: client
                        )
                        counts[outcome, default: 0] += 1
                    }
                }
            }
            var results = IssueOutcome.allCases.compactMap { outcome in
                counts[outcome].map { (name: outcome.rawValue, value: $0) }
            }
            if malformed > 0 { results.append((name: "malformed", value: malformed)) }
            options.print(
                results.map { ($0.name, .number($0.value)) },
                orText: results.isEmpty ? "no pair" : results.map { "\($0.name): \($0.value)" }.joined(separator: "\n"))
            // With --all, pairs that need none are no refusal.
            let expected: Set<IssueOutcome> = all ? [.issued, .hasOne, .registered] : [.issued]
            if malformed > 0 || !expected.isSuperset(of: counts.keys) { throw Exit.refused }
        }

        /// Calls `body` with each pair that was asked for; with `nil` for one that is written wrongly.
        private func forEachPair(
            _ body: ((iec: IEC, gstin: GSTIN)?) throws(StoreError) -> Void
        ) throws {
            if let iec = one.iec, let gstin = one.gstin { return try body(Self.pair(iec, gstin, at: "--iec, --gstin")) }
            guard let file else { return }
            var reader = try PairFile(path: file, options)
            while let line = try reader.next() {
                try body(Self.pair(line.iec, line.gstin, at: "line \(line.number)"))
            }
        }

        private static func pair(_ iec: String, _ gstin: String, at place: String) -> (iec: IEC, gstin: GSTIN)? {
            do throws(InvalidValue) {
                return (try IEC(iec), try GSTIN(gstin))
            } catch {
                for violation in error.violations { complain("\(place): \(violation.explanation)") }
                return nil
            }
        }
    }

    struct StatusCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "status", abstract: "Counts the temporary passwords, or shows the state of one pair's.",
            discussion: """
                The passwords themselves are not stored, and nobody can show them.

                Examples: icegatectl password status
                          icegatectl password status --iec 0312345678 --gstin 27AAPFU0939F1ZV
                """)

        @OptionGroup var options: CommonOptions

        @OptionGroup var one: PairOptions

        func validate() throws { _ = try one.pair() }

        func run() throws {
            let settings = try options.database(as: .loader)
            let onePair: SQL =
                if let pair = try one.pair() {
                    "WHERE iec = \(pair.iec.text) AND gstin = \(pair.gstin.text)"
                } else {
                    ""
                }
            let counts = try options.reporting {
                var connection = try Connection(ConnectionOptions(settings, for: .bulk))
                let rows = try connection.rows(
                    """
                    SELECT IFNULL(end_reason, IF(expires_at > UTC_TIMESTAMP(6), 'valid', 'expired')) AS state, COUNT(*),
                        DATE_FORMAT(MAX(issued_at), '%Y-%m-%dT%H:%i:%sZ'),
                        DATE_FORMAT(MAX(expires_at), '%Y-%m-%dT%H:%i:%sZ')
                    FROM temporary_passwords \(onePair) GROUP BY state ORDER BY state
                    """)
                return try rows.map { row in
                    (
                        state: try row.get(0, as: String.self), count: try row.get(1, as: Int.self),
                        issued: try row.get(2, as: String.self), expires: try row.get(3, as: String.self)
                    )
                }
            }
            options.print(
                [
                    (
                        "temporary_passwords",
                        .list(
                            counts.map {
                                .object([
                                    ("state", .text($0.state)), ("count", .number($0.count)),
                                    ("last_issued_at", .text($0.issued)), ("last_expires_at", .text($0.expires)),
                                ])
                            })
                    )
                ],
                orText: counts.isEmpty
                    ? "none"
                    : counts.map {
                        "\($0.state): \($0.count), last issued \($0.issued), last expiry \($0.expires)"
                    }.joined(separator: "\n"))
            if one.iec != nil, !counts.contains(where: { $0.state == "valid" }) { throw Exit.refused }
        }
    }
}

extension MessageLanguage: ExpressibleByArgument {}
