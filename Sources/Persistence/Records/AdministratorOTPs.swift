public import FoundationEssentials
import MariaDB
public import Registration

/// The OTP of an administrator's login as the store has it.
public struct AdministratorOTPRecord: Sendable {
    let id: Int64
    let administratorID: Int64
    let seed: SecretSeed
    /// Where it went.
    public let email: EmailAddress
    /// Until when it holds.
    public let expiresAt: Date
    /// Tries that are left.
    public let triesLeft: Int
}

enum AdministratorOTPs {
    /// The live one that a browser is asked for; `nil` when its time has passed, another took its place, or the
    /// administrator was closed.
    static func find(
        _ session: SessionID, on connection: inout Connection
    ) throws(DatabaseError) -> AdministratorOTPRecord? {
        try connection.first(
            """
            SELECT o.id, o.administrator_id, o.nonce, o.key_id, o.email, o.expires_at, o.tries_allowed - o.tries
            FROM administrator_otps o JOIN administrators a ON a.id = o.administrator_id AND a.closed_at IS NULL
            WHERE o.session_hash = \(session.hash) AND o.ended_at IS NULL AND o.expires_at > UTC_TIMESTAMP(6)
            """
        ).map { (row) throws(DatabaseError) in
            AdministratorOTPRecord(
                id: try row.get(0), administratorID: try row.get(1),
                seed: SecretSeed(nonce: try row.get(2), keyID: try row.get(3)),
                email: try row.value(4, EmailAddress.init), expiresAt: try row.get(5), triesLeft: try row.get(6))
        }
    }

    /// Makes one in place of those before it.
    ///
    /// - Returns: its identifier.
    static func make(
        for administrator: AdministratorRecord, session: SessionID, seed: SecretSeed, limits: RegistrationLimits,
        on connection: inout Connection
    ) throws(DatabaseError) -> Int64 {
        try connection.execute(
            """
            UPDATE administrator_otps SET ended_at = UTC_TIMESTAMP(6), end_reason = 'superseded'
            WHERE administrator_id = \(administrator.id) AND ended_at IS NULL
            """)
        let outcome = try connection.execute(
            """
            INSERT INTO administrator_otps (administrator_id, session_hash, nonce, key_id, email, generated_at,
                expires_at, tries_allowed)
            VALUES (\(administrator.id), \(session.hash), \(seed.nonce), \(seed.keyID), \(administrator.email.text),
                UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL \(limits.administratorOTPLifetime.wholeSeconds) SECOND,
                \(limits.administratorOTPTries))
            """)
        return Int64(clamping: outcome.insertID)
    }

    /// Counts a try before it is judged. The row stays locked until the transaction ends.
    ///
    /// - Returns: whether the try may be judged.
    static func countTry(_ id: Int64, on connection: inout Connection) throws(DatabaseError) -> Bool {
        let outcome = try connection.execute(
            """
            UPDATE administrator_otps SET tries = tries + 1
            WHERE id = \(id) AND ended_at IS NULL AND expires_at > UTC_TIMESTAMP(6) AND tries < tries_allowed
            """)
        return outcome.affectedRows == 1
    }

    /// - Returns: whether this call consumed it.
    static func consume(_ id: Int64, on connection: inout Connection) throws(DatabaseError) -> Bool {
        let outcome = try connection.execute(
            """
            UPDATE administrator_otps SET ended_at = UTC_TIMESTAMP(6), end_reason = 'consumed'
            WHERE id = \(id) AND ended_at IS NULL AND expires_at > UTC_TIMESTAMP(6)
            """)
        return outcome.affectedRows == 1
    }
}
