import Registration

/// S14: the login.
extension RegistrationModel {
    func needsLoginCaptcha(name: String, client: String) -> Bool {
        hasFailures(3, .login(name: name)) || hasFailures(10, .loginClient(client))
    }

    mutating func logIn(
        _ holder: Int, isRight: Bool, withCaptcha: Bool, client: String, session: Int
    ) -> Expected {
        let name = loginName(of: holder)
        func page(_ problem: String) -> Expected {
            var expected = Expected.page("ICEGATE ID", problems: [problem])
            showCaptcha(needsLoginCaptcha(name: name, client: client), on: &expected)
            return expected
        }
        if needsLoginCaptcha(name: name, client: client), !withCaptcha { return page(Self.captchaMissing) }
        note(.login(name: name))
        note(.loginClient(client))
        guard isRight, holders[holder].account != nil else {
            return page("ICEGATE ID or password is not correct. Please try again.")
        }
        clear(.login(name: name))
        counters[.loginClient(client)]?.attempts -= 1
        return .redirect("/account", session: beginSession(of: .account(holder: holder), replacing: session))
    }
}
