public import FoundationEssentials
public import Registration

/// What the console shows: counts and times, and of contacts their masked form alone.
public struct ConsoleFigures: Sendable {
    /// When they were read, by the database's clock.
    public let takenAt: Date
    /// The last 48 hours of Indian time, the oldest first, this one included.
    public let hours: [Activity]
    /// The last 30 days of Indian time, the oldest first, today included.
    public let days: [Activity]
    /// How far registrations have come in 30 days.
    public let funnel: Funnel
    /// What became of the messages of 24 hours, on each channel.
    public let channels: [Channel]
    /// The newest messages of 48 hours that were not delivered, at most ten.
    public let undelivered: [Undelivered]
    /// What was done how often, by action and outcome of the audit.
    public let events: [Events]
    /// Subjects that have to wait at this instant after too many wrong tries.
    public let locks: Int
    /// The newest loads of the master, at most ten.
    public let loads: [Load]

    /// What happened in an hour or a day.
    public struct Activity: Sendable {
        /// Its beginning.
        public let start: Date
        /// Registrations that began.
        public var started = 0
        /// Registrations that were finished.
        public var finished = 0
        /// OTPs that were handed over as SMS.
        public var sms = 0
        /// OTPs that were handed over as e-mail.
        public var email = 0
    }

    /// Registrations by the step that they have reached.
    public struct Funnel: Sendable {
        /// IEC, GSTIN and temporary password were right.
        public var started = 0
        /// ICEGATE ID and password were chosen, and OTPs sent.
        public var named = 0
        /// Both OTPs were right.
        public var proven = 0
        /// The account exists.
        public var finished = 0
    }

    /// The messages of one channel.
    public struct Channel: Sendable {
        /// The way.
        public let channel: Destination.Channel
        /// Handed over.
        public var sent = 0
        /// Waiting, or in a courier's hands.
        public var waiting = 0
        /// Refused by the relay or the gateway.
        public var refused = 0
        /// Not delivered before their code expired or was used.
        public var givenUp = 0
        /// From the wish to the handing over, of messages that somebody waits for; `nil` while there was none.
        public var medianDelay: Duration?
        /// The delay that 95 of 100 of them do not exceed.
        public var longDelay: Duration?
    }

    /// A message that was not delivered.
    public struct Undelivered: Sendable {
        /// When it was written.
        public let createdAt: Date
        /// Where it should have gone, masked.
        public let contact: String
        /// What became of it.
        public let state: Delivery.State
        /// How often it was tried.
        public let attempts: Int
    }

    /// Entries of the audit.
    public struct Events: Sendable {
        /// What was done.
        public let action: String
        /// With what result.
        public let outcome: String
        /// In the last 24 hours.
        public let today: Int
        /// In the last 30 days.
        public let month: Int
    }

    /// A load of the master.
    public struct Load: Sendable {
        /// The file's name.
        public let file: String
        /// `full` or `delta`.
        public let mode: String
        /// When it began.
        public let startedAt: Date
        /// Whether it was applied.
        public let isApplied: Bool
        /// Rows read, added, changed, removed and refused.
        public let read, added, changed, removed, refused: Int
    }
}
