import MariaDB
import Registration

/// What an answer to a captcha uses up.
public enum CaptchaUse: Sendable {
    /// A token, by its SHA-256, in a submission, by the SHA-256 of everything that was sent with it.
    case token([UInt8], submission: [UInt8])
    /// Nothing: the answer that development's captchas all accept.
    case nothing
}

extension Store {
    /// Uses a captcha's token up, whether its answer was right or wrong.
    ///
    /// - Returns: whether the token had not been used, but by a repetition of the same submission.
    public func use(_ captcha: CaptchaUse) throws(StoreError) -> Bool {
        try perform { (connection) throws(DatabaseError) in try use(captcha, on: &connection) }
    }

    /// The same in the transaction of the step that the captcha was asked for.
    func use(_ captcha: CaptchaUse, on connection: inout Connection) throws(DatabaseError) -> Bool {
        switch captcha {
        case .nothing: true
        case .token(let hash, let submission):
            try UsedCaptchas.use(hash, submission: submission, lifetime: limits.captchaLifetime, on: &connection)
        }
    }
}
