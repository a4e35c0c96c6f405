import Threading

/// Wakes the couriers of this process as soon as a message is in the outbox.
///
/// Couriers of other processes find it at their next look: the signal saves time, and nothing depends on it.
public final class OutboxSignal: Sendable {
    private let raised = Monitor(0)

    /// Makes a signal that nobody has raised.
    public init() {}

    /// Tells every waiting courier to look.
    public func raise() {
        raised.withLock { $0 += 1 }
        raised.notifyAll()
    }

    /// How often it was raised so far: to be taken before looking, and given to ``wait(since:atMost:)`` after.
    public var count: Int { raised.withLock { $0 } }

    /// Waits until it is raised once more than `count` times, or the time is over.
    public func wait(since count: Int, atMost limit: Duration) {
        _ = raised.wait(atMost: limit) { $0 > count ? true : nil }
    }
}
