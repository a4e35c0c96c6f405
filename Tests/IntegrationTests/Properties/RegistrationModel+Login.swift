import Registration

/// S14: the login.
extension RegistrationModel {
    func needsLoginCaptcha(name: String, client: String) -> Bool {
        hasFailures(3, .login(name: name)) || hasFailures(10, .loginClient(client))
    }

    /// From the fifth refusal on, doubling from half a minute to an hour.
    private static func loginWait(after refusals: Int) -> Int {
        refusals < 5 ? 0 : min(30 << (refusals - 5), 3_600)
    }

    /// Its time is of the portal's own clock, which a sequence does not move, and is left out.
    private static let loginWaitMessage =
        "Many logins for this ICEGATE ID were refused. Please wait until … before the next try, or use Forgotten password."

    mutating func logIn(
        _ holder: Int, isRight: Bool, withCaptcha: Bool, client: String, session: Int
    ) -> Expected {
        let name = loginName(of: holder)
        func page(_ problems: String...) -> Expected {
            var expected = Expected(status: 422, problems: problems, shows: ["ICEGATE ID"])
            showCaptcha(needsLoginCaptcha(name: name, client: client), on: &expected)
            return expected
        }
        if needsLoginCaptcha(name: name, client: client), !withCaptcha { return page(Self.captchaMissing) }
        let before = hasFailures(1, .login(name: name)) ? counters[.login(name: name)] : nil
        note(.login(name: name))
        note(.loginClient(client))
        guard isRight, holders[holder].account != nil else {
            let number = (before?.attempts ?? 0) + 1
            if number == 5, let account = holders[holder].account {
                owed.append(Message(template: "refused-logins", recipient: account.contacts.email))
            }
            let refusal = "ICEGATE ID or password is not correct. Please try again."
            let wait = Self.loginWait(after: number)
            guard wait > 0 else { return page(refusal) }
            var expected = page(refusal, Self.loginWaitMessage)
            if let before, now - before.startedAt < Self.loginWait(after: before.attempts) {
                expected.status = 429
                expected.retryAfter = wait
            }
            return expected
        }
        clear(.login(name: name))
        counters[.loginClient(client)]?.attempts -= 1
        return .redirect("/account", session: beginSession(of: .account(holder: holder), replacing: session))
    }
}
