public import ArgumentParser
import MariaDB
import Persistence
import PortalConfiguration
import Registration

struct PasswordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password", abstract: "Issues temporary passwords to IEC holders that have no account.",
        subcommands: [IssueCommand.self])

    struct IssueCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "issue", abstract: "Sends temporary passwords to the contacts that the master has.",
            discussion: """
                --all leaves pairs alone whose temporary password still holds. For one pair, the older one ends. Pairs that \
                cannot have one are counted by reason, and make the exit code 1.

                Examples: icegatectl password issue --all
                          icegatectl password issue --iec 0312345678 --gstin 27AAPFU0939F1ZV
                """)

        @OptionGroup var options: CommonOptions

        @Flag(name: .long, help: "Every pair of the master that has no account.")
        var all = false

        @Option(name: .long, help: "The IEC of one pair.")
        var iec: String?

        @Option(name: .long, help: "The GSTIN of one pair.")
        var gstin: String?

        @Option(name: .long, help: "The language of the messages: en or hi.")
        var language: MessageLanguage = .english

        func validate() throws {
            guard all != (iec != nil || gstin != nil), (iec == nil) == (gstin == nil) else {
                throw ValidationError("Give --all, or both --iec and --gstin.")
            }
        }

        func run() throws {
            let configuration = try options.load()
            let settings = try configuration.database(as: .loader)
            guard let keys = KeyRing(configuration.keys.map { (id: $0.id, bytes: $0.bytes) }) else {
                complain("KEY_FILE is not set or holds no usable key.")
                throw Exit.refused
            }
            let store = Store(
                pool: Pool(ConnectionOptions(settings), size: 1, waitLimit: .seconds(2)), keys: keys,
                limits: RegistrationLimits(configuration.limits))
            let counts = try reporting { try issue(with: store) }
            let ordered = IssueOutcome.allCases.compactMap { outcome in counts[outcome].map { (outcome, $0) } }
            options.print(
                ordered.map { ($0.0.rawValue, .number($0.1)) },
                orText: ordered.map { "\($0.0.rawValue): \($0.1)" }.joined(separator: "\n"))
            let refused = counts.filter { ![.issued, .hasOne, .registered].contains($0.key) }
            if !refused.isEmpty || (!all && counts[.issued] == nil) { throw Exit.refused }
        }

        private func issue(with store: Store) throws -> [IssueOutcome: Int] {
            let client = Client(address: "", requestID: "", language: language)
            var counts: [IssueOutcome: Int] = [:]
            if let iec, let gstin {
                do {
                    let pair = (iec: try IEC(iec), gstin: try GSTIN(gstin))
                    let outcome = try store.issueTemporaryPassword(
                        iec: pair.iec, gstin: pair.gstin, onlyWithout: false, client: client)
                    return [outcome: 1]
                } catch let error as InvalidValue {
                    for violation in error.violations { complain(violation.explanation) }
                    throw Exit.refused
                }
            }
            var last: (iec: IEC, gstin: GSTIN)?
            while true {
                let pairs = try store.masterPairs(after: last, atMost: 1_000)
                guard let newLast = pairs.last else { return counts }
                last = newLast
                for pair in pairs {
                    let outcome = try store.issueTemporaryPassword(
                        iec: pair.iec, gstin: pair.gstin, onlyWithout: true, client: client)
                    counts[outcome, default: 0] += 1
                }
            }
        }
    }
}

extension MessageLanguage: ExpressibleByArgument {}
