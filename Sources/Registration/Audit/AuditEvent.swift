/// One row of the audit as evidence: each column in the database's own notation, whatever it holds.
///
/// Not in types of the domain: what somebody wrote over a row with rights that nobody should have need not be an IEC or a
/// time, and is to be found all the same.
public struct AuditEvent: Sendable, Equatable {
    /// The columns in the order in which their values are sealed. One that is added later goes behind the last, with a new
    /// ``AuditSeal/format``.
    public static let columns = [
        "id", "happened_at", "action", "outcome", "iec", "gstin", "icegate_id", "registration_id", "account_id",
        "client_address", "request_id", "administrator_id", "actor", "subject",
    ]

    /// The values in the order of ``columns``; `nil` for NULL.
    public let values: [String?]

    /// Takes the values of a row.
    public init(_ values: [String?]) { self.values = values }

    /// Its number.
    public var id: String { (values.first ?? nil) ?? "" }
    /// When it was done, UTC, as `2026-11-22 10:42:00.000000`.
    public var happenedAt: String { (values.dropFirst().first ?? nil) ?? "" }

    /// What is sealed: no two rows have the same bytes.
    var encoding: [UInt8] { AuditEncoding.bytes(of: values) }

    /// The code of this event alone, by which the changed one of a seal's events is known.
    public func code(underKey id: UInt32, of keys: KeyRing) -> [UInt8]? {
        keys.code(underKey: id, for: .auditEvent, [encoding]).map { Array($0.prefix(Self.codeLength)) }
    }

    /// The length of a code, in bytes: none is guessed in the life of a database.
    public static let codeLength = 8
}

/// Texts as one run of bytes that can be read in one way alone.
enum AuditEncoding {
    /// For each value a byte that says whether there is one, its length in UTF-8 as 4 bytes, and it.
    static func bytes(of values: [String?]) -> [UInt8] {
        var bytes: [UInt8] = []
        for value in values {
            guard let value else {
                bytes.append(0)
                continue
            }
            bytes.append(1)
            let count = UInt32(truncatingIfNeeded: value.utf8.count)
            for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: count >> shift)) }
            bytes += value.utf8
        }
        return bytes
    }
}
