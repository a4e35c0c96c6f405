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
        do {
            try connection.execute(
                """
                INSERT INTO used_captchas (token_hash, submission_hash, used_at, expires_at)
                VALUES (\(tokenHash), \(submission), UTC_TIMESTAMP(6),
                    UTC_TIMESTAMP(6) + INTERVAL \(lifetime.wholeSeconds) SECOND)
                """)
            return true
        } catch  where error.isDuplicate {
            let outcome = try connection.execute(
                """
                UPDATE used_captchas SET was_repeated = TRUE
                WHERE token_hash = \(tokenHash) AND submission_hash = \(submission) AND NOT was_repeated
                    AND used_at > UTC_TIMESTAMP(6) - INTERVAL 30 SECOND
                """)
            return outcome.affectedRows == 1
        }
    }
}
