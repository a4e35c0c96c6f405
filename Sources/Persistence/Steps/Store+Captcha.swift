import MariaDB
import Registration

extension Store {
    /// Uses a captcha's token up, whether its answer was right or wrong.
    ///
    /// - Parameters:
    ///   - tokenHash: the SHA-256 of the token.
    ///   - submission: the SHA-256 of everything that was sent with it.
    /// - Returns: whether the token had not been used, but by a repetition of the same submission.
    public func useCaptcha(tokenHash: [UInt8], submission: [UInt8]) throws(StoreError) -> Bool {
        try perform { (connection) throws(DatabaseError) in
            try UsedCaptchas.use(
                tokenHash, submission: submission, lifetime: limits.captchaLifetime, on: &connection)
        }
    }
}
