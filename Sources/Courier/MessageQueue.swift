import Persistence
import Threading

/// Messages that were claimed and wait for a thread: one thread claims for all, so that a message that hangs holds up its
/// own thread and no other message.
final class MessageQueue: Sendable {
    struct Claimed {
        let message: OutboxMessage
        /// When another courier may claim it again.
        let leaseEnds: ContinuousClock.Instant
    }

    /// What a look into the outbox found.
    struct Look {
        var claimed: [Claimed] = []
        /// Where nothing more was due: how often the channel's signal had been raised before.
        var allFoundAt: Int?
    }

    /// What a thread is to do next.
    enum Task {
        /// To hand this one over.
        case deliver(Claimed)
        /// To claim for all, and then call ``add(_:)``: no other thread does. After a look that found all, it waits until the
        /// channel's signal was raised more often than this.
        case claim(after: Int?)
        case stop
    }

    private struct State {
        var waiting: [Claimed] = []
        var allFoundAt: Int?
        var isClaiming = false
        var isStopping = false
    }

    private let state = Monitor(State())

    /// Waits for something to do.
    func next() -> Task {
        let task: Task? = state.wait(atMost: nil) { state in
            if state.isStopping { return .stop }
            // The oldest first.
            if !state.waiting.isEmpty { return .deliver(state.waiting.removeFirst()) }
            guard !state.isClaiming else { return nil }
            state.isClaiming = true
            return .claim(after: state.allFoundAt)
        }
        // Without a limit there is always a task.
        return task ?? .stop
    }

    /// Takes what was claimed, and lets others claim.
    func add(_ look: Look) {
        state.withLock { state in
            state.waiting += look.claimed
            state.allFoundAt = look.allFoundAt
            state.isClaiming = false
        }
        state.notifyAll()
    }

    /// Lets every thread stop after what it has in its hands.
    func stop() {
        state.withLock { $0.isStopping = true }
        state.notifyAll()
    }

    /// Takes out what no thread took.
    func drain() -> [OutboxMessage] {
        state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting.map(\.message)
        }
    }
}
