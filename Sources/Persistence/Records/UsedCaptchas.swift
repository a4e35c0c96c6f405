import MariaDB

/// Captcha tokens that were answered.
enum UsedCaptchas {
    /// Uses a token up.
    ///
    /// - Parameters:
    ///   - tokenHash: the SHA-256 of the token.
    ///   - submission: the SHA-256 of everything that was sent with it.
    /// - Returns: whether it was unused, or was used once within the last half minute by the very same submission: a double
    ///   click sends one form twice, and whoever clicked deserves one answer.
    static func use(
        _ tokenHash: [UInt8], submission: [UInt8], lifetime: Duration, on connection: inout Connection
    ) throws(DatabaseError) -> Bool {
        let outcome = try connection.execute(
            """
            INSERT INTO used_captchas (token_hash, submission_hash, used_at, expires_at)
            VALUES (\(tokenHash), \(submission), UTC_TIMESTAMP(6),
                UTC_TIMESTAMP(6) + INTERVAL \(lifetime.wholeSeconds) SECOND)
            ON DUPLICATE KEY UPDATE
                was_repeated = was_repeated OR (submission_hash = VALUES(submission_hash)
                    AND used_at > UTC_TIMESTAMP(6) - INTERVAL 30 SECOND)
            """)
        // 1 for a new row, 2 for one that was changed, 0 for one that stays as it is.
        return outcome.affectedRows > 0
    }
}
