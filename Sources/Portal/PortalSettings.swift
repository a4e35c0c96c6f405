public import Sodium

/// What the portal has to know of the place where it runs.
public struct PortalSettings: Sendable {
    /// Scheme, host and port that browsers see, without a path.
    public var origin: String
    /// Whether cookies are sent over HTTPS alone; `false` only in a development set-up.
    public var usesSecureCookies: Bool
    /// Changes with every change of the assets: browsers keep them for long.
    public var assetVersion: String
    /// An answer that every captcha accepts; only in a development set-up.
    public var captchaTestAnswer: String?
    /// Passwords hashed at the same time.
    public var hashConcurrency: Int
    /// Requests that may wait for a hash.
    public var hashQueue: Int
    /// What a password hash costs; anything but the default is for tests.
    public var hashCost: PasswordHash.Cost

    /// Makes settings.
    public init(
        origin: String, usesSecureCookies: Bool, assetVersion: String, captchaTestAnswer: String? = nil,
        hashConcurrency: Int, hashQueue: Int, hashCost: PasswordHash.Cost = .owasp
    ) {
        self.origin = origin
        self.usesSecureCookies = usesSecureCookies
        self.assetVersion = assetVersion
        self.captchaTestAnswer = captchaTestAnswer
        self.hashConcurrency = hashConcurrency
        self.hashQueue = hashQueue
        self.hashCost = hashCost
    }
}
