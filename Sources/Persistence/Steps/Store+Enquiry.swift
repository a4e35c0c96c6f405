public import FoundationEssentials
import MariaDB
public import Registration

/// What the master says of an IEC to everybody: nothing of whose it is.
public struct IECStanding: Sendable {
    /// What stands in the master; `nil` where it has no such code.
    public let record: Record?
    /// When the newest load of the master ended; `nil` while there was none.
    public let masterLoadedAt: Date?

    /// The state of a code.
    public struct Record: Sendable {
        /// The status in the words of its table.
        public let meaning: String
        /// Whether a holder with this status may register.
        public let isActive: Bool
        /// When the load that brought it ended.
        public let loadedAt: Date
    }
}

/// What came of an enquiry.
public enum EnquiryOutcome: Sendable {
    /// The master was asked.
    case answered(IECStanding)
    /// Too many came from this address: nothing was looked up.
    case tooMany(retryAfter: Duration)
}

extension Store {
    /// Answers an enquiry after an IEC, counted for the address that it comes from.
    public func enquire(after iec: IEC, client: Client) throws(StoreError) -> EnquiryOutcome {
        let quota = limits.iecEnquiriesForClient
        let subject = AttemptCounters.client("iec-enquiry", client, keys: keys)
        return try transaction { (connection) throws(DatabaseError) in
            if let wait = try AttemptCounters.take([(quota, subject)], on: &connection) {
                return .rollback(.tooMany(retryAfter: wait))
            }
            return .commit(.answered(try MasterEntries.standing(of: iec, on: &connection)))
        }
    }
}
