import Courier
import HTTP
import HTTPTypes
import MariaDB
import Registration
import Sodium
import Testing

@Suite("login") struct LoginTests {
    static let refused = "ICEGATE ID or password is not correct. Please try again."

    @Test("C19, C35: unknown name, wrong password and what can be neither read the same")
    func oneAnswer() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            try Browser(site).register(holder, password, on: site)
            let expected = try Browser(site).logIn(holder.icegateID, "Wrong-Password-1!")
            #expect(expected.status == 422 && expected.problem == Self.refused)
            for (name, typed) in [
                ("NOBODY", holder.password), (holder.icegateID, password), (holder.icegateID, " " + holder.password),
                ("no name at all", holder.password), ("' OR 1=1 -- ", "' OR 1=1 -- "),
                (holder.icegateID, String(repeating: "x", count: 1_024)),
                (holder.icegateID, holder.password.lowercased()),
            ] {
                // Failures before would ask for a captcha.
                try site.database.execute("DELETE FROM attempt_counters")
                let answer = try Browser(site).logIn(name, typed)
                #expect(answer.status == expected.status)
                #expect(answer.setCookies.isEmpty)
                #expect(answer.withoutName == expected.withoutName, "\(name)")
            }
        }
    }

    @Test("an empty form is told about both fields")
    func empty() throws {
        try Site.run { site in
            let answer = try Browser(site).logIn("", "")
            #expect(answer.status == 422)
            #expect(answer.errors(of: "icegate_id") == "Enter your ICEGATE ID.")
            #expect(answer.errors(of: "password") == "Enter your password.")
        }
    }

    @Test("C22: the name is read without regard to case, the password in whatever form its letters are composed")
    func forms() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            try browser.register(holder, password, on: site, steps: 1)
            _ = try browser.choose("Caf-E", password: "Caf\u{E9}-Chikmagalur-1")
            _ = try browser.prove(site.codes(of: holder))
            _ = try browser.finish()
            #expect(try Browser(site).logIn("cAF-e", "Cafe\u{301}-Chikmagalur-1").location == "/account")
        }
    }

    @Test("C35: nobody logs in before the registration is finished", arguments: 2...3)
    func unfinished(steps: Int) throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            try Browser(site).register(holder, password, on: site, steps: steps)
            #expect(try Browser(site).logIn(holder.icegateID, holder.password).problem == Self.refused)
            #expect(try Browser(site).logIn(holder.icegateID, password).problem == Self.refused)
        }
    }

    @Test("C19, C21: after three refused logins the page asks for a captcha, whether there is such a name or not")
    func captcha() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            try Browser(site).register(holder, password, on: site)
            var answers: [String: [String]] = [:]
            for (number, name) in [holder.icegateID, "NOBODY"].enumerated() {
                for attempt in 1...5 {
                    let browser = Browser(site, address: "192.0.\(number).\(attempt)")
                    let typed = ["icegate_id": name, "password": "Wrong-Password-1!"]
                    let answer = try browser.submit(browser.get("/login"), to: "/login", typed)
                    #expect((answer.field("captcha") != nil) == (attempt >= 3))
                    answers[name, default: []].append("\(answer.status) \(answer.problem) \(answer.withoutName)")
                }
            }
            #expect(answers[holder.icegateID] == answers["NOBODY"])

            let browser = Browser(site, address: "192.0.2.1")
            var typed = ["icegate_id": holder.icegateID, "password": holder.password]
            let asked = try browser.submit(browser.get("/login"), to: "/login", typed)
            #expect(asked.status == 422)
            #expect(asked.errors(of: "captcha") == "Enter the 6 characters of the captcha.")
            typed["captcha"] = "WRONG2"
            let wrong = try browser.submit(asked, to: "/login", typed)
            #expect(wrong.problem == CaptchaFormTests.wrong)
            typed["captcha"] = Site.captchaAnswer
            #expect(try browser.submit(wrong, to: "/login", typed).location == "/account")
            #expect(try Browser(site, address: "192.0.2.2").logIn(holder.icegateID, holder.password).status == 303)
        }
    }

    @Test(
        "C19, C21: from the fifth refusal on a wait is asked for, which doubles; the owner is told once, and gets in all the time"
    )
    func waits() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            try Browser(site).register(holder, password, on: site)
            let told = { try site.letters(to: holder.email).filter { $0.subject.hasPrefix("Logins with") }.count }
            for name in [holder.icegateID, "NOBODY"] {
                let attempt = { try Browser(site).logIn(name, "Wrong-Password-1!") }
                for _ in 1...4 { #expect(try !attempt().problem.contains("Please wait until")) }
                #expect(try told() == (name == "NOBODY" ? 1 : 0))
                let fifth = try attempt()
                #expect(fifth.status == 422 && fifth.problem.hasPrefix(Self.refused))
                #expect(fifth.problem.contains("Please wait until"))
                #expect(try told() == 1)
                let sixth = try attempt()
                #expect(sixth.status == 429 && sixth.response.headers[.retryAfter] == "60")
                try site.database.pass(.seconds(61))
                #expect(try attempt().status == 422)
                for _ in 1...9 { _ = try attempt() }
                #expect(try attempt().response.headers[.retryAfter] == "3600")
            }
            #expect(try told() == 1)
            #expect(try Browser(site).logIn(holder.icegateID, holder.password).status == 303)
            #expect(try Browser(site).logIn(holder.icegateID, "Wrong-Password-1!").status == 422)
        }
    }

    @Test("C21: of 30 wrong logins at one instant three are judged without a captcha, and the owner is told once")
    func burst() throws {
        try Site.run(threads: 30) { site in
            let (holder, password) = try site.invite()
            try Browser(site).register(holder, password, on: site)
            let browsers = try (0..<30).map { number in
                let browser = Browser(site, address: "192.0.2.\(number)")
                let typed = ["icegate_id": holder.icegateID, "password": "Wrong-Password-1!"]
                return (browser, try Browser.fields(browser.get("/login"), to: "/login", typed))
            }
            let answers = try atOnce(30) { try browsers[$0].0.post("/login", browsers[$0].1) }
            #expect(answers.filter { $0.problem.hasPrefix(Self.refused) }.count == 3)
            #expect(try Browser(site).logIn(holder.icegateID, "Wrong-Password-1!").problem.hasPrefix(Self.refused))
            #expect(try site.letters(to: holder.email).filter { $0.subject.hasPrefix("Logins with") }.count == 1)
            #expect(try Browser(site).logIn(holder.icegateID, holder.password).status == 303)
        }
    }

    @Test("refused logins of long ago ask for no captcha")
    func forgotten() throws {
        try Site.run { site in
            for _ in 1...3 { _ = try Browser(site).logIn("SOMEBODY", "Wrong-Password-1!") }
            #expect(try Browser(site).logIn("SOMEBODY", "Wrong-Password-1!").field("captcha") != nil)
            try site.database.pass(.seconds(3_601))
            #expect(try Browser(site).logIn("SOMEBODY", "Wrong-Password-1!").field("captcha") == nil)
        }
    }

    @Test("a hash that was made with an older cost is made anew at login, and the password stays")
    func rehash() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            try Browser(site).register(holder, password, on: site)
            let older = try #require(
                PasswordHash.make(of: Array(holder.password.utf8), cost: PasswordHash.Cost(memoryKiB: 16, passes: 2)))
            try site.database.execute("UPDATE accounts SET password_hash = \(older.text)")
            _ = try Browser(site).logIn(holder.icegateID, "Wrong-Password-1!")
            #expect(try site.database.value("SELECT password_hash FROM accounts", as: String.self) == older.text)
            #expect(try Browser(site).logIn(holder.icegateID, holder.password).status == 303)
            let newer = try site.database.value("SELECT password_hash FROM accounts", as: String.self)
            #expect(newer != older.text && newer.contains("m=8,t=1"))
            #expect(try Browser(site).logIn(holder.icegateID, holder.password).status == 303)
        }
    }

    @Test("B11: logout ends the session")
    func logout() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            try Browser(site).register(holder, password, on: site)
            let browser = Browser(site)
            let home = try browser.follow(browser.logIn(holder.icegateID, holder.password))
            let thief = browser.copy()
            let answer = try browser.submit(home, to: "/logout")
            #expect(answer.status == 303)
            let page = try browser.follow(answer)
            #expect(page.path == "/login" && page.notices == ["You are logged out."])
            for who in [browser, thief] {
                for path in ["/account", "/filing"] { #expect(try who.get(path).location == "/login") }
            }
            #expect(try thief.submit(home, to: "/logout").status == 303)
        }
    }

    @Test("a login ends the session that the browser had")
    func secondLogin() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            try Browser(site).register(holder, password, on: site)
            let browser = Browser(site)
            _ = try browser.logIn(holder.icegateID, holder.password)
            let old = browser.copy()
            let answer = try browser.post(
                "/login",
                [
                    "icegate_id": holder.icegateID, "password": holder.password,
                    "form_token": browser.formToken(for: "/login"),
                ])
            #expect(answer.location == "/account")
            #expect(browser.session != old.session)
            #expect(try old.get("/account").location == "/login")
            #expect(try browser.get("/account").status == 200)
        }
    }

    @Test("an account's session ends after half an hour of nothing and after eight hours")
    func sessionEnds() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            try Browser(site).register(holder, password, on: site)
            let browser = Browser(site)
            _ = try browser.logIn(holder.icegateID, holder.password)
            try site.database.pass(.seconds(1_801))
            #expect(try browser.get("/account").location == "/login?notice=timed-out")

            _ = try browser.logIn(holder.icegateID, holder.password)
            for _ in 0..<16 {
                try site.database.pass(.seconds(1_780))
                #expect(try browser.get("/account").status == 200)
            }
            try site.database.pass(.seconds(330))
            let answer = try browser.open("/account")
            #expect(answer.path == "/login" && answer.notices.first?.hasPrefix("Your session has ended:") == true)
        }
    }

    @Test("filing is refused to an account of this category, with the reason")
    func filing() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            try Browser(site).register(holder, password, on: site)
            let browser = Browser(site)
            #expect(try browser.get("/filing").location == "/login")
            _ = try browser.logIn(holder.icegateID, holder.password)
            let answer = try browser.get("/filing")
            #expect(answer.status == 403)
            #expect(
                answer.alerts.contains {
                    $0.contains(
                        "IEC holders registered under Simplified Auto Registration category are not permitted to file Customs documents."
                    )
                })
        }
    }

    @Test("a registration's session is no account's, and an account's is no registration's")
    func kinds() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            try browser.register(holder, password, on: site)
            #expect(try browser.get("/account").location == "/login")
            _ = try browser.logIn(holder.icegateID, holder.password)
            #expect(try browser.get("/register/done").location == "/register")
            #expect(try browser.get("/login").location == "/account")
        }
    }
}

extension Answer {
    /// The page without tokens and without the name that was typed.
    fileprivate var withoutName: String {
        guard let typed = field("icegate_id")?.attributes["value"], !typed.isEmpty else { return withoutTokens }
        return withoutTokens.replacing(typed, with: "NAME").replacing(typed.replacing("'", with: "&#39;"), with: "NAME")
    }
}
