import Logging
import Persistence
import Synchronization

/// Says in the log when far more codes are sent than are proven: somebody may have numbers called for money.
final class SendAlarm: Sendable {
    private let floor: Int
    private let nextLook = Mutex<ContinuousClock.Instant?>(nil)

    /// - Parameter floor: SMS in an hour from which on it looks.
    init(from floor: Int) { self.floor = floor }

    /// Looks once a minute, and after an alarm ten minutes later.
    func look(at store: Store, _ log: Logger) throws(StoreError) {
        let now = ContinuousClock.now
        let isTime = nextLook.withLock { next in
            guard next.map({ now >= $0 }) ?? true else { return false }
            next = now + .seconds(60)
            return true
        }
        guard isTime, floor < .max else { return }
        let (sent, proven) = try store.codeTraffic(in: .seconds(3_600))
        guard sent >= floor, sent > 2 * proven else { return }
        nextLook.withLock { $0 = now + .seconds(600) }
        log.error(
            "more than twice as many codes were sent in an hour as were proven",
            metadata: ["sent": "\(sent)", "proven": "\(proven)"])
    }
}
