public import Registration

/// What a check of the audit's chain found.
public struct AuditReport: Sendable {
    /// Something that is not as it was sealed.
    public enum Problem: Sendable, Equatable, CustomStringConvertible {
        /// An event is not what it was when it was sealed.
        case eventChanged(id: String, seal: Int64)
        /// An event that was sealed is gone.
        case eventRemoved(id: String, seal: Int64)
        /// An event that no seal names, and that is too old to have come late.
        case eventAdded(id: String, happenedAt: String)
        /// A seal names another number of events than it was made of.
        case eventsMiscounted(seal: Int64, sealed: Int, found: Int, first: String, last: String)
        /// The events together are not those of the seal, though each passes by itself.
        case eventsExchanged(seal: Int64, first: String, last: String)
        /// Columns of a seal are not what they were.
        case sealChanged(Int64)
        /// Seals between two that are there are gone.
        case sealsRemoved(first: Int64, last: Int64)
        /// A seal is not tied to the one before it.
        case chainBroken(Int64)
        /// Events were sealed by seals behind the last that is there.
        case endRemoved(events: Int, last: Int64)
        /// There are events and not one seal.
        case nothingSealed(events: Int)
        /// No seal has a code that was to be there.
        case codeMissing(String)
        /// Nobody can judge the seals of a key that the key file lacks.
        case keyMissing(UInt32, seal: Int64)
        /// A seal was made by a newer version of this program.
        case formatUnknown(Int, seal: Int64)

        /// In words.
        public var description: String {
            switch self {
            case .eventChanged(let id, let seal): "event \(id) was changed after seal \(seal) was made"
            case .eventRemoved(let id, let seal): "event \(id) was removed after seal \(seal) was made"
            case .eventAdded(let id, let happenedAt):
                "event \(id) of \(happenedAt) UTC is in no seal, and older than what was sealed without it: it was added"
            case .eventsMiscounted(let seal, let sealed, let found, let first, let last):
                "seal \(seal) was made of \(sealed) events between \(first) and \(last); it names \(found)"
            case .eventsExchanged(let seal, let first, let last):
                "seal \(seal) was made of other events between \(first) and \(last) than those that it names"
            case .sealChanged(let number): "seal \(number) was changed, or made without the key"
            case .sealsRemoved(let first, let last):
                first == last ? "seal \(first) was removed" : "seals \(first) to \(last) were removed"
            case .chainBroken(let number): "seal \(number) is not tied to the seal before it"
            case .endRemoved(let events, let last):
                "\(events) events were sealed by seals behind seal \(last): the end of the chain was removed"
            case .nothingSealed(let events):
                "nothing was ever sealed, or every seal was removed: \(events) events are open"
            case .codeMissing(let code): "no seal has the code \(code): the chain is another, or its end was removed"
            case .keyMissing(let key, let seal): "key \(key), of seal \(seal) and others, is not in KEY_FILE"
            case .formatUnknown(let format, let seal):
                "seal \(seal) is of format \(format), which this version cannot judge"
            }
        }
    }

    /// A time in which no seal was made, or the clock went back.
    public struct Gap: Sendable {
        /// When the seal before was made.
        public let from: String
        /// When the next one was made.
        public let to: String
    }

    /// Seals that are there.
    public internal(set) var sealCount = 0
    /// Events that they name and that are as they were.
    public internal(set) var eventCount = 0
    /// The first and the newest link that is there.
    public internal(set) var first, last: AuditSeal?
    /// What the clean-up took away.
    public internal(set) var removal: AuditSeal.Removal?
    /// Events that wait for the next run of the job.
    public internal(set) var unsealedCount = 0
    /// The time of the oldest of them.
    public internal(set) var oldestUnsealed: String?
    /// Whether that is so long ago that the job cannot have run.
    public internal(set) var isJobLate = false
    /// Seals that somebody made by hand.
    public internal(set) var byHand: [AuditSeal] = []
    /// Where two seals lie far apart.
    public internal(set) var gaps: [Gap] = []
    /// How many of those there are.
    public internal(set) var gapCount = 0
    /// What is wrong, the first ``mostProblems``.
    public internal(set) var problems: [Problem] = []
    /// How much is wrong.
    public internal(set) var problemCount = 0

    /// Whether nothing is wrong.
    public var isIntact: Bool { problemCount == 0 }

    /// So many problems are named.
    public static let mostProblems = 100
    static let mostGaps = 10

    mutating func add(_ problem: Problem) {
        problemCount += 1
        if problems.count < Self.mostProblems { problems.append(problem) }
    }

    mutating func add(_ gap: Gap) {
        gapCount += 1
        if gaps.count < Self.mostGaps { gaps.append(gap) }
    }
}
