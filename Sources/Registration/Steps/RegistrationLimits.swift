/// The numbers that bound a registration; every one is a setting.
public struct RegistrationLimits: Sendable, Equatable {
    /// How long an OTP pair holds, from its generation by the database's clock. The advisory: 2 hours.
    public var otpLifetime: Duration = .seconds(7_200)
    /// Wrong tries that end a pair, counted apart for the live page and the resume page.
    public var otpTries = 5
    /// The least time between two sends of one pair.
    public var otpResendWait: Duration = .seconds(60)
    /// Sends of one pair, the first included.
    public var otpSends = 5
    /// Pairs for the master's contacts in one registration.
    public var otpPairs = 3
    /// How long a temporary password holds.
    public var temporaryPasswordLifetime: Duration = .seconds(30 * 86_400)
    /// Wrong temporary passwords for one pair in an hour, after which the pair waits.
    public var temporaryPasswordTries = 10
    /// How long such a pair waits.
    public var temporaryPasswordWait: Duration = .seconds(900)
    /// Names that one registration may try in an hour.
    public var nameTries = 20
    /// Wrong passwords for one ICEGATE ID, after which each further one waits.
    public var loginTries = 5
    /// How long a registration session lives without a request.
    public var registrationIdle: Duration = .seconds(900)
    /// How long a registration session lives at most.
    public var registrationSession: Duration = .seconds(7_200)
    /// How long an account session lives without a request.
    public var accountIdle: Duration = .seconds(1_800)
    /// How long an account session lives at most.
    public var accountSession: Duration = .seconds(28_800)
    /// How long a captcha may be answered.
    public var captchaLifetime: Duration = .seconds(600)

    /// The numbers of the requirements.
    public init() {}
}
