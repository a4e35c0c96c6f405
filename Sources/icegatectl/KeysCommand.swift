import ArgumentParser
import FoundationEssentials
import MariaDB
import Persistence
import PortalConfiguration
import Registration

struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Lists, changes and retires the keys of KEY_FILE.",
        discussion: """
            One key is current: new codes are made with it. Codes name the key that they were made with, so OTPs, temporary \
            passwords and forms that are open at the change hold as long as their key stays in the file. Only failures \
            that were counted, and waits after them, are forgotten: they are counted anew.

            Several portals must not meet a code of a key that they do not know. With one portal: keys rotate, restart. With \
            several: keys prepare, hand the file to all and restart all; then keys rotate, hand it on and restart again. \
            When nothing uses the old key any more (keys list), keys retire takes it away. Audit seals name keys as well, for \
            as long as they are kept.

            Example: icegatectl keys list
            """,
        subcommands: [ListCommand.self, PrepareCommand.self, RotateCommand.self, RetireCommand.self])

    struct ListCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Lists the keys by number, and what still needs each.",
            discussion: """
                Example: icegatectl keys list --json
                """)

        @OptionGroup var options: CommonOptions

        func run() throws {
            let configuration = try options.load()
            let uses = try options.uses(of: configuration)
            let keys = configuration.keys.enumerated().map { index, key in
                (id: key.id, isCurrent: index == 0, uses: uses[key.id] ?? KeyUses())
            }
            options.print(
                [
                    (
                        "keys",
                        .list(
                            keys.map { key in
                                .object(
                                    [("id", .number(Int(key.id))), ("current", .flag(key.isCurrent))]
                                        + key.uses.json)
                            })
                    )
                ],
                orText: keys.map { "key \($0.id)\($0.isCurrent ? ", current" : ""): \($0.uses.words)" }
                    .joined(separator: "\n"))
        }
    }

    struct PrepareCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "prepare", abstract: "Adds a new key that is not current yet.",
            discussion: """
                Example: icegatectl keys prepare
                """)

        @OptionGroup var options: CommonOptions

        func run() throws {
            let file = try options.keyFile()
            let id = try file.prepare()
            options.print([("prepared", .number(Int(id)))], orText: "Key \(id) is prepared. Restart every portal.")
        }
    }

    struct RotateCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate", abstract: "Makes the prepared key the current one, or else a new one.",
            discussion: """
                The keys before stay in the file. Restart the portal afterwards: it reads keys at its start.

                Example: icegatectl keys rotate && systemctl restart icegate-portal@1.service
                """)

        @OptionGroup var options: CommonOptions

        func run() throws {
            let file = try options.keyFile()
            let id = try file.rotate()
            options.print([("current", .number(Int(id)))], orText: "Key \(id) is current. Restart every portal.")
        }
    }

    struct RetireCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "retire", abstract: "Takes a key away that nothing needs any more.",
            discussion: """
                Refused for the current key, and while an OTP, a temporary password, a message that is owed or an audit seal \
                needs it. A key that has leaked is taken away at once with --force: what needs it holds no more. Seals that \
                were made with it are then reported by audit verify until they are pruned: export and verify before.

                Example: icegatectl keys retire 1
                """)

        @OptionGroup var options: CommonOptions

        @Argument(help: "The number of the key.")
        var id: UInt32

        @Flag(name: .long, help: "Even if something needs it.")
        var force = false

        func run() throws {
            let configuration = try options.load()
            let file = try options.keyFile(of: configuration)
            guard configuration.keys.contains(where: { $0.id == id }) else {
                throw options.refused("KEY_FILE has no key \(id).")
            }
            guard configuration.keys.first?.id != id else {
                throw options.refused("Key \(id) is the current one: rotate first.")
            }
            if !force, let uses = try options.uses(of: configuration)[id], !uses.isEmpty {
                throw options.refused("Key \(id) is needed: \(uses.words). Wait, or give --force.")
            }
            try file.retire(id)
            options.print([("retired", .number(Int(id)))], orText: "Key \(id) is gone. Restart every portal.")
        }
    }
}

extension CommonOptions {
    fileprivate func keyFile() throws -> KeyFile { try keyFile(of: load()) }

    fileprivate func keyFile(of configuration: PortalConfiguration) throws -> KeyFile {
        guard let path = configuration.keyFile, !configuration.keys.isEmpty else {
            throw refused("KEY_FILE is not set or holds no usable key.")
        }
        return KeyFile(path: path)
    }

    /// What needs each key, by its number.
    fileprivate func uses(of configuration: PortalConfiguration) throws -> [UInt32: KeyUses] {
        let codes = try pool(of: configuration, as: .portal)
        let seals = try pool(of: configuration, as: .auditor)
        return try reporting { try KeyUses.all(codes: codes, seals: seals) }
    }
}

extension KeyUses {
    fileprivate var json: [(name: String, value: JSONValue)] {
        [
            ("otps", .number(oneTimePasswords)), ("temporary_passwords", .number(temporaryPasswords)),
            ("messages", .number(messages)), ("seals", .number(seals)),
        ]
    }

    fileprivate var words: String {
        let named = [
            (oneTimePasswords, "OTP pairs that hold"), (temporaryPasswords, "temporary passwords that hold"),
            (messages, "messages that are owed"), (seals, "audit seals"),
        ]
        let used = named.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return used.isEmpty ? "needed by nothing" : used.joined(separator: ", ")
    }
}
