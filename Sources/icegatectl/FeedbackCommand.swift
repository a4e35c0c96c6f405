import ArgumentParser
import FoundationEssentials
import MariaDB
import Persistence
import PortalConfiguration
import Registration

struct FeedbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "feedback", abstract: "Shows what people told the portal of itself.",
        discussion: """
            Works with the account CTL_READER_USER: the portal's own can only write feedback.

            Example: icegatectl feedback list --limit 20
            """,
        subcommands: [ListCommand.self])

    struct ListCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Lists feedback, newest first.",
            discussion: "Example: icegatectl feedback list --limit 20")

        @OptionGroup var options: CommonOptions

        @Option(name: .long, help: "How many, at least 1.")
        var limit = 100

        func validate() throws {
            guard limit > 0 else { throw ValidationError("--limit is at least 1.") }
        }

        func run() throws {
            let settings = try options.database(as: .reader)
            let pool = Pool(ConnectionOptions(settings, for: .bulk), size: 1, waitLimit: .seconds(2))
            let feedback = try options.reporting { try FeedbackBox(pool: pool).newest(limit) }
            options.print(
                [("feedback", .list(feedback.map { .object(Self.object($0)) }))],
                orText: feedback.isEmpty
                    ? "There is no feedback." : feedback.map(Self.text).joined(separator: "\n\n"))
        }

        private static func object(_ feedback: FeedbackRecord) -> [(name: String, value: JSONValue)] {
            [
                ("reference", .text(feedback.reference)), ("created_at", .text(feedback.createdAt.formatted(.iso8601))),
                ("language", .text(feedback.language.rawValue)), ("email", .text(feedback.email ?? "")),
                ("message", .text(feedback.message)),
            ]
        }

        private static func text(_ feedback: FeedbackRecord) -> String {
            let head = [
                feedback.reference, IndianTime.dateAndTime(feedback.createdAt), feedback.language.rawValue,
                feedback.email,
            ]
            // Indented, so that no message passes for another's head.
            let lines = feedback.message.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }
            return head.compactMap(\.self).joined(separator: "  ") + "\n" + lines.joined(separator: "\n")
        }
    }
}
