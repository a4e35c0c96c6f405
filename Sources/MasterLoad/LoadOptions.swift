/// How a file is to be brought into the master.
public struct LoadOptions: Sendable {
    /// Which rows of the master a file stands for.
    public enum Mode: String, Sendable, CaseIterable {
        /// All of them: rows that the file lacks are removed.
        case full
        /// Those that the file has.
        case delta
    }

    /// Which rows the file stands for.
    public var mode: Mode
    /// The most rows that may be refused; `nil` for any number.
    public var maximumRejects: Int?
    /// The most rows of the master, in percent, that a full load may remove: a file that was cut short, or the wrong one,
    /// is not taken for the wish to empty the master.
    public var maximumRemoved: Double
    /// Whether an unfinished load of the same file is carried on.
    public var resumes: Bool
    /// The name for the record; cut to 255 characters.
    public var fileName: String
    /// Who loads, for the record; cut to 128 characters.
    public var operatorName: String

    /// Takes the options; the defaults are those of `icegatectl master load`.
    public init(
        mode: Mode, fileName: String, operatorName: String = "", maximumRejects: Int? = nil,
        maximumRemoved: Double = 5, resumes: Bool = false
    ) {
        self.mode = mode
        self.fileName = fileName
        self.operatorName = operatorName
        self.maximumRejects = maximumRejects
        self.maximumRemoved = maximumRemoved
        self.resumes = resumes
    }
}

/// What a load did, or would do.
public struct LoadReport: Sendable, Equatable {
    /// The load's number; `nil` when nothing was to be loaded.
    public var load: Int64?
    /// Rows of the file, the header left out.
    public var read = 0
    /// Rows that the master did not have.
    public var added = 0
    /// Rows of which something was different.
    public var changed = 0
    /// Of the changed ones, in how many each column was: name, e-mail, mobile, status of the IEC, status of the GSTIN.
    public var changedColumns: [String: Int] = [:]
    /// Rows that the file lacked (a full load alone).
    public var removed = 0
    /// Rows that were not loaded.
    public var refused = 0
    /// Pairs of which the file had but refused rows: the master kept what it had of them.
    public var kept = 0
    /// Contacts that were loaded and cannot be used.
    public var unusableContacts = 0
    /// Pairs of the master before.
    public var before = 0
    /// The SHA-256 of the file: 32 bytes.
    public var sha256: [UInt8]?
    /// Registrations in progress and accounts whose pair would be changed or removed; of a check alone.
    public var touchedRegistrations = 0
    public var touchedAccounts = 0

    /// Begins with nothing.
    public init() {}

    /// Pairs of the master afterwards.
    public var after: Int { before + added - removed }
}

/// How a load ended.
public enum LoadOutcome: Sendable, Equatable {
    /// The master is what the file says.
    case applied(LoadReport)
    /// The master is as it was, for a reason of the file's.
    case refused(String, LoadReport)
    /// The master is as it was: somebody else is loading.
    case busy(String)
}

/// How far a load is.
public struct LoadProgress: Sendable {
    /// What is being done.
    public enum Phase: String, Sendable {
        /// The file is read and judged.
        case reading
        /// It is compared with the master.
        case comparing
        /// What differs goes to the database.
        case loading
        /// What a run left that died is cleared away.
        case cleaning
        /// Temporary passwords are issued.
        case issuing
    }

    /// What is being done.
    public let phase: Phase
    /// How much of it is done: rows, or bytes of the file while it is read.
    public let done: Int
    /// Of how much; `nil` when nobody knows, as with a pipe.
    public let total: Int?
    /// Rows so far.
    public let rows: Int
    /// Rows refused so far.
    public let refused: Int

    /// Says how far a work is.
    public init(phase: Phase, done: Int, total: Int?, rows: Int, refused: Int) {
        self.phase = phase
        self.done = done
        self.total = total
        self.rows = rows
        self.refused = refused
    }
}
