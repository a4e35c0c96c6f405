import MariaDB
import Registration

/// Temporary passwords, of which the table holds the seeds alone.
enum TemporaryPasswords {
    struct Record {
        let id: Int64
        let seed: SecretSeed
        let isExpired: Bool
        let isUsed: Bool
        /// Seconds since it was issued.
        let age: Int
    }

    /// The newest temporary password of a pair that was not superseded.
    static func newest(
        _ iec: IEC, _ gstin: GSTIN, on connection: inout Connection
    ) throws(DatabaseError) -> Record? {
        let row = try connection.first(
            """
            SELECT id, nonce, key_id, expires_at <= UTC_TIMESTAMP(6), ended_at IS NOT NULL,
                TIMESTAMPDIFF(SECOND, issued_at, UTC_TIMESTAMP(6))
            FROM temporary_passwords
            WHERE iec = \(iec.text) AND gstin = \(gstin.text) AND (end_reason IS NULL OR end_reason = 'used')
            ORDER BY issued_at DESC, id DESC LIMIT 1
            """)
        guard let row else { return nil }
        return Record(
            id: try row.get(0), seed: SecretSeed(nonce: try row.get(1), keyID: try row.get(2)),
            isExpired: try row.get(3), isUsed: try row.get(4), age: try row.get(5))
    }

    /// Issues a temporary password for a pair and ends the one before it.
    ///
    /// - Returns: its identifier; `nil` when another issuer was faster at the same instant.
    static func issue(
        _ iec: IEC, _ gstin: GSTIN, seed: SecretSeed, lifetime: Duration, on connection: inout Connection
    ) throws(DatabaseError) -> Int64? {
        try connection.execute(
            """
            UPDATE temporary_passwords SET ended_at = UTC_TIMESTAMP(6), end_reason = 'superseded'
            WHERE iec = \(iec.text) AND gstin = \(gstin.text) AND ended_at IS NULL
            """)
        do {
            let outcome = try connection.execute(
                """
                INSERT INTO temporary_passwords (iec, gstin, nonce, key_id, issued_at, expires_at)
                VALUES (\(iec.text), \(gstin.text), \(seed.nonce), \(seed.keyID), UTC_TIMESTAMP(6),
                    UTC_TIMESTAMP(6) + INTERVAL \(lifetime.wholeSeconds) SECOND)
                """)
            return Int64(clamping: outcome.insertID)
        } catch  where error.isDuplicate {
            return nil
        }
    }

    /// Ends the temporary password of a pair whose registration has ended.
    static func use(_ iec: IEC, _ gstin: GSTIN, on connection: inout Connection) throws(DatabaseError) {
        try connection.execute(
            """
            UPDATE temporary_passwords SET ended_at = UTC_TIMESTAMP(6), end_reason = 'used'
            WHERE iec = \(iec.text) AND gstin = \(gstin.text) AND ended_at IS NULL
            """)
    }
}
