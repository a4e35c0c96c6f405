import ArgumentParser
import MariaDB
import Persistence
import PortalConfiguration
import Registration

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Says what is well and what is not: configuration, keys, database, schema, master, outbox, audit.",
        discussion: """
            One line for each matter, with OK, WARN or FAIL and what to do; exit code 1 when one failed, 69 when \
            the database does not answer.

            Example: icegatectl doctor
            """)

    @OptionGroup var options: CommonOptions

    func run() throws {
        var findings: [Finding] = []
        do throws(ConfigurationError) {
            let configuration = try options.load()
            findings.append(Finding(.ok, "configuration", "read"))
            findings.append(
                configuration.keys.isEmpty
                    ? Finding(.fail, "keys", "KEY_FILE is not set or holds no key")
                    : Finding(.ok, "keys", "\(configuration.keys.count), current is \(configuration.keys[0].id)"))
            findings += try Self.database(configuration)
            for role in [DatabaseRole.loader, .reader] { findings += Self.account(role, of: configuration) }
            findings += Self.audit(configuration)
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

    private static func database(_ configuration: PortalConfiguration) throws(ConfigurationError) -> [Finding] {
        let settings = try configuration.database(as: .portal)
        do throws(DatabaseError) {
            var connection = try Connection(ConnectionOptions(settings, for: .requests))
            var findings = [Finding(.ok, "database", "answers as \(settings.user)")]
            let schema = try connection.first("SELECT COUNT(*), MAX(number) FROM schema_migrations")
            findings.append(Finding(.ok, "schema", "migration \(try schema?.get(1, as: Int?.self) ?? 0)"))
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
                    : Finding(.ok, "master", "\(pairs) pairs"))
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
            return findings
        } catch {
            return [Finding(.fail, "database", error.description, isUnavailable: error.isUnavailable)]
        }
    }

    /// Whether an account of the tools, where it is configured, may do its work.
    private static func account(_ role: DatabaseRole, of configuration: PortalConfiguration) -> [Finding] {
        guard let settings = try? configuration.database(as: role) else { return [] }
        do throws(DatabaseError) {
            var connection = try Connection(ConnectionOptions(settings, for: .requests))
            _ = try connection.first("SELECT 1 FROM master_loads LIMIT 1")
            return [Finding(.ok, "account", "\(settings.user) may read the loads")]
        } catch {
            return [
                Finding(.fail, "account", "\(settings.user): \(error.description)", isUnavailable: error.isUnavailable)
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

    private struct Finding {
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
