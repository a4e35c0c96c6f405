public import Registration

/// One row of a master file that may be loaded.
public struct MasterRow: Sendable, Equatable {
    /// The line on which it starts in the file.
    public let line: Int
    /// Half of the master's key.
    public let iec: IEC
    /// The other half.
    public let gstin: GSTIN
    /// The firm's name, 1 to 200 Unicode scalars in one line.
    public let legalName: String
    /// The address in canonical form where it is usable, otherwise as it stands in the file; at most 254 scalars.
    public let email: String
    /// The 10 digits where they are usable, otherwise as it stands in the file; at most 64 scalars.
    public let mobile: String
    /// One of ``StatusCodes/iec``.
    public let iecStatus: String
    /// One of ``StatusCodes/gstin``.
    public let gstinStatus: String
}

/// The codes that the look-up tables of the database know.
public struct StatusCodes: Sendable, Equatable {
    /// Codes of IECs.
    public var iec: [String]
    /// Codes of GSTINs.
    public var gstin: [String]

    /// Takes the codes of the look-up tables.
    public init(iec: [String], gstin: [String]) {
        self.iec = iec
        self.gstin = gstin
    }

    /// The codes that a new database has: the words of DGFT and the codes of NIC's services.
    public static let published = StatusCodes(
        iec: ["valid", "suspended", "cancelled", "deactivated", "surrendered", "inactive"],
        gstin: ["ACT", "CNL", "INA", "PRO", "SUS"])
}

/// What a report says of one field of a row.
public struct MasterFinding: Sendable, Equatable {
    /// The line on which the row starts.
    public let line: Int
    /// The column's name; empty when the row as a whole is at fault.
    public let column: String
    /// What stands there, most of it hidden, at most 24 scalars; empty when nothing does.
    public let maskedValue: String
    /// What is wrong, one sentence.
    public let reason: String
    /// The reason without what is of this row alone: by it reports are summed up.
    public let kind: String
    /// Whether the row is refused for it; otherwise it is loaded all the same.
    public let isRejection: Bool

    init(
        line: Int, column: String, maskedValue: String, reason: String, kind: String? = nil, isRejection: Bool = true
    ) {
        self.line = line
        self.column = column
        self.maskedValue = maskedValue
        self.reason = reason
        self.kind = kind ?? reason
        self.isRejection = isRejection
    }
}

/// One row of a master file, judged.
public enum MasterLine: Sendable, Equatable {
    /// A row to load; what it has findings about is loaded all the same: contacts that cannot be used.
    case row(MasterRow, [MasterFinding])
    /// A row that must not be loaded, with every reason.
    case rejected([MasterFinding])
}
