import ArgumentParser
import FoundationEssentials
import Persistence
import PortalConfiguration
import Registration

struct RestoredCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restored", abstract: "Makes a database that came back from a backup safe to serve again.",
        discussion: """
            Run it after every restore, before the portal is started. The backup does not know which OTPs, temporary \
            passwords and sessions were used after it: all of them end, messages that it still owes are given up, and \
            registrations in progress begin again. Accounts and the master stay as the backup has them. For two weeks \
            the pages then say from when to when everything was lost. Issue new temporary passwords afterwards \
            (icegatectl password issue).

            What was lost begins at the newest moment at which somebody used the portal (or at --from), and ends when \
            the portal stopped (--until, or now). Run it again with other times where these were wrong. Stop the timers \
            before a restore, and start them after this.

            Example: icegatectl restored --yes --until 2026-11-22T10:42:00+05:30
            """)

    @OptionGroup var options: CommonOptions

    // Not asked for at a terminal: it ends what everybody does, and stands in a procedure that is written down.
    @Flag(name: .long, help: "Needed: every session and every code ends.")
    var yes = false

    @Option(name: .long, help: "The newest moment that is in the backup, where it is not the one found.")
    var from: String?

    @Option(name: .long, help: "When the portal stopped: 2026-11-22T10:42:00+05:30; now without it.")
    var until: String?

    func validate() throws {
        _ = try (Self.instant(from, "--from"), Self.instant(until, "--until"))
        guard yes else { throw ValidationError("Every session and every code ends: give --yes as well.") }
    }

    func run() throws {
        let restore = Restore(pool: try options.pool(as: .keeper), operatorName: CommonOptions.operatorName)
        let lostUntil = try Self.instant(until, "--until") ?? Date()
        guard let lostFrom = try Self.instant(from, "--from") ?? options.reporting({ try restore.newestMoment() })
        else {
            throw options.refused("Nothing was ever done in this database: a backup can have lost nothing.")
        }
        guard lostFrom <= lostUntil else {
            throw options.refused(
                "The database knows of things done at \(lostFrom.formatted(.iso8601)), after --until: check the time.")
        }
        let ended = try options.reporting { try restore.note(lostFrom: lostFrom, lostUntil: lostUntil) }
        options.print(
            [
                ("state", .text("noted")), ("lost_from", .text(lostFrom.formatted(.iso8601))),
                ("lost_until", .text(lostUntil.formatted(.iso8601))), ("ended", .number(ended)),
            ],
            orText: "What was done from \(lostFrom.formatted(.iso8601)) to \(lostUntil.formatted(.iso8601)) is lost;"
                + " \(ended) codes, sessions, messages and registrations have ended.")
    }

    private static func instant(_ text: String?, _ option: String) throws(ValidationError) -> Date? {
        guard let text else { return nil }
        guard let date = try? Date(text, strategy: .iso8601) else {
            throw ValidationError("\(option) takes an instant with its zone, such as 2026-11-22T10:42:00+05:30.")
        }
        return date
    }
}
