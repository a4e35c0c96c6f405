/// Why no captcha image could be made: what to put right on this host.
public struct CaptchaError: Error, Sendable, CustomStringConvertible {
    /// What went wrong and what to do about it, for the administrator.
    public let description: String

    init(_ description: String) { self.description = description }
}
