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

            What was lost begins at the newest moment that the database knows of, and ends when the portal stopped: \
            --until, or now.

            Example: icegatectl restored --until 2026-11-22T10:42:00+05:30
            """)

    @OptionGroup var options: CommonOptions

    @Option(name: .long, help: "When the portal stopped: 2026-11-22T10:42:00+05:30; now without it.")
    var until: String?

    func validate() throws { _ = try stopped() }

    func run() throws {
        let restore = Restore(pool: try options.pool(as: .keeper), operatorName: CommonOptions.operatorName)
        let lostUntil = try stopped()
        guard let lostFrom = try reporting({ try restore.newestMoment() }) else {
            throw options.refused("Nothing was ever done in this database: a backup can have lost nothing.")
        }
        guard lostFrom <= lostUntil else {
            throw options.refused(
                "The database knows of things done at \(lostFrom.formatted(.iso8601)), after --until: check the time.")
        }
        let ended = try reporting { try restore.note(lostFrom: lostFrom, lostUntil: lostUntil) }
        options.print(
            [
                ("state", .text("noted")), ("lost_from", .text(lostFrom.formatted(.iso8601))),
                ("lost_until", .text(lostUntil.formatted(.iso8601))), ("ended", .number(ended)),
            ],
            orText: "What was done from \(lostFrom.formatted(.iso8601)) to \(lostUntil.formatted(.iso8601)) is lost;"
                + " \(ended) codes, sessions, messages and registrations have ended.")
    }

    private func stopped() throws(ValidationError) -> Date {
        guard let until else { return Date() }
        guard let date = try? Date(until, strategy: .iso8601) else {
            throw ValidationError("--until takes an instant with its zone, such as 2026-11-22T10:42:00+05:30.")
        }
        return date
    }
}
