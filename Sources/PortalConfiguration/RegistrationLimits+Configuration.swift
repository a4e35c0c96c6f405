public import Registration

extension RegistrationLimits {
    /// The numbers of the configuration, and the defaults of those that are no settings.
    public init(_ settings: Limits) {
        self.init()
        otpLifetime = settings.otpLifetime
        otpTries = settings.otpTries
        otpResendWait = settings.otpResendWait
        otpSends = settings.otpSends
        otpPairs = settings.otpPairs
        temporaryPasswordLifetime = settings.temporaryPasswordLifetime
        registrationIdle = settings.registrationIdle
        registrationSession = settings.registrationSession
        accountIdle = settings.accountIdle
        accountSession = settings.accountSession
        captchaLifetime = settings.captchaLifetime
    }
}
