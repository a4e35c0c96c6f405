public import FoundationEssentials
public import MariaDB
public import Registration

/// How far a message has come.
public struct Delivery: Sendable {
    /// The way it goes.
    public let channel: Destination.Channel
    /// Where it is.
    public let state: State
    /// When it was handed over, refused or given up.
    public let endedAt: Date?

    /// The states of a message in the outbox.
    public enum State: String, Sendable {
        case waiting
        case sending
        case sent
        case refused
        case givenUp = "given_up"
    }
}

extension Delivery.State: SQLValueConvertible, SQLValueDecodable {}
