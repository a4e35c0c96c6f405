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
    /// Whether it waits because somebody stopped its channel.
    public let isHeldUp: Bool

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

/// Who was asked to take a message, and what was answered.
public struct DeliveryNote: Sendable {
    let gateway: String?
    let reply: String?

    /// Takes a gateway's name and its answer in a word; neither may name a recipient or hold a code.
    public init(gateway: String = "", reply: String = "") {
        self.gateway = Self.word(gateway, atMost: 20)
        self.reply = Self.word(reply, atMost: 60)
    }

    /// Printable ASCII as the columns take it; `nil` for nothing.
    private static func word(_ text: String, atMost limit: Int) -> String? {
        let bytes = text.utf8.filter { (0x20...0x7E).contains($0) }.prefix(limit)
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
}

extension Delivery.State: SQLValueConvertible, SQLValueDecodable {}
