import CoreMetrics
public import Exposition
import HTTP
import Persistence
import Registration
import Threading

/// What the portal tells of itself at /metrics: how many, how long, how much waits. No label names a person, a pair or an address.
public enum PortalMetrics {
    /// Every metric of the process, with its meaning.
    public static let descriptions: [MetricsRegistry.Description] = [
        .init(requests, "Requests answered, by route and status."),
        .init(
            requestSeconds, "Seconds from a whole request to its answer inside the portal, by route.",
            bounds: MetricsRegistry.seconds),
        .init(
            "icegate_events_total",
            "What was done or refused, as the audit has it: registrations by step, logins, refusals by reason."),
        .init("icegate_deliveries_total", "Attempts to hand a message over, by channel, gateway and result."),
        .init(databaseUp, "1 while the database answers."),
        .init(databaseConnections, "Connections to the database that are in use."),
        .init(databaseConnectionsMost, "Connections to the database that there may be."),
        .init(hashes, "Password hashes being made, and callers that wait for one."),
        .init(outbox, "Messages that are owed, by channel."),
        .init(outboxSeconds, "Age of the oldest message that is due, by channel."),
        .init(registrations, "Registrations in progress, by step."),
        .init(sessions, "Sessions of accounts that have not ended."),
        .init(masterSeconds, "Seconds since the master was loaded last."),
        .init(migration, "The newest migration that the database has."),
    ]

    fileprivate static let requests = "icegate_http_requests_total"
    fileprivate static let requestSeconds = "icegate_http_request_seconds"
    private static let databaseUp = "icegate_database_up"
    private static let databaseConnections = "icegate_database_connections_in_use"
    private static let databaseConnectionsMost = "icegate_database_connections_max"
    private static let hashes = "icegate_password_hashes"
    private static let outbox = "icegate_outbox_messages"
    private static let outboxSeconds = "icegate_outbox_oldest_seconds"
    private static let registrations = "icegate_registrations_in_progress"
    private static let sessions = "icegate_account_sessions"
    private static let masterSeconds = "icegate_master_age_seconds"
    private static let migration = "icegate_schema_migration"

    /// Sets what is measured at the moment somebody asks.
    static func measure(_ portal: Portal) {
        let (inUse, most) = portal.store.connections
        set(databaseConnections, inUse)
        set(databaseConnectionsMost, most)
        let (running, waiting) = portal.hasher.load
        set(hashes, running, [("state", "running")])
        set(hashes, waiting, [("state", "waiting")])
        guard let figures = try? portal.store.figures() else { return set(databaseUp, 0) }
        set(databaseUp, 1)
        for (channel, waiting) in figures.waiting {
            set(outbox, waiting.count, [("channel", channel.rawValue)])
            set(outboxSeconds, waiting.oldestSeconds, [("channel", channel.rawValue)])
        }
        for (step, count) in figures.registrations { set(registrations, count, [("step", step.rawValue)]) }
        set(sessions, figures.accountSessions)
        if let age = figures.masterAgeSeconds { set(masterSeconds, age) }
        set(migration, figures.migration)
    }

    private static func set(_ name: String, _ value: Int, _ dimensions: [(String, String)] = []) {
        Meter(label: name, dimensions: dimensions).set(value)
    }
}

/// Counts answers and times them. What belongs to a route and a status is found once, not at each request.
final class RequestMeter: Sendable {
    private struct Answer: Hashable {
        let route: Route?
        let status: Int
    }

    private let known = Monitor<[Answer: (count: Counter, time: Timer)]>([:])

    /// Counts an answer. A path that is no route counts as "other": what strangers ask for makes no labels.
    func count(_ route: Route?, _ status: Int, took duration: Duration) {
        let answer = Answer(route: route, status: status)
        let meters = known.withLock { known in
            if let meters = known[answer] { return meters }
            let path = route?.path ?? "other"
            let meters = (
                count: Counter(
                    label: PortalMetrics.requests, dimensions: [("route", path), ("status", String(status))]),
                time: Timer(label: PortalMetrics.requestSeconds, dimensions: [("route", path)])
            )
            known[answer] = meters
            return meters
        }
        let (seconds, attoseconds) = duration.components
        meters.count.increment()
        meters.time.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
