/// The limits that are settings.
public struct Limits: Sendable {
    /// How long a pair of OTPs holds.
    public var otpLifetime: Duration
    /// Wrong tries that end a pair, on each of its two pages.
    public var otpTries: Int
    /// Time between two sends of a pair.
    public var otpResendWait: Duration
    /// Sends of one pair, the first included.
    public var otpSends: Int
    /// Pairs in one registration.
    public var otpPairs: Int
    /// Time without a request that ends a registration's session.
    public var registrationIdle: Duration
    /// Longest life of a registration's session.
    public var registrationSession: Duration
    /// Time without a request that logs out.
    public var accountIdle: Duration
    /// Longest life of a log-in.
    public var accountSession: Duration
    /// How long a temporary password holds.
    public var temporaryPasswordLifetime: Duration
    /// How long a captcha can be answered.
    public var captchaLifetime: Duration
    /// Passwords hashed at the same time.
    public var hashConcurrency: Int
    /// Requests that may wait for a hash.
    public var hashQueue: Int
}
