import Threading

/// Keeps letters from a gateway that fails: after some failures in a row it rests, then one letter tries it again.
///
/// What a breaker knows is of this process alone: others find out by themselves.
final class CircuitBreaker: Sendable {
    private struct State {
        var failures = 0
        var rests = 0
        /// Until when nobody goes this way; `nil` while all may.
        var closedUntil: ContinuousClock.Instant?
        var isBeingTried = false
    }

    private let state = Monitor(State())
    private let threshold: Int
    private let rest: Duration

    /// - Parameters:
    ///   - threshold: failures in a row after which the gateway rests.
    ///   - rest: how long, the first time; each further time twice as long, up to ten times.
    init(threshold: Int = 3, rest: Duration = .seconds(30)) {
        self.threshold = threshold
        self.rest = rest
    }

    /// Whether a letter may go this way; of those that come after a rest, one alone.
    func mayPass(at now: ContinuousClock.Instant = .now) -> Bool {
        state.withLock { state in
            guard let until = state.closedUntil else { return true }
            guard now >= until, !state.isBeingTried else { return false }
            state.isBeingTried = true
            return true
        }
    }

    /// Notes what came of a letter that went this way.
    ///
    /// - Parameter isHopeless: whether no other letter will fare better: it rests at once.
    func note(isWell: Bool, isHopeless: Bool = false, at now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            state.isBeingTried = false
            guard !isWell else {
                state = State()
                return
            }
            state.failures += 1
            guard isHopeless || state.failures >= threshold else { return }
            state.rests = min(state.rests + 1, 5)
            state.closedUntil = now + min(rest * (1 << (state.rests - 1)), rest * 10)
        }
    }
}
