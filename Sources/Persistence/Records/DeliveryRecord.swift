public import FoundationEssentials
public import Registration

/// A message as administrators see it: without its code, with a contact that is masked.
public struct DeliveryRecord: Sendable {
    /// Its number in the outbox, which is also in the Message-ID of a mail.
    public let id: Int64
    /// Its name.
    public let template: String
    /// The way it goes.
    public let channel: Destination.Channel
    /// Where it goes, masked.
    public let contact: String
    /// Where it is.
    public let state: Delivery.State
    /// How often it was tried.
    public let attempts: Int
    /// Who was asked last, and the answer in a word.
    public let gateway, reply: String?
    /// When it was owed.
    public let createdAt: Date
    /// When it is tried next, while it waits.
    public let nextAttemptAt: Date?
    /// When it was handed over, refused or given up.
    public let endedAt: Date?
}

/// What messages are about.
public enum DeliverySubject: Sendable {
    /// A pair of the master.
    case pair(IEC, GSTIN)
    /// A number or address.
    case contact(Destination)
}

/// How the messages of one channel, gateway and state fared.
public struct DeliveryCount: Sendable {
    /// The way they went.
    public let channel: Destination.Channel
    /// Who was asked last; `nil`: nobody yet.
    public let gateway: String?
    /// Where they are.
    public let state: Delivery.State
    /// How many.
    public let count: Int
    /// From when they were owed to their end; `nil` while they have none.
    public let averageDelay, longestDelay: Duration?
}
