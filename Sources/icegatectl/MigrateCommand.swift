import ArgumentParser
import MariaDB
import Persistence
import PortalConfiguration

struct MigrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Brings the database to the schema of the migrations.",
        discussion: """
            Works with the account CTL_MIGRATOR_USER, and applies the files of MIGRATIONS_DIRECTORY that the database \
            has not had yet, each once.

            Example: icegatectl migrate --status
            """)

    @OptionGroup var options: CommonOptions

    @Flag(name: .long, help: "Show what is applied and what is not, and apply nothing.")
    var status = false

    func run() throws {
        let configuration = try options.load()
        let settings = try options.database(of: configuration, as: .migrator)
        try options.reporting {
            var connection = try Connection(ConnectionOptions(settings, for: .bulk))
            var migrator = try Migrator(
                directory: configuration.resources.migrationsDirectory, connection: &connection)
            let applied =
                status
                ? 0
                : try migrator.apply(by: CommonOptions.operatorName, on: &connection) { migration in
                    if !options.json { print("applied \(migration.name)") }
                }
            let migrations = migrator.migrations
            let list = migrations.map {
                JSONValue.object([("name", .text($0.name)), ("applied", .flag($0.isApplied))])
            }
            options.print(
                [("applied_now", .number(applied)), ("migrations", .list(list))],
                orText: status
                    ? migrations.map { "\($0.isApplied ? "applied" : "missing")  \($0.name)" }.joined(separator: "\n")
                    : applied == 0 ? "The schema is up to date." : "\(applied) applied; the schema is up to date.")
        }
    }
}
