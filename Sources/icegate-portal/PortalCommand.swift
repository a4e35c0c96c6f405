import ArgumentParser
import Captcha
import CoreMetrics
import Courier
import Exposition
import FastCGI
import Glibc
import HTMLTemplate
import Logging
import Portal
import PortalConfiguration
import Supervision
import Threading

@main
struct PortalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "icegate-portal",
        abstract: "Serves the ICEGATE registration portal over FastCGI, and delivers its messages.",
        discussion: """
            Stays in the foreground. SIGTERM and SIGINT let running requests finish and end it; SIGHUP loads templates and \
            catalogues again, and keeps the old ones when the new ones have problems.

            Example: icegate-portal --config /etc/icegate/icegate.conf
            """,
        version: release)

    @Option(name: .long, help: "The configuration file; otherwise $ICEGATE_CONFIG, or /etc/icegate/icegate.conf.")
    var config: String?

    @Flag(name: .long, help: "Read configuration, keys, templates and fonts, say what is wrong, and start nothing.")
    var check = false

    func run() throws {
        // Blocked before the first thread starts, so that only the wait below takes them.
        let signals = [SIGTERM, SIGINT, SIGHUP]
        Signals.block(signals)
        if JournalLogHandler.isWanted {
            LoggingSystem.bootstrap(JournalLogHandler.init)
        } else {
            LoggingSystem.bootstrap(StreamLogHandler.standardError)
        }
        let metrics = MetricsRegistry(PortalMetrics.descriptions)
        MetricsSystem.bootstrap(metrics)
        let log = Logger(label: "icegate-portal")

        let parts = try PortalParts(configurationFile: config, metrics: metrics, log: log)
        guard !check else {
            for line in parts.lengthsOfSMS { print(line) }
            print("Configuration, keys, templates, catalogues and fonts are right.")
            return
        }
        let supervisor = ServiceManager()
        if let problem = parts.look() { throw Self.unsuited(problem, log) }
        let server = try parts.makeServer()
        try server.start()
        let couriers = parts.startCouriers()
        supervisor.tell(.ready)
        log.info("started", metadata: ["origin": "\(parts.configuration.publicOrigin)"])
        let pause = min(.seconds(10), supervisor.watchdogInterval ?? .seconds(10))
        var problem: String?
        watching: while problem == nil {
            switch Signals.wait(for: signals, atMost: pause) {
            case SIGHUP?:
                supervisor.tell(.reloading)
                parts.reload()
                supervisor.tell(.ready)
            case nil:
                // Before the look, which a database that hangs can hold up.
                if parts.isAlive { supervisor.tell(.alive) }
                problem = parts.look()
            default: break watching
            }
        }
        log.info("stopping")
        supervisor.tell(.stopping)
        server.stop()
        couriers?.stop()
        log.info("stopped")
        if let problem { throw Self.unsuited(problem, log) }
    }

    /// EX_CONFIG of sysexits.h: a supervisor that starts it again finds the same.
    private static func unsuited(_ problem: String, _ log: Logger) -> ExitCode {
        log.critical("\(problem)")
        return ExitCode(78)
    }
}
