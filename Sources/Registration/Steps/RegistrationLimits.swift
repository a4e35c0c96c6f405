/// The numbers that bound a registration, with their defaults.
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
    /// How long a name is held while the rest of its form is mended.
    public var nameHold: Duration = .seconds(300)
    /// Names that one registration may try in an hour.
    public var nameTries = 20
    /// Refused logins for one ICEGATE ID, after which a captcha is asked for.
    public var loginTriesWithoutCaptcha = 3
    /// Refused logins from one client address, behind which there may be a whole office, after which a captcha is asked for.
    public var clientLoginTriesWithoutCaptcha = 10
    /// Refused logins for one ICEGATE ID, from which on each asks for a wait before the next.
    public var loginTriesWithoutWait = 4
    /// The first such wait, which each further refusal doubles.
    public var loginWait: Duration = .seconds(30)
    /// The longest such wait.
    public var loginWaitAtMost: Duration = .seconds(3_600)
    /// How long refused logins make the page ask for a captcha.
    public var loginCaptchaWindow: Duration = .seconds(3_600)
    /// Sends to one alternate number or address: at most so many in a time.
    public var alternateSends: [SendQuota] = [
        SendQuota(count: 3, window: .seconds(600)), SendQuota(count: 5, window: .seconds(3_600)),
        SendQuota(count: 10, window: .seconds(86_400)),
    ]
    /// Sends to alternate contacts that one client address may cause.
    public var alternateSendsForClient = SendQuota(count: 10, window: .seconds(3_600))
    /// Sends to alternate contacts by all together.
    public var alternateSendsForAll = SendQuota(count: 20_000, window: .seconds(86_400))
    /// New temporary passwords that one pair may be sent on request.
    public var temporaryPasswordRequests = SendQuota(count: 3, window: .seconds(86_400))
    /// Pairs of OTPs for one account's forgotten password: as many as can follow each other in a day, so that nobody can use
    /// them up for its owner.
    public var passwordResetPairs = SendQuota(count: 12, window: .seconds(86_400))
    /// Messages with a forgotten ICEGATE ID to one account.
    public var icegateIDReminders = SendQuota(count: 3, window: .seconds(86_400))
    /// The least time between two of them.
    public var icegateIDReminderWait = SendQuota(count: 1, window: .seconds(60))
    /// Changes of contacts that one account may begin.
    public var contactChanges = SendQuota(count: 5, window: .seconds(86_400))
    /// Tries at the current password in one session.
    public var passwordConfirmations = SendQuota(count: 5, window: .seconds(900))
    /// Enquiries after the status of an IEC that one client address may make.
    public var iecEnquiriesForClient = SendQuota(count: 30, window: .seconds(3_600))
    /// Feedback that one client address may send.
    public var feedbackForClient = SendQuota(count: 10, window: .seconds(3_600))
    /// How long a wrong try on the page for carrying on makes it ask for a captcha.
    public var resumeCaptchaWindow: Duration = .seconds(3_600)
    /// How long a registration session lives without a request.
    public var registrationIdle: Duration = .seconds(900)
    /// How long a registration session lives at most.
    public var registrationSession: Duration = .seconds(7_200)
    /// How long an account session lives without a request.
    public var accountIdle: Duration = .seconds(1_800)
    /// How long an account session lives at most.
    public var accountSession: Duration = .seconds(28_800)
    /// How long the OTP of an administrator's login holds.
    public var administratorOTPLifetime: Duration = .seconds(600)
    /// Tries at one of them.
    public var administratorOTPTries = 5
    /// OTPs that one administrator may be sent.
    public var administratorOTPSends = SendQuota(count: 10, window: .seconds(3_600))
    /// Logins of administrators that one client address may have refused.
    public var administratorLogins = SendQuota(count: 20, window: .seconds(3_600))
    /// How long a session of the console lives without a request.
    public var administratorIdle: Duration = .seconds(900)
    /// How long a session of the console lives at most.
    public var administratorSession: Duration = .seconds(28_800)
    /// How long a captcha may be answered.
    public var captchaLifetime: Duration = .seconds(600)

    /// The defaults.
    public init() {}

    /// How long the next login for an ICEGATE ID has to wait after so many refused ones; zero for the first few.
    public func loginWait(after refusals: Int) -> Duration {
        guard refusals > loginTriesWithoutWait else { return .zero }
        let doublings = min(refusals - loginTriesWithoutWait - 1, 16)
        return min(loginWait * (1 << doublings), loginWaitAtMost)
    }
}

/// At most so many in a time.
public struct SendQuota: Sendable, Equatable {
    /// How many, 1 or more.
    public var count: Int
    /// In which time.
    public var window: Duration

    /// Makes a quota.
    public init(count: Int, window: Duration) {
        self.count = count
        self.window = window
    }
}
