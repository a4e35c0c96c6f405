import Sodium

/// One link of the chain over the audit: which events it covers, and a code over them, over its own columns and over the
/// link before.
///
/// The code is an HMAC under a key that is not in the database. Who has the database alone, with whatever rights, can
/// neither change, add nor take away a sealed event or a link without its being seen, but for links at the end of the chain:
/// that there were more of them is known to who has noted the newest code elsewhere. Who has the keys too can write a
/// whole new chain, and only such a note tells.
///
/// ## Which events a seal covers
///
/// Numbers and times are no order of commits: a transaction takes its number and time when it adds the event and commits
/// later, and on a cluster each node gives numbers of its own. So a seal does not say "everything up to number 4711": each
/// sealed event is named in `audit_seal_events`, and one that comes late, below numbers that are sealed already, is simply not
/// named yet and goes into the next seal. Its coming late must have an end, though, or whoever adds an old row would only
/// have to wait for the next seal: ``lateness`` is longer than any transaction lives (sessions end one that idles for ten
/// minutes), and nothing older than what an earlier seal declared complete by more than that is ever sealed by the job. Such
/// an event stays unsealed for good, and is what a check reports as added.
///
/// Seals of the kind ``Kind/byHand`` know no such bound: somebody has looked at what was left out, as after the clock of the
/// database went back, and signs for it. The chain says so for ever.
public struct AuditSeal: Sendable, Equatable {
    /// Why it was made.
    public enum Kind: String, Sendable {
        /// By the job.
        case regular
        /// By somebody who took in what the job leaves out.
        case byHand = "by_hand"
        /// By the clean-up: older links and their events were taken away, and the chain begins at a later one.
        case retention
    }

    /// How late an event may be seen after it was done, in seconds.
    public static let lateness = 3_600
    /// How the bytes under the codes are made.
    public static let format = 1
    /// The code before the first.
    public static let origin = [UInt8](repeating: 0, count: 32)

    /// What the clean-up took away.
    public struct Removal: Sendable, Equatable {
        /// The number of the last link that was taken away, with all before it.
        public let through: Int64
        /// Its code, to which the first link that is left is tied.
        public let code: [UInt8]
        /// The time of the newest event that was taken away; `nil` when there was none.
        public let until: String?

        /// Makes a removal.
        public init(through: Int64, code: [UInt8], until: String?) {
            self.through = through
            self.code = code
            self.until = until
        }
    }

    /// The events of a seal, in short.
    public struct Events: Sendable, Equatable {
        /// How many.
        public let count: Int
        /// Lowest and highest number; `nil` when there are none.
        public let first: String?
        public let last: String?
        /// The time of the newest.
        public let newestAt: String?
        /// SHA-256 over all of them in the order of their numbers.
        public let digest: [UInt8]

        /// Takes what a seal says.
        public init(count: Int, first: String?, last: String?, newestAt: String?, digest: [UInt8]) {
            self.count = count
            self.first = first
            self.last = last
            self.newestAt = newestAt
            self.digest = digest
        }

        /// Adds events up, given in the order of their numbers.
        public init(of events: [AuditEvent]) {
            var sum = Sum()
            for event in events { sum.add(event) }
            self.init(
                count: events.count, first: events.first?.id, last: events.last?.id,
                // The database's notation sorts as the times do.
                newestAt: events.map(\.happenedAt).max(), digest: sum.digest)
        }

        /// The digest of events that come one by one.
        public struct Sum {
            private var hash = SHA256()

            /// Begins with none.
            public init() {}

            /// Takes the next.
            public mutating func add(_ event: AuditEvent) {
                let bytes = event.encoding
                hash.update(bytes, 0..<bytes.count)
            }

            /// What they come to.
            public var digest: [UInt8] { hash.digest() }
        }
    }

    /// Its place in the chain: 1, 2, 3, …
    public let number: Int64
    /// Why it was made; `nil` for a word that this version does not know.
    public let kind: Kind?
    /// How the bytes under its code are made.
    public let format: Int
    /// The key of its code and of its events' codes.
    public let keyID: UInt32
    /// When it was made, UTC, by the database's clock, in its notation.
    public let sealedAt: String
    /// Up to when no event was left unsealed, but for those that came later; `nil` while there was a backlog.
    public let completeUntil: String?
    /// Who made it.
    public let sealedBy: String
    /// What it covers.
    public let events: Events
    /// What the clean-up took away.
    public let removal: Removal?
    /// The code of the link before.
    public let previousCode: [UInt8]
    /// Its own.
    public let code: [UInt8]

    /// Takes a seal that was stored.
    public init(
        number: Int64, kind: Kind?, format: Int, keyID: UInt32, sealedAt: String, completeUntil: String?,
        sealedBy: String, events: Events, removal: Removal?, previousCode: [UInt8], code: [UInt8]
    ) {
        self.number = number
        self.kind = kind
        self.format = format
        self.keyID = keyID
        self.sealedAt = sealedAt
        self.completeUntil = completeUntil
        self.sealedBy = sealedBy
        self.events = events
        self.removal = removal
        self.previousCode = previousCode
        self.code = code
    }

    /// Makes the link behind another one.
    ///
    /// - Parameter previous: `nil` for the first.
    public init(
        _ kind: Kind, after previous: AuditSeal?, sealedAt: String, completeUntil: String?, sealedBy: OperatorName,
        events: Events, removal: Removal? = nil, keys: KeyRing
    ) {
        let unsigned = AuditSeal(
            number: (previous?.number ?? 0) + 1, kind: kind, format: Self.format, keyID: keys.currentID,
            sealedAt: sealedAt, completeUntil: completeUntil, sealedBy: sealedBy.text, events: events, removal: removal,
            previousCode: previous?.code ?? Self.origin, code: [])
        self.init(
            number: unsigned.number, kind: kind, format: Self.format, keyID: unsigned.keyID, sealedAt: sealedAt,
            completeUntil: completeUntil, sealedBy: unsigned.sealedBy, events: events, removal: removal,
            previousCode: unsigned.previousCode, code: keys.code(for: .auditSeal, unsigned.encoding))
    }

    /// What a stored seal is worth.
    public enum Judgement: Sendable {
        /// It is as it was made.
        case intact
        /// Its columns are not those that its code was made of.
        case forged
        /// The ring has no key of its number: nobody can tell.
        case keyMissing
        /// It was made by a newer version of this program.
        case formatUnknown
    }

    /// Judges the seal by itself; its events and its place in the chain are another matter.
    public func judge(_ keys: KeyRing) -> Judgement {
        guard let expected = keys.code(underKey: keyID, for: .auditSeal, [encoding]) else { return .keyMissing }
        if Digest.areEqual(expected, code) { return .intact }
        return format == Self.format ? .forged : .formatUnknown
    }

    /// Every column but the code.
    private var encoding: [UInt8] {
        AuditEncoding.bytes(of: [
            String(format), String(number), kind?.rawValue, String(keyID), sealedAt, completeUntil, sealedBy,
            String(events.count), events.first, events.last, events.newestAt, Hexadecimal.encode(events.digest),
            removal.map { String($0.through) }, removal.map { Hexadecimal.encode($0.code) }, removal?.until,
            Hexadecimal.encode(previousCode),
        ])
    }
}
