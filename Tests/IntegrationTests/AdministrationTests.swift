import Courier
import HTTP
import HTTPTypes
import MariaDB
import Persistence
import Registration
import Sodium
import Testing

@Suite("the administrator's login") struct AdministrationTests {
    static let refused = "Name or password is not correct. Please try again."
    static let ended = "The OTP or the session has ended. Please log in again."

    @Test("name, password and OTP open the console, each step in a session of its own")
    func login() throws {
        try Site.run { site in
            let admin = try site.administrator()
            let browser = Browser(site)
            let page = try browser.get("/admin/login")
            let before = browser.session
            let sent = try browser.submit(page, to: "/admin/login", admin.typed)
            #expect(sent.status == 303 && sent.location == "/admin/login/otp")
            let pending = browser.session
            #expect(pending != before)
            let asked = try browser.follow(sent)
            #expect(asked.status == 200)
            #expect(asked.text.contains("a***@example.gov.in") && !asked.body.contains(admin.email))
            let opened = try browser.submit(asked, to: "/admin/login/otp", ["otp": site.code(sentTo: admin.email)])
            #expect(opened.status == 303 && opened.location == "/admin/console")
            #expect(![before, pending].contains(browser.session))
            #expect(try browser.follow(opened).text.contains("Logged in as asha"))
            #expect(try browser.get("/admin/login").location == "/admin/console")
            #expect(
                try site.audit("administrator") == [
                    "register added", "password accepted", "otp proven", "console shown",
                ])
        }
    }

    @Test("the password alone, or a registrant's session, opens nothing")
    func withoutOTP() throws {
        try Site.run { site in
            let admin = try site.administrator()
            let browser = Browser(site)
            #expect(try browser.get("/admin/console").location == "/admin/login")
            #expect(try browser.get("/admin/login/otp").location == "/admin/login?ended=1")
            _ = try browser.logInAsAdministrator(admin)
            #expect(try browser.get("/admin/console").location == "/admin/login?ended=1")

            let (holder, password) = try site.invite()
            let registrant = Browser(site)
            try registrant.register(holder, password, on: site)
            _ = try registrant.logIn(holder.icegateID, holder.password)
            #expect(try registrant.get("/account").status == 200)
            #expect(try registrant.get("/admin/console").location == "/admin/login?ended=1")
        }
    }

    @Test("the console's session opens no account")
    func noAccount() throws {
        try Site.run { site in
            let browser = Browser(site)
            try browser.openConsole(site.administrator(), on: site)
            #expect(try browser.get("/account").location == "/login")
        }
    }

    @Test("unknown name, wrong password, closed administrator and what can be none read the same")
    func oneAnswer() throws {
        try Site.run { site in
            let admin = try site.administrator()
            let closed = try site.administrator("vikram")
            #expect(try site.administrators.close(AdministratorName("vikram")))
            let expected = try Browser(site).logInAsAdministrator(admin, password: "Wrong-Password-1!")
            #expect(expected.status == 422 && expected.problem == Self.refused)
            for (name, password) in [
                ("nobody", admin.password), (closed.name, closed.password), ("' OR 1=1 -- ", "' OR 1=1 -- "),
                (admin.name, String(repeating: "x", count: 1_024)), (admin.name, admin.password.lowercased()),
            ] {
                let answer = try Browser(site).logInAsAdministrator(
                    .init(name: name, email: "", password: password))
                #expect(answer.status == expected.status)
                #expect(answer.setCookies.isEmpty)
                #expect(answer.withoutName == expected.withoutName, "\(name)")
            }
            #expect(try site.audit("administrator.password") == Array(repeating: "refused", count: 6))
            #expect(site.letters.isEmpty)
        }
    }

    @Test("a name is read in either case, and a password in whatever form its letters are composed")
    func forms() throws {
        try Site.run { site in
            let admin = try site.administrator("asha", password: "Caf\u{E9}-Chikmagalur-1")
            for name in ["ASHA", " asha "] {
                let answer = try Browser(site).logInAsAdministrator(
                    .init(name: name, email: admin.email, password: "Cafe\u{301}-Chikmagalur-1"))
                #expect(answer.status == 303)
            }
        }
    }

    @Test("an empty form is told about each field, and a captcha is always asked for")
    func captcha() throws {
        try Site.run { site in
            let admin = try site.administrator()
            let browser = Browser(site)
            let empty = try browser.submit(
                browser.get("/admin/login"), to: "/admin/login", ["name": "", "password": "", "captcha": ""])
            #expect(empty.status == 422)
            #expect(empty.errors(of: "name") == "Enter your name as administrator.")
            #expect(empty.errors(of: "password") == "Enter your password.")
            #expect(empty.errors(of: "captcha") == "Enter the 6 characters of the captcha.")
            let wrong = try browser.submit(
                empty, to: "/admin/login", admin.typed.merging(["captcha": "WRONG2"]) { $1 })
            #expect(wrong.status == 422 && wrong.problem == CaptchaFormTests.wrong)
            #expect(wrong.field("password")?.attributes["value"] == nil)
            let another = try browser.submit(wrong, to: "/admin/login", button: ("new_captcha", "1"))
            #expect(another.status == 200 && another.problem.isEmpty)
            #expect(try site.audit("administrator") == ["register added"])
            #expect(try site.audit("captcha") == ["wrong"])
        }
    }

    @Test("every form wants its token")
    func formTokens() throws {
        try Site.run { site in
            let admin = try site.administrator()
            let browser = Browser(site)
            #expect(try browser.post("/admin/login", admin.typed).status == 403)
            _ = try browser.logInAsAdministrator(admin)
            let code = try site.code(sentTo: admin.email)
            #expect(try browser.post("/admin/login/otp", ["otp": code]).status == 403)
            let other = Browser(site)
            _ = try other.get("/admin/login")
            let token = other.formToken(for: "/admin/login/otp")
            #expect(try browser.post("/admin/login/otp", ["otp": code, "form_token": token]).status == 403)
            try browser.giveOTP(code)
            #expect(try browser.post("/admin/logout", [:]).status == 403)
            #expect(try browser.get("/admin/console").status == 200)
        }
    }

    @Test("after twenty refused logins an address waits, whatever it types, and its neighbour does not")
    func limitOfLogins() throws {
        try Site.run { site in
            let admin = try site.administrator()
            let browser = Browser(site)
            for _ in 0..<20 {
                #expect(try browser.logInAsAdministrator(admin, password: "Wrong-Password-1!").status == 422)
            }
            let refused = try browser.logInAsAdministrator(admin)
            #expect(refused.status == 429)
            #expect(refused.retryAfter.map { (3_500...3_600).contains($0) } == true)
            #expect(try Browser(site, address: "192.0.2.2").logInAsAdministrator(admin).status == 303)
            try site.database.pass(.seconds(3_601))
            #expect(try browser.logInAsAdministrator(admin).status == 303)
        }
    }

    @Test("right logins are not counted against an address, but ten OTPs in an hour are all that one is sent")
    func limitOfSends() throws {
        try Site.run { site in
            let admin = try site.administrator()
            for _ in 0..<10 { #expect(try Browser(site).logInAsAdministrator(admin).status == 303) }
            let refused = try Browser(site).logInAsAdministrator(admin)
            #expect(refused.status == 429)
            #expect(refused.retryAfter.map { (3_500...3_600).contains($0) } == true)
            #expect(try site.letters(to: admin.email).count == 10)
            for _ in 0..<19 {
                #expect(try Browser(site).logInAsAdministrator(admin, password: "Wrong-Password-1!").status == 422)
            }
            try site.database.pass(.seconds(3_601))
            #expect(try Browser(site).logInAsAdministrator(admin).status == 303)
        }
    }

    @Test("five wrong tries end an OTP, and the right code is worth nothing then")
    func tries() throws {
        try Site.run { site in
            let admin = try site.administrator()
            let browser = Browser(site)
            _ = try browser.logInAsAdministrator(admin)
            let code = try site.code(sentTo: admin.email)
            let wrong = code == "000000" ? "000001" : "000000"
            for left in stride(from: 4, through: 1, by: -1) {
                let answer = try browser.giveOTP(wrong)
                #expect(answer.status == 422)
                #expect(answer.errors(of: "otp") == "The OTP is not correct. Please try again.")
                #expect(answer.text.contains("Tries left \(left)"))
            }
            let last = try browser.giveOTP(wrong)
            #expect(last.location == "/admin/login?ended=1")
            #expect(try browser.follow(last).problem == Self.ended)
            #expect(
                try browser.post(
                    "/admin/login/otp", ["otp": code, "form_token": browser.formToken(for: "/admin/login/otp")]
                ).location == "/admin/login?ended=1")
            #expect(try site.audit("administrator.otp") == ["wrong", "wrong", "wrong", "wrong", "exhausted"])
        }
    }

    @Test("of wrong tries at one instant five are judged")
    func triesAtOnce() throws {
        try Site.run { site in
            let admin = try site.administrator()
            let browser = Browser(site)
            _ = try browser.logInAsAdministrator(admin)
            let wrong = try site.code(sentTo: admin.email) == "000000" ? "000001" : "000000"
            let page = try browser.get("/admin/login/otp")
            _ = try atOnce(12) { _ in try browser.copy().submit(page, to: "/admin/login/otp", ["otp": wrong]).status }
            #expect(try site.audit("administrator.otp").count == 5)
        }
    }

    @Test("an OTP holds ten minutes", arguments: [599, 600])
    func lifetime(seconds: Int) throws {
        try Site.run { site in
            let admin = try site.administrator()
            let browser = Browser(site)
            let page = try browser.follow(browser.logInAsAdministrator(admin))
            let code = try site.code(sentTo: admin.email)
            try site.database.pass(.seconds(seconds))
            let answer = try browser.submit(page, to: "/admin/login/otp", ["otp": code])
            #expect(answer.location == (seconds < 600 ? "/admin/console" : "/admin/login?ended=1"))
        }
    }

    @Test("an OTP is good once, however many submit it")
    func once() throws {
        try Site.run { site in
            let admin = try site.administrator()
            let browser = Browser(site)
            let page = try browser.follow(browser.logInAsAdministrator(admin))
            let code = try site.code(sentTo: admin.email)
            let places = try atOnce(8) { _ in
                try browser.copy().submit(page, to: "/admin/login/otp", ["otp": code]).location
            }
            #expect(places.count { $0 == "/admin/console" } == 1)
            #expect(try site.database.value("SELECT COUNT(*) FROM administrator_sessions", as: Int.self) == 1)
            #expect(try browser.submit(page, to: "/admin/login/otp", ["otp": code]).location == "/admin/login?ended=1")
        }
    }

    @Test("a newer login ends the OTP of the older, which is worth nothing in another browser")
    func superseded() throws {
        try Site.run { site in
            let admin = try site.administrator()
            let (first, second) = (Browser(site), Browser(site))
            let page = try first.follow(first.logInAsAdministrator(admin))
            let old = try site.code(sentTo: admin.email)
            let newer = try second.follow(second.logInAsAdministrator(admin))
            let new = try site.code(sentTo: admin.email)
            for code in [old, new] {
                #expect(
                    try first.submit(page, to: "/admin/login/otp", ["otp": code]).location == "/admin/login?ended=1")
            }
            if old != new {
                #expect(try second.submit(newer, to: "/admin/login/otp", ["otp": old]).status == 422)
            }
            #expect(try second.submit(newer, to: "/admin/login/otp", ["otp": new]).location == "/admin/console")
        }
    }

    @Test("the code is in no table and no log, and is not the one that another purpose derives from the same seed")
    func secret() throws {
        try Site.run { site in
            let admin = try site.administrator()
            _ = try Browser(site).logInAsAdministrator(admin)
            let code = try site.code(sentTo: admin.email)
            for line in try site.database.dump() + site.log.lines { #expect(!line.contains(code), "\(line)") }
            let row = try #require(try site.database.rows("SELECT nonce, key_id FROM administrator_otps").first)
            let seed = SecretSeed(nonce: try row.get(0), keyID: try row.get(1))
            let destination = Destination(try EmailAddress(admin.email))
            let derived = OneTimePassword(
                for: destination, purpose: .administratorOneTimePassword, seed: seed, keys: Site.keys)
            #expect(derived?.digits == code)
            #expect(OneTimePassword(for: destination, seed: seed, keys: Site.keys)?.digits != code)
        }
    }

    @Test("the OTP is asked for, and the letter written, in the visitor's language")
    func hindi() throws {
        try Site.run { site in
            let admin = try site.administrator()
            let browser = Browser(site)
            _ = try browser.get("/admin/login?lang=hi")
            let asked = try browser.follow(browser.logInAsAdministrator(admin))
            #expect(asked.text.contains("कंसोल के लिए ओटीपी"))
            let letter = try #require(try site.letters(to: admin.email).last)
            #expect(letter.subject == "आइसगेट पोर्टल के कंसोल के लिए आपका ओटीपी")
            try browser.giveOTP(site.code(sentTo: admin.email))
            #expect(try browser.get("/admin/console").text.contains("पिछले 24 घंटे"))
        }
    }

    @Test("a session ends after fifteen idle minutes, and stays ended when the clock goes back")
    func idle() throws {
        try Site.run { site in
            let browser = Browser(site)
            try browser.openConsole(site.administrator(), on: site)
            for _ in 0..<3 {
                try site.database.pass(.seconds(899))
                #expect(try browser.get("/admin/console").status == 200)
            }
            try site.database.pass(.seconds(900))
            #expect(try browser.open("/admin/console").problem == Self.ended)
            try site.database.pass(.seconds(-900))
            #expect(try browser.get("/admin/console").status == 303)
        }
    }

    @Test("a session ends after eight hours, however busy")
    func greatestLength() throws {
        try Site.run { site in
            let browser = Browser(site)
            try browser.openConsole(site.administrator(), on: site)
            for _ in 0..<39 {
                try site.database.pass(.seconds(720))
                #expect(try browser.get("/admin/console").status == 200)
            }
            try site.database.pass(.seconds(720))
            #expect(try browser.get("/admin/console").status == 303)
        }
    }

    @Test("logout ends the session at once, for every copy of its cookie")
    func logout() throws {
        try Site.run { site in
            let browser = Browser(site)
            let page = try browser.openConsole(site.administrator(), on: site)
            let copy = browser.copy()
            let answer = try browser.submit(page, to: "/admin/logout")
            #expect(answer.location == "/admin/login?logged-out=1")
            #expect(browser.session != copy.session)
            #expect(try browser.follow(answer).notices == ["You are logged out."])
            for browser in [browser, copy] { #expect(try browser.get("/admin/console").status == 303) }
            #expect(try site.audit("administrator.logout") == ["done"])
        }
    }

    @Test("who is closed is out at once, and their OTP with them")
    func closed() throws {
        try Site.run { site in
            let admin = try site.administrator()
            let (inside, outside) = (Browser(site), Browser(site))
            try inside.openConsole(admin, on: site)
            let page = try outside.follow(outside.logInAsAdministrator(admin))
            let code = try site.code(sentTo: admin.email)
            #expect(try site.administrators.close(AdministratorName(admin.name)))
            #expect(try inside.get("/admin/console").status == 303)
            #expect(
                try outside.submit(page, to: "/admin/login/otp", ["otp": code]).location == "/admin/login?ended=1")
            #expect(try !site.administrators.close(AdministratorName(admin.name)))
            #expect(
                try !site.administrators.add(
                    AdministratorName(admin.name), email: EmailAddress(admin.email), hash: PasswordHash(stored: "")))
            #expect(try site.audit("administrator.register") == ["added", "closed"])
        }
    }

    @Test(
        "the portal's account can make nobody an administrator and change none",
        arguments: [
            "INSERT INTO administrators (name, email, password_hash, added_by, added_at) VALUES ('x', 'x@y.in', '', '', UTC_TIMESTAMP(6))",
            "UPDATE administrators SET password_hash = ''", "DELETE FROM administrators",
            "DELETE FROM administrator_sessions", "UPDATE audit_events SET outcome = ''", "DELETE FROM audit_events",
            "SELECT icegate_id FROM audit_events",
        ])
    func rights(statement: String) throws {
        try Site.run { site in
            var connection = try Connection(site.database.portalOptions)
            let error = #expect(throws: DatabaseError.self) { try connection.executeScript(statement) }
            // ER_TABLEACCESS_DENIED_ERROR, ER_COLUMNACCESS_DENIED_ERROR
            #expect(error.map { [1142, 1143].contains($0.code) } == true, "\(String(describing: error))")
        }
    }

    @Test("the public page leads to the login, in both languages")
    func publicPage() throws {
        try Site.run { site in
            for language in ["en", "hi"] {
                let page = try Browser(site).get("/admin?lang=\(language)")
                #expect(page.status == 200)
                #expect(page.html.elements("href", "/admin/login").count == 1)
            }
        }
    }
}

extension Answer {
    /// The page without the name that was typed, and without tokens.
    fileprivate var withoutName: String {
        let typed = field("name")?.attributes["value"] ?? ""
        return withoutTokens.replacing("\"\(typed.replacing("'", with: "&#39;"))\"", with: "NAME")
    }
}
