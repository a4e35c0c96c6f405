import Logging
import Persistence
import Registration
import Threading

/// How many messages may go out on a channel just now.
///
/// The counts are asked for once a second, and what this process sends between is taken off: several portals may exceed
/// a budget by what they send in a second. A fifth of each budget is kept for messages that somebody waits for.
final class BudgetGate: Sendable {
    private struct State {
        var minute: (left: Int, askedAt: ContinuousClock.Instant)?
        var day: (left: Int, askedAt: ContinuousClock.Instant)?
        var complainedAt: ContinuousClock.Instant?
    }

    private let budget: SendBudget
    private let channel: Destination.Channel
    private let state = Monitor(State())

    init(_ budget: SendBudget, on channel: Destination.Channel) {
        self.budget = budget
        self.channel = channel
    }

    /// - Returns: how many messages may be claimed, and how many of them that nobody waits for.
    func allowance(_ store: Store, _ log: Logger) throws(StoreError) -> (all: Int, bulk: Int) {
        let now = ContinuousClock.now
        var known = state.withLock { ($0.minute, $0.day) }
        if known.0.map({ now - $0.askedAt > .seconds(1) }) ?? true {
            let sent = try store.sends(on: channel, in: .seconds(60), atMost: budget.perMinute)
            known.0 = (budget.perMinute - sent, now)
        }
        if known.1.map({ now - $0.askedAt > .seconds(30) }) ?? true {
            let sent = try store.sends(on: channel, in: .seconds(86_400), atMost: budget.perDay)
            known.1 = (budget.perDay - sent, now)
        }
        let (minute, day) = known
        state.withLock { ($0.minute, $0.day) = (minute, day) }
        let minuteLeft = minute?.left ?? 0
        let dayLeft = day?.left ?? 0
        if minuteLeft <= 0 || dayLeft <= 0 { complain(log, isDay: dayLeft <= 0, at: now) }
        return (
            max(0, min(minuteLeft, dayLeft)),
            max(0, min(minuteLeft - budget.perMinute / 5, dayLeft - budget.perDay / 5))
        )
    }

    /// Takes off what was claimed.
    func take(_ count: Int) {
        state.withLock {
            $0.minute?.left -= count
            $0.day?.left -= count
        }
    }

    private func complain(_ log: Logger, isDay: Bool, at now: ContinuousClock.Instant) {
        let isTime = state.withLock { state in
            guard state.complainedAt.map({ now - $0 > .seconds(60) }) ?? true else { return false }
            state.complainedAt = now
            return true
        }
        guard isTime else { return }
        log.error(
            "the budget of a channel is used up: messages wait",
            metadata: ["channel": "\(channel.rawValue)", "budget": isDay ? "day" : "minute"])
    }
}
