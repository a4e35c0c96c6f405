import ArgumentParser
import FoundationEssentials
import Persistence
import PortalConfiguration
import Registration

struct AccountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "Shows, unlocks and closes accounts, for the help desk.",
        discussion: """
            An account is named by its ICEGATE ID, or by --iec and --gstin. Contacts are shown masked, secrets never, and \
            everything is noted in the audit with your name. Works with the account CTL_KEEPER_USER.

            Example: icegatectl account show TRADER-1
            """,
        subcommands: [ShowCommand.self, UnlockCommand.self, CloseCommand.self])

    struct ShowCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Shows an account: whose it is, whether it is open, what it waits for.",
            discussion: """
                Examples: icegatectl account show TRADER-1
                          icegatectl account show --iec 0312345678 --gstin 27AAPFU0939F1ZV --json
                """)

        @OptionGroup var options: CommonOptions
        @OptionGroup var subject: AccountOptions

        func run() throws {
            let (desk, named) = (try options.helpDesk(), try subject.subject())
            guard let state = try options.reporting({ try desk.account(named) }) else {
                throw options.refused(Self.none)
            }
            options.print(state.json, orText: state.lines.joined(separator: "\n"))
        }

        static let none = "There is no such account."
    }

    struct UnlockCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "unlock", abstract: "Lifts the waits after wrong passwords and codes.",
            discussion: """
                Forgets refused logins, wrong temporary passwords and wrong OTPs of the account and its pair, and how often \
                messages were asked for. No account is ever shut by failures: what they cause is a captcha and waits.

                Example: icegatectl account unlock TRADER-1
                """)

        @OptionGroup var options: CommonOptions
        @OptionGroup var subject: AccountOptions

        func run() throws {
            let (desk, named) = (try options.helpDesk(), try subject.subject())
            try options.report(try options.reporting { try desk.unlock(named) }, done: "unlocked") {
                "Nothing that \($0) or its pair failed at counts any more."
            }
        }
    }

    struct CloseCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "close", abstract: "Closes an account for good.",
            discussion: """
                Its sessions and OTPs end at once, nobody logs in any more, and its ICEGATE ID stays taken. Its holder may \
                register again, with another ICEGATE ID, after a new temporary password was issued. A closed account \
                cannot be opened again.

                Example: icegatectl account close TRADER-1
                """)

        @OptionGroup var options: CommonOptions
        @OptionGroup var subject: AccountOptions
        @OptionGroup var consent: ConsentOptions

        func run() throws {
            let (desk, named) = (try options.helpDesk(), try subject.subject())
            try consent.ask("Close the account \(subject.icegateID ?? "of this pair")?", options)
            try options.report(try options.reporting { try desk.close(named) }, done: "closed") { "\($0) is closed." }
        }
    }
}

/// An account, by its name or by its pair.
struct AccountOptions: ParsableArguments {
    @Argument(help: "The ICEGATE ID.")
    var icegateID: String?

    @OptionGroup var pair: PairOptions

    func validate() throws { _ = try subject() }

    func subject() throws(ValidationError) -> HelpDesk.AccountSubject {
        switch (icegateID, try pair.pair()) {
        case (let name?, nil):
            do throws(InvalidValue) {
                return .name(try ICEGATEID(name))
            } catch {
                throw ValidationError(error)
            }
        case (nil, let (iec, gstin)?): return .pair(iec, gstin)
        default: throw ValidationError("Give an ICEGATE ID, or --iec and --gstin.")
        }
    }
}

extension CommonOptions {
    /// The help desk as the configuration reaches it.
    func helpDesk() throws -> HelpDesk {
        let configuration = try load()
        guard let keys = KeyRing(configuration.keys.map { (id: $0.id, bytes: $0.bytes) }) else {
            throw refused("KEY_FILE is not set or holds no usable key.")
        }
        return HelpDesk(
            pool: try pool(of: configuration, as: .keeper), keys: keys, operatorName: Self.operatorName)
    }

    fileprivate func report(
        _ outcome: HelpDesk.Outcome, done word: String, orText text: (ICEGATEID) -> String
    ) throws {
        switch outcome {
        case .done(let name):
            print([("state", .text(word)), ("icegate_id", .text(name.text))], orText: text(name))
        case .none: throw refused(AccountCommand.ShowCommand.none)
        case .alreadyClosed(let name): throw refused("\(name) was closed before.")
        }
    }
}

extension HelpDesk.AccountState {
    fileprivate var json: [(name: String, value: JSONValue)] {
        [
            ("icegate_id", .text(icegateID.text)), ("iec", .text(iec.text)), ("gstin", .text(gstin.text)),
            ("legal_name", .text(legalName)), ("email", .text(email ?? "")), ("mobile", .text(mobile ?? "")),
            ("created_at", .text(createdAt.formatted(.iso8601))),
            ("closed_at", .text(closedAt?.formatted(.iso8601) ?? "")),
            ("open_sessions", .number(openSessions)),
            ("last_login_at", .text(lastLogin?.formatted(.iso8601) ?? "")),
            ("refused_logins", .number(refusedLogins)),
            ("waits_until", .text(waitsUntil?.formatted(.iso8601) ?? "")),
        ]
    }

    fileprivate var lines: [String] {
        [
            "\(icegateID), \(closedAt.map { "closed at \($0.formatted(.iso8601))" } ?? "open")",
            "holder:          \(legalName), IEC \(iec), GSTIN \(gstin)",
            "contacts:        \(email ?? "erased"), \(mobile ?? "erased")",
            "made at:         \(createdAt.formatted(.iso8601))",
            "last login:      \(lastLogin?.formatted(.iso8601) ?? "none in what the audit keeps")",
            "open sessions:   \(openSessions)",
            "refused logins:  \(refusedLogins)"
                + (waitsUntil.map { ", asked to wait until \($0.formatted(.iso8601))" } ?? ""),
        ]
    }
}
