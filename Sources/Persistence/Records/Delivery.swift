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
        /// For a courier, or for its next attempt.
        case waiting
        /// A courier has it.
        case sending
        /// It was handed over.
        case sent
        /// No attempt can deliver it.
        case refused
        /// Its code expired, or was used, before it could be delivered.
        case givenUp = "given_up"
    }
}

extension Delivery.State: SQLValueConvertible, SQLValueDecodable {}
