import Testing

/// The steps of a registration, each with the form of the page before it.
extension Browser {
    /// Sends IEC, GSTIN and temporary password.
    func identify(_ holder: Holder, _ password: String) throws -> Answer {
        try submit(get("/register"), to: "/register", Self.identification(holder, password))
    }

    /// What is typed at the first step.
    static func identification(_ holder: Holder, _ password: String) -> [String: String] {
        ["iec": holder.iec, "gstin": holder.gstin, "password": password, "captcha": Site.captchaAnswer]
    }

    /// Sends ICEGATE ID and password.
    func choose(_ name: String, password: String) throws -> Answer {
        try submit(get("/register/account"), to: "/register/account", Self.choice(name, password))
    }

    /// What is typed at the second step.
    static func choice(_ name: String, _ password: String) -> [String: String] {
        ["icegate_id": name, "new_password": password, "confirm_password": password]
    }

    /// Sends both OTPs.
    func prove(_ codes: (mobile: String, email: String)) throws -> Answer {
        try submit(get("/register/otp"), to: "/register/otp", Self.proof(codes))
    }

    /// What is typed at the third step.
    static func proof(_ codes: (mobile: String, email: String)) -> [String: String] {
        ["mobile_otp": codes.mobile, "email_otp": codes.email]
    }

    /// Presses Finish and OK.
    func finish() throws -> Answer { try submit(get("/register/finish"), to: "/register/finish") }

    func logIn(_ name: String, _ password: String) throws -> Answer {
        try submitWithCaptcha(get("/login"), to: "/login", ["icegate_id": name, "password": password])
    }

    /// Sends a form, and once more with the captcha where the page asks for one.
    func submitWithCaptcha(_ page: Answer, to action: String, _ typed: [String: String]) throws -> Answer {
        let right = typed.merging(["captcha": Site.captchaAnswer]) { $1 }
        guard page.field("captcha") == nil else { return try submit(page, to: action, right) }
        let answer = try submit(page, to: action, typed)
        return answer.errors(of: "captcha") == "" ? answer : try submit(answer, to: action, right)
    }

    /// Brings a registration to the page where it stands after `steps` of the four steps.
    @discardableResult
    func register(_ holder: Holder, _ password: String, on site: Site, steps: Int = 4) throws -> Answer {
        var answer = try get("/register")
        let doings: [() throws -> Answer] = [
            { try self.identify(holder, password) },
            { try self.choose(holder.icegateID, password: holder.password) },
            { try self.prove(site.codes(of: holder)) },
            { try self.finish() },
        ]
        for doing in doings.prefix(steps) {
            answer = try doing()
            try #require(answer.status == 303, "\(answer.path): \(answer.alerts)")
        }
        return try follow(answer)
    }
}
