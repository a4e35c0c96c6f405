import ArgumentParser
import Persistence
import PortalConfiguration

struct CleanupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cleanup", abstract: "Takes away what was kept long enough; for a timer, every night.",
        discussion: """
            Sessions, registrations that were never finished, with their OTPs and names, and handled wishes go a day after \
            their end; counters when they count no more; messages, replaced temporary passwords and feedback after a year. \
            Accounts stay, and what proves them. The audit is taken away by icegatectl audit prune.

            Each batch is one transaction, so nothing waits long, and a run that was cut off is carried on by the next. Works \
            with the account CTL_KEEPER_USER.

            Examples: icegatectl cleanup --dry-run
                      icegatectl cleanup --batch 500 --json
            """)

    @OptionGroup var options: CommonOptions

    @Flag(name: .long, help: "Only say how much there is.")
    var dryRun = false

    @Option(name: .long, help: "The most rows of one transaction, 1 to 50000.")
    var batch = 1_000

    func validate() throws {
        guard (1...50_000).contains(batch) else { throw ValidationError("--batch takes 1 to 50000.") }
    }

    func run() throws {
        let cleanup = Cleanup(pool: try options.pool(as: .keeper), batchSize: batch)
        var counts: [Cleanup.Matter: Int] = [:]
        try options.reporting {
            for matter in Cleanup.Matter.allCases {
                let count = dryRun ? try cleanup.count(matter) : try cleanup.remove(matter)
                counts[matter] = count
                // Matter by matter, so that a run that is cut off is noted as far as it came.
                if !dryRun, count > 0 { try cleanup.note(matter, count, by: CommonOptions.operatorName) }
            }
        }
        let listed = Cleanup.Matter.allCases.map { ($0.rawValue, counts[$0] ?? 0) }
        options.print(
            [
                ("dry_run", .flag(dryRun)),
                (dryRun ? "would_remove" : "removed", .object(listed.map { ($0, .number($1)) })),
            ],
            orText: listed.map { "\($0.replacing("_", with: " ")): \($1)" }.joined(separator: "\n"))
    }
}
