import Logging
import Persistence
import Threading

/// Says in the log when what is abused happens far more often in an hour than what honest people make of it.
final class AbuseAlarm: Sendable {
    /// What is compared.
    enum Kind {
        /// SMS with codes, and pairs of codes that were proven: somebody may have numbers called for money.
        case sends
        /// Starts with a wrong temporary password, and right ones, over all pairs: each pair has its own limit, and somebody
        /// may guess at many.
        case guesses
    }

    private let kind: Kind
    private let floor: Int
    private let nextLook = Monitor<ContinuousClock.Instant?>(nil)

    /// - Parameters:
    ///   - kind: what is compared.
    ///   - floor: events in an hour from which on it looks.
    init(_ kind: Kind, from floor: Int) {
        self.kind = kind
        self.floor = floor
    }

    /// Looks once a minute, and after an alarm ten minutes later.
    func look(at store: Store, _ log: Logger) throws(StoreError) {
        let now = ContinuousClock.now
        let isTime = nextLook.withLock { next in
            guard next.map({ now >= $0 }) ?? true else { return false }
            next = now + .seconds(60)
            return true
        }
        guard isTime, floor < .max else { return }
        switch kind {
        case .sends:
            let (sent, proven) = try store.codeTraffic(in: .seconds(3_600))
            guard isAbuse(sent, besides: proven, now) else { return }
            log.error(
                "more than twice as many codes were sent in an hour as were proven",
                metadata: ["sent": "\(sent)", "proven": "\(proven)"])
        case .guesses:
            let (wrong, right) = try store.startTraffic(in: .seconds(3_600))
            guard isAbuse(wrong, besides: right, now) else { return }
            log.error(
                "more than twice as many temporary passwords were wrong in an hour as were right",
                metadata: ["wrong": "\(wrong)", "right": "\(right)"])
        }
    }

    private func isAbuse(_ many: Int, besides honest: Int, _ now: ContinuousClock.Instant) -> Bool {
        guard many >= floor, many > 2 * honest else { return false }
        nextLook.withLock { $0 = now + .seconds(600) }
        return true
    }
}
