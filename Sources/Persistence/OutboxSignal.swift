public import Registration
import Threading

/// The signals of what couriers do, so that each is woken for its own work alone.
public struct OutboxSignals: Sendable {
    /// Somebody wishes for a message.
    public let wishes = OutboxSignal()
    private let sms = OutboxSignal()
    private let email = OutboxSignal()

    /// A message for a channel is in the outbox.
    public subscript(channel: Destination.Channel) -> OutboxSignal {
        switch channel {
        case .sms: sms
        case .email: email
        }
    }

    /// Raises all of them.
    public func raiseAll() { for signal in [wishes, sms, email] { signal.raise() } }
}

/// Wakes those couriers of this process who wait for it.
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
