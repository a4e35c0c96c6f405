import Exposition
import HTTP
import HTTPTypes
import Persistence

/// What supervisors ask; nginx lets only this host ask it.
enum MonitoringProbe: String, Hashable, Sendable, CaseIterable {
    /// The process answers.
    case health = "/healthz"
    /// The process can serve registrants: the database answers too.
    case readiness = "/readyz"
    /// What the process counts and measures, in the text format of Prometheus.
    case metrics = "/metrics"

    func response(of portal: Portal) -> Response {
        if self == .metrics {
            PortalMetrics.measure(portal)
            return Response(
                status: .ok,
                headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: portal.metrics.text())
        }
        let isWell =
            switch self {
            case .health: true
            case .readiness: portal.store.isReachable()
            case .metrics: true
            }
        var response = Response(
            status: isWell ? .ok : .serviceUnavailable,
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: Array((isWell ? "ok\n" : "the database does not answer\n").utf8))
        if !isWell { response.headers[.retryAfter] = "5" }
        return response
    }
}
