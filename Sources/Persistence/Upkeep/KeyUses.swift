public import MariaDB

/// What needs a key of the ring: codes that hold, which are derived with it, and seals, which are checked with it.
public struct KeyUses: Sendable, Equatable {
    /// OTP pairs that hold, those of administrators included.
    public var oneTimePasswords = 0
    /// Temporary passwords that hold.
    public var temporaryPasswords = 0
    /// Messages that are owed and carry a code.
    public var messages = 0
    /// Seals over the audit that are kept.
    public var seals = 0

    /// Needed by nothing.
    public init() {}

    /// Whether nothing needs the key.
    public var isEmpty: Bool { self == KeyUses() }

    /// The uses of every key that something needs, by its number.
    ///
    /// - Parameters:
    ///   - codes: of the account that serves the portal, which alone reads the numbers of codes' keys.
    ///   - seals: of the account that reads seals.
    public static func all(codes: Pool, seals: Pool) throws(StoreError) -> [UInt32: KeyUses] {
        var uses: [UInt32: KeyUses] = [:]
        do throws(DatabaseError) {
            try codes.withConnection { (connection) throws(DatabaseError) in
                try count(
                    """
                    SELECT key_id, COUNT(*) FROM otp_pairs
                    WHERE ended_at IS NULL AND expires_at > UTC_TIMESTAMP(6) GROUP BY key_id
                    UNION ALL
                    SELECT key_id, COUNT(*) FROM administrator_otps
                    WHERE ended_at IS NULL AND expires_at > UTC_TIMESTAMP(6) GROUP BY key_id
                    """, into: &uses, \.oneTimePasswords, on: &connection)
                try count(
                    """
                    SELECT key_id, COUNT(*) FROM temporary_passwords
                    WHERE ended_at IS NULL AND expires_at > UTC_TIMESTAMP(6) GROUP BY key_id
                    """, into: &uses, \.temporaryPasswords, on: &connection)
                try count(
                    "SELECT key_id, COUNT(*) FROM outbox WHERE live = 1 AND key_id IS NOT NULL GROUP BY key_id",
                    into: &uses, \.messages, on: &connection)
            }
            try seals.withConnection { (connection) throws(DatabaseError) in
                try count(
                    "SELECT key_id, COUNT(*) FROM audit_seals GROUP BY key_id", into: &uses, \.seals, on: &connection)
            }
        } catch {
            throw StoreError(error)
        }
        return uses
    }

    private static func count(
        _ select: SQL, into uses: inout [UInt32: KeyUses], _ matter: WritableKeyPath<KeyUses, Int>,
        on connection: inout Connection
    ) throws(DatabaseError) {
        for row in try connection.rows(select) {
            let id = try row.get(0, as: Int64.self)
            uses[UInt32(clamping: id), default: KeyUses()][keyPath: matter] += try row.get(1, as: Int.self)
        }
    }
}
