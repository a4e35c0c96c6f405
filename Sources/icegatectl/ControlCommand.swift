import ArgumentParser
import PortalConfiguration

@main
struct ControlCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "icegatectl",
        abstract: "Looks after the ICEGATE portal: schema, master, temporary passwords, accounts, audit, keys.",
        discussion: """
            Exit codes: 0 done; 1 refused, or rows refused; 64 wrong usage; 69 the database does not answer.

            Example: icegatectl doctor
            """,
        version: release,
        subcommands: [
            MigrateCommand.self, DoctorCommand.self, MasterCommand.self, PasswordCommand.self, DeliveryCommand.self,
            AccountCommand.self, RegistrationCommand.self, PersonCommand.self, FeedbackCommand.self, AdminCommand.self,
            AuditCommand.self, KeysCommand.self, ConfigurationCommand.self, CleanupCommand.self, RestoredCommand.self,
        ])
}
