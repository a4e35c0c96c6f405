import ArgumentParser
import FoundationEssentials
import MariaDB
import Persistence
import PortalConfiguration
import Registration

/// What every command takes.
struct CommonOptions: ParsableArguments {
    @Option(name: .long, help: "The configuration file; otherwise $ICEGATE_CONFIG, or /etc/icegate/icegate.conf.")
    var config: String?

    @Flag(name: .long, help: "Print one JSON object, for jobs.")
    var json = false

    func load() throws -> PortalConfiguration {
        try configured { () throws(ConfigurationError) in try PortalConfiguration.load(for: .tool, file: config) }
    }

    /// Connections to the database with the account of a role.
    func pool(as role: DatabaseRole) throws -> Pool { try pool(of: load(), as: role) }

    /// The same from a configuration that was read.
    func pool(of configuration: PortalConfiguration, as role: DatabaseRole) throws -> Pool {
        Pool(
            ConnectionOptions(try database(of: configuration, as: role), for: .bulk), size: 1, waitLimit: .seconds(2))
    }

    /// How to reach the database with the account of a role.
    func database(as role: DatabaseRole) throws -> DatabaseSettings { try database(of: load(), as: role) }

    /// The same from a configuration that was read.
    func database(of configuration: PortalConfiguration, as role: DatabaseRole) throws -> DatabaseSettings {
        try configured { () throws(ConfigurationError) in try configuration.database(as: role) }
    }

    /// A configuration that cannot be used is told of as what is refused.
    private func configured<T>(_ body: () throws(ConfigurationError) -> T) throws -> T {
        do throws(ConfigurationError) { return try body() } catch { throw refused(error.description) }
    }

    /// Who runs this, for the audit and the record of the loads.
    ///
    /// The account is the process's own; only root is asked on whose behalf, since anybody can set a variable.
    static var operatorName: OperatorName {
        let process = ProcessInfo.processInfo
        let account = process.userName
        let behind = account == "root" ? process.environment["SUDO_USER"].flatMap { $0.isEmpty ? nil : $0 } : nil
        return OperatorName("\(behind ?? account)@\(process.hostName)")
    }

    /// Prints a result: as JSON, or as a person reads it.
    func print(_ object: [(name: String, value: JSONValue)], orText text: @autoclosure () -> String) {
        Swift.print(json ? JSONValue.object(object).text : text())
    }

    /// Says why nothing was done: on standard error, and to a job as its JSON object.
    func refused(_ reason: String) -> ExitCode {
        complain(reason)
        if json { print([("state", .text("refused")), ("reason", .text(reason))], orText: "") }
        return Exit.refused
    }

    /// Runs a command's work and turns what went wrong into words and an exit code.
    func reporting<T>(_ body: () throws -> T) throws -> T {
        let isUnavailable: Bool
        let description: String
        do {
            return try body()
        } catch let error as ExitCode {
            throw error
        } catch let error as DatabaseError {
            (isUnavailable, description) = (error.isUnavailable, error.description)
        } catch let error as StoreError {
            (isUnavailable, description) = (error.isUnavailable, error.description)
        } catch let error as MigrationError {
            (isUnavailable, description) = (error.isUnavailable, error.description)
        }
        throw isUnavailable ? unavailable(description) : refused(description)
    }

    /// Says that the database does not answer, as ``refused(_:)`` says why nothing was done.
    private func unavailable(_ reason: String) -> ExitCode {
        complain("The database does not answer: \(reason)")
        if json { print([("state", .text("unavailable")), ("reason", .text(reason))], orText: "") }
        return Exit.unavailable
    }
}

/// The exit codes beyond 0 and those of wrong usage.
enum Exit {
    /// Refused, or rows refused.
    static let refused = ExitCode(1)
    /// The database does not answer (EX_UNAVAILABLE of sysexits.h).
    static let unavailable = ExitCode(69)
}
