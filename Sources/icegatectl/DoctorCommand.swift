import ArgumentParser
import FoundationEssentials
import MariaDB
import Persistence
import PortalConfiguration
import Registration

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Says what is well and what is not, from the configuration to the days left of the certificate.",
        discussion: """
            One line for each matter, with OK, WARN or FAIL and what to do; exit code 1 when one failed, 69 when \
            the database does not answer.

            Example: icegatectl doctor
            """)

    @OptionGroup var options: CommonOptions

    func run() throws {
        var findings: [Finding] = []
        do throws(ConfigurationError) {
            let configuration = try PortalConfiguration.load(for: .tool, file: options.config)
            let portal = readAsPortal(&findings)
            findings.append(
                configuration.keys.isEmpty
                    ? Finding(.fail, "keys", "KEY_FILE is not set or holds no key")
                    : Finding(.ok, "keys", "\(configuration.keys.count), current is \(configuration.keys[0].id)"))
            findings += try Self.database(configuration)
            for role in DatabaseRole.allCases { findings += Self.account(role, of: configuration) }
            findings += Self.audit(configuration)
            // How messages leave is read for the portal alone.
            if let portal { findings += Self.peers(of: portal) }
            findings += Self.surroundings(of: configuration)
        } catch {
            findings += error.problems.map { Finding(.fail, "configuration", $0) }
        }
        let list = findings.map {
            JSONValue.object([
                ("state", .text($0.state.rawValue)), ("matter", .text($0.matter)), ("finding", .text($0.text)),
            ])
        }
        options.print(
            [("findings", .list(list))],
            orText: findings.map { "\($0.state.rawValue)  \($0.matter): \($0.text)" }.joined(separator: "\n"))
        if findings.contains(where: \.isUnavailable) { throw Exit.unavailable }
        if findings.contains(where: { $0.state == .fail }) { throw Exit.refused }
    }

    /// Reads the file as the portal does, which needs more of it than this tool, and says whether it would start.
    ///
    /// - Returns: `nil` where it would not.
    private func readAsPortal(_ findings: inout [Finding]) -> PortalConfiguration? {
        do throws(ConfigurationError) {
            let configuration = try PortalConfiguration.load(for: .portal, file: options.config)
            let exposed = PortalConfiguration.exposedSecrets(file: options.config)
            let text = "everybody on this host may read \(exposed.keys.joined(separator: ", ")) in \(exposed.file): "
            findings.append(
                exposed.keys.isEmpty
                    ? Finding(.ok, "configuration", "read")
                    : Finding(.warn, "configuration", text + "chmod 0640 it, or put them into files of their own"))
            return configuration
        } catch {
            findings += error.problems.map { Finding(.fail, "configuration", "the portal does not start: \($0)") }
            return nil
        }
    }

    /// What to do about an error of the database.
    private static func advice(_ error: DatabaseError, _ role: DatabaseRole) -> String {
        switch error.code {
        case 1044, 1054, 1142, 1143, 1146: "run icegatectl migrate, and roles.sql before it for a new account"
        case 1045, 1698: "mend \(role.rawValue)_PASSWORD_FILE, or run roles.sql again"
        case 1049: "make the database, and run roles.sql in it"
        case _ where error.isUnavailable: "start MariaDB, or mend DATABASE_SOCKET or DATABASE_HOST"
        default: "look at MariaDB's log"
        }
    }

    private static func database(_ configuration: PortalConfiguration) throws(ConfigurationError) -> [Finding] {
        let settings = try configuration.database(as: .portal)
        do throws(DatabaseError) {
            var connection = try Connection(ConnectionOptions(settings, for: .requests))
            var findings = [Finding(.ok, "database", "answers as \(settings.user)")]
            let schema = try SchemaState(on: &connection)
            findings.append(
                schema.problem.map { Finding(.fail, "schema", $0) }
                    ?? Finding(
                        .ok, "schema", "migration \(SchemaState.wanted) or a newer one that serves these programs"))
            guard schema.problem == nil else { return findings }
            findings.append(try clock(&connection))
            // As the newest load counted them; one of an older schema did not.
            let pairs =
                try connection.first(
                    """
                    SELECT IFNULL(
                        (SELECT l.rows_after FROM master_state s JOIN master_loads l ON l.id = s.current_load),
                        (SELECT COUNT(*) FROM master_entries))
                    """)?.get(0, as: Int.self) ?? 0
            findings.append(
                pairs == 0
                    ? Finding(.warn, "master", "empty: load it with icegatectl master load FILE --mode=full")
                    : try master(pairs, &connection))
            let late =
                try connection.first(
                    """
                    SELECT COUNT(*) FROM outbox
                    WHERE live = 1 AND created_at < UTC_TIMESTAMP(6) - INTERVAL 5 MINUTE
                        AND (attempts > 0 OR next_attempt_at < UTC_TIMESTAMP(6) - INTERVAL 5 MINUTE)
                    """)?.get(0, as: Int.self) ?? 0
            findings.append(
                late == 0
                    ? Finding(.ok, "outbox", "nothing waits longer than 5 minutes")
                    : Finding(.warn, "outbox", "\(late) messages wait longer than 5 minutes: is the portal running?"))
            findings += try deliveries(&connection)
            return findings
        } catch {
            return [
                Finding(
                    .fail, "database", "\(error.description): \(advice(error, .portal))",
                    isUnavailable: error.isUnavailable)
            ]
        }
    }

    /// Channels that somebody stopped, and messages of the last hour that did not go.
    private static func deliveries(_ connection: inout Connection) throws(DatabaseError) -> [Finding] {
        var findings: [Finding] = []
        for row in try connection.rows("SELECT channel FROM delivery_channels WHERE stopped_at IS NOT NULL") {
            let channel = try row.get(0, as: String.self)
            findings.append(Finding(.warn, "delivery", "\(channel) is stopped: icegatectl delivery start \(channel)"))
        }
        let row = try connection.first(
            """
            SELECT COUNT(IF(state <> 'sent', 1, NULL)), COUNT(*) FROM outbox
            WHERE live IS NULL AND ended_at > UTC_TIMESTAMP(6) - INTERVAL 1 HOUR
            """)
        let (failed, ended) = (try row?.get(0, as: Int.self) ?? 0, try row?.get(1, as: Int.self) ?? 0)
        if failed > 0 {
            let text = "\(failed) of \(ended) messages of the last hour did not go: icegatectl delivery status says why"
            findings.append(Finding(failed * 20 > ended ? .warn : .ok, "delivery", text))
        }
        return findings
    }

    /// The database decides what has expired; the host's clock stands in the logs.
    private static func clock(_ connection: inout Connection) throws(DatabaseError) -> Finding {
        let now = try connection.first("SELECT UTC_TIMESTAMP(6)")?.get(0, as: Date.self) ?? Date()
        let difference = abs(now.timeIntervalSinceNow)
        let text = "the database's differs by \(Int((difference * 1_000).rounded())) ms from this host's"
        return difference < 2
            ? Finding(.ok, "clock", text)
            : Finding(difference < 60 ? .warn : .fail, "clock", "\(text): keep both by NTP")
    }

    private static func master(_ pairs: Int, _ connection: inout Connection) throws(DatabaseError) -> Finding {
        let age =
            try connection.first(
                """
                SELECT TIMESTAMPDIFF(DAY, MAX(finished_at), UTC_TIMESTAMP(6)) FROM master_loads
                WHERE state = 'applied' AND mode <> 'rollback'
                """)?.get(0, as: Int?.self) ?? nil
        guard let age else { return Finding(.warn, "master", "\(pairs) pairs, and no load that brought them") }
        let text = "\(pairs) pairs, loaded \(age) days ago"
        return age <= 10 ? Finding(.ok, "master", text) : Finding(.warn, "master", "\(text): does the weekly load run?")
    }

    /// What an account has to be able to do for its work, of which this is the least.
    private static func need(of role: DatabaseRole) -> SQL {
        switch role {
        case .portal: "SELECT 1 FROM otp_pairs LIMIT 1"
        case .migrator: "SELECT 1 FROM administrators LIMIT 1"
        case .loader: "SELECT staged_iec FROM master_loads LIMIT 1"
        case .reader: "SELECT 1 FROM feedback LIMIT 1"
        case .auditor: "SELECT 1 FROM audit_seals LIMIT 1"
        case .keeper: "SELECT 1 FROM restores LIMIT 1"
        }
    }

    /// Whether an account, where it is configured, may do its work.
    private static func account(_ role: DatabaseRole, of configuration: PortalConfiguration) -> [Finding] {
        guard let settings = try? configuration.database(as: role) else { return [] }
        do throws(DatabaseError) {
            var connection = try Connection(ConnectionOptions(settings, for: .requests))
            _ = try connection.first(need(of: role))
            return [Finding(.ok, "account", "\(settings.user) may do its work")]
        } catch {
            return [
                Finding(
                    .fail, "account", "\(settings.user): \(error.description): \(advice(error, role))",
                    isUnavailable: error.isUnavailable)
            ]
        }
    }

    /// Whether what is done is sealed.
    private static func audit(_ configuration: PortalConfiguration) -> [Finding] {
        guard let settings = try? configuration.database(as: .auditor) else {
            return [Finding(.warn, "audit", "not sealed: CTL_AUDITOR_USER is not set")]
        }
        do throws(StoreError) {
            let pool = Pool(ConnectionOptions(settings, for: .requests), size: 1, waitLimit: .seconds(2))
            let state = try AuditReader(pool: pool).state()
            let open =
                (state.openCount < AuditState.most ? "" : "at least ") + "\(state.openCount) events wait to be sealed"
            guard let last = state.last else {
                return [
                    state.openCount == 0
                        ? Finding(.ok, "audit", "nothing was done yet")
                        : Finding(.warn, "audit", "never sealed, \(open): run icegatectl audit seal by a timer")
                ]
            }
            let text = "seal \(last.number) was made \(state.age.components.seconds / 60) minutes ago, \(open)"
            let isLate = state.longestOpen > .seconds(AuditSeal.lateness)
            return [
                isLate
                    ? Finding(.warn, "audit", "\(text): does icegatectl audit seal run?") : Finding(.ok, "audit", text)
            ]
        } catch {
            return [Finding(.fail, "audit", "\(settings.user): \(error)", isUnavailable: error.isUnavailable)]
        }
    }

    struct Finding {
        enum State: String {
            case ok = "OK"
            case warn = "WARN"
            case fail = "FAIL"
        }

        let state: State
        let matter: String
        let text: String
        let isUnavailable: Bool

        init(_ state: State, _ matter: String, _ text: String, isUnavailable: Bool = false) {
            self.state = state
            self.matter = matter
            self.text = text
            self.isUnavailable = isUnavailable
        }
    }
}
