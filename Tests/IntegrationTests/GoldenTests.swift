import HTTP
import HTTPTypes
import MariaDB
import Testing

@testable import Portal

/// Every page and every state of an error, as it was looked at: the words, their places, the ties between fields and
/// messages, the status and the header fields.
@Suite("every page as it was found good") struct GoldenTests {

    /// Somebody who walks through the portal, and compares what they see.
    private struct Tour {
        let site: Site
        let language: String
        let browser: Browser
        let holder: Holder
        let password: String

        init(_ site: Site, _ language: String) throws {
            self.site = site
            self.language = language
            browser = Browser(site)
            (holder, password) = try site.invite()
            _ = try browser.get("/?lang=\(language)")
        }

        func look(_ name: String, _ answer: Answer, withFrame: Bool = false) throws {
            try Golden.compare(answer, with: "\(name).\(language)", withFrame: withFrame)
        }

        func submit(_ path: String, _ typed: [String: String] = [:]) throws -> Answer {
            try browser.submit(browser.get(path), to: path, typed)
        }
    }

    @Test("of the public enquiries and of the administrator's login", arguments: ["en", "hi"])
    func enquiries(language: String) throws {
        try Site.run { site in
            let tour = try Tour(site, language)
            for (name, gstin) in [("right", "27AAPFU0939F1ZV"), ("wrong", "27AAPFU0939F1ZO"), ("empty", "")] {
                try tour.look("gstin-enquiry-\(name)", tour.submit("/public-enquiries/gstin", ["gstin": gstin]))
            }
            try tour.look("iec-enquiry", tour.browser.get("/public-enquiries/iec"))
            try tour.look("iec-enquiry-empty", tour.submit("/public-enquiries/iec"))
            try tour.look("administrator-login", tour.browser.get("/admin/login"))
            try tour.look("administrator-login-empty", tour.submit("/admin/login"))
            try tour.look(
                "administrator-login-ended", tour.browser.open(.administration(.login), telling: Notice("ended")))
        }
    }

    @Test("of the registration", arguments: ["en", "hi"])
    func registration(language: String) throws {
        try Site.run { site in
            let tour = try Tour(site, language)
            let (browser, holder) = (tour.browser, tour.holder)
            try tour.look("register", browser.get("/register"))
            try tour.look("register-empty", tour.submit("/register"))
            let typed = Browser.identification(holder, "0000-0000-00000")
            try tour.look("register-mismatch", tour.submit("/register", typed))
            try tour.look(
                "register-wrong-fields",
                tour.submit("/register", ["iec": "12", "gstin": "27AAPFU0939F1ZO", "password": "x", "captcha": "A2"]))
            let mistyped = Browser.identification(holder, tour.password).merging(["captcha": "WRONG"]) { $1 }
            try tour.look("register-captcha-wrong", tour.submit("/register", mistyped))
            for end in SessionEnd.allCases {
                try tour.look("register-\(end.rawValue)", browser.open(.register, telling: end.notice))
            }
            _ = try browser.identify(holder, tour.password)
            try tour.look("account-details", browser.get("/register/account"))
            try tour.look("account-details-empty", tour.submit("/register/account"))
            try tour.look(
                "account-details-all-rules-broken",
                tour.submit(
                    "/register/account",
                    [
                        "icegate_id": "my id* is longer than 25 characters", "new_password": "customs",
                        "confirm_password": "x",
                    ]))
            _ = try browser.choose(holder.icegateID, password: holder.password)
            try tour.look("otp", browser.get("/register/otp"))
            let codes = try site.codes(of: holder)
            try tour.look("otp-delivered", browser.get("/register/otp"))
            let resending = try Browser.fields(browser.get("/register/otp"), to: "/register/otp/resend")
            try tour.look(
                "otp-new-pair-refused",
                browser.post("/register/otp/resend", resending.merging(["new_pair": "1"]) { $1 }))
            let wrong = Browser.proof(OTPTests.wrong(codes))
            try tour.look("otp-wrong", tour.submit("/register/otp", wrong))
            for _ in 1...4 { _ = try tour.submit("/register/otp", wrong) }
            try tour.look("otp-exhausted", browser.get("/register/otp"))
            _ = try browser.submit(browser.get("/register/otp"), to: "/register/otp/resend")
            _ = try browser.prove(site.codes(of: holder))
            try tour.look("verified", browser.get("/register/verified"))
            try tour.look("finish", browser.get("/register/finish"))
            try tour.look("alternate", browser.get("/register/alternate"))
            try tour.look("alternate-empty", tour.submit("/register/alternate"))
            _ = try tour.submit("/register/alternate", Case12Tests.alternates)
            try tour.look("alternate-otp", browser.get("/register/alternate/otp"))
            try tour.look("alternate-otp-wrong", tour.submit("/register/alternate/otp", wrong))
            _ = try tour.submit("/register/alternate/otp", Browser.proof(Case12Tests.codes(site)))
            try tour.look("done", browser.get("/register/done"))
            try tour.look(
                "register-already-registered",
                browser.submit(
                    browser.get("/register"), to: "/register", Browser.identification(holder, tour.password)))
        }
    }

    @Test("of holders who may not register", arguments: ["en", "hi"])
    func refusals(language: String) throws {
        try Site.run { site in
            let tour = try Tour(site, language)
            var holders = [Holder(2), Holder(3), Holder(4)]
            let passwords = try site.invite(holders)
            holders[0].iecStatus = "suspended"
            holders[1].gstinStatus = "CNL"
            holders[2].email = ""
            try site.load(holders)
            for (number, state) in ["iec-inactive", "gstin-inactive", "contacts-unusable"].enumerated() {
                try tour.look("register-\(state)", tour.browser.identify(holders[number], passwords[number]))
            }
        }
    }

    @Test("of alternate contacts that are refused", arguments: ["en", "hi"])
    func alternates(language: String) throws {
        try Site.run { site in
            let tour = try Tour(site, language)
            let holder = tour.holder
            try tour.browser.register(holder, tour.password, on: site, steps: 3)
            try tour.look(
                "alternate-same",
                tour.submit(
                    "/register/alternate", ["alternate_email": holder.email, "alternate_mobile": holder.mobile]))
            for number in 1...4 {
                let answer = try tour.submit(
                    "/register/alternate",
                    ["alternate_email": "new\(number)@example.org", "alternate_mobile": "700000000\(number)"])
                if number == 4 { try tour.look("alternate-none-left", answer) }
            }
        }
    }

    @Test("of carrying on, temporary passwords and login", arguments: ["en", "hi"])
    func entries(language: String) throws {
        try Site.run { site in
            let tour = try Tour(site, language)
            let pair = ["iec": tour.holder.iec, "gstin": tour.holder.gstin]
            try tour.look("resume", tour.browser.get("/resume"))
            try tour.look("resume-empty", tour.submit("/resume"))
            let codes = ["mobile_otp": "123456", "email_otp": "654321"]
            try tour.look("resume-refused", tour.submit("/resume", pair.merging(codes) { $1 }))
            try tour.look("resume-captcha", tour.browser.get("/resume"))
            try tour.look("temporary-password", tour.browser.get("/temporary-password"))
            try tour.look("temporary-password-empty", tour.submit("/temporary-password"))
            let asked = pair.merging(["captcha": Site.captchaAnswer]) { $1 }
            try tour.look(
                "temporary-password-asked", tour.browser.follow(tour.submit("/temporary-password", asked)))
            try tour.look("feedback", tour.browser.get("/feedback"))
            try tour.look("feedback-empty", tour.submit("/feedback"))
            try tour.look("forgotten-id", tour.browser.get("/forgot-id"))
            try tour.look("forgotten-id-empty", tour.submit("/forgot-id"))
            try tour.look("forgotten-id-asked", tour.browser.follow(tour.submit("/forgot-id", asked)))
            try tour.look("login", tour.browser.get("/login"))
            try tour.look("login-empty", tour.submit("/login"))
            try tour.look("login-refused", tour.browser.logIn("NOBODY", "Wrong-Password-1!"))
            for _ in 2...4 { _ = try tour.browser.logIn("NOBODY", "Wrong-Password-1!") }
            try tour.look("login-wait", tour.browser.logIn("NOBODY", "Wrong-Password-1!"))
            for notice in LoginNotice.allCases {
                try tour.look("login-\(notice.rawValue)", tour.browser.open(.login, telling: notice.notice))
            }
        }
    }

    @Test("of the account", arguments: ["en", "hi"])
    func account(language: String) throws {
        try Site.run { site in
            let tour = try Tour(site, language)
            let (browser, holder) = (tour.browser, tour.holder)
            try browser.register(holder, tour.password, on: site)

            try tour.look("forgotten-password", browser.get("/forgot-password"))
            try tour.look("forgotten-password-empty", tour.submit("/forgot-password"))
            try tour.look(
                "password-reset-proof", browser.follow(RecoveryTests.ask(browser, holder.icegateID, on: site)))
            try tour.look(
                "password-reset-proof-refused", RecoveryTests.prove(browser, holder.icegateID, ("000000", "1")))
            _ = try RecoveryTests.prove(browser, holder.icegateID, site.codes(of: holder))
            try tour.look("new-password", browser.get("/forgot-password/new"))
            try tour.look("new-password-empty", tour.submit("/forgot-password/new"))
            _ = try RecoveryTests.set(browser, RecoveryTests.new)

            _ = try browser.logIn(holder.icegateID, RecoveryTests.new)
            for path in AccountTests.places where path != "/account/contact/otp" {
                try tour.look(String(path.dropFirst()).replacing("/", with: "-"), browser.get(path))
            }
            try tour.look("filing", browser.get("/filing"))
            try tour.look("account-contact-empty", tour.submit("/account/contact"))
            try tour.look(
                "account-contact-wrong-fields",
                tour.submit("/account/contact", ["email": "x", "mobile": "1", "password": "Wrong-Password-1!"]))
            try tour.look(
                "account-contact-wrong-password", ContactChangeTests.change(browser, password: "Wrong-Password-1!"))
            _ = try ContactChangeTests.change(browser, password: RecoveryTests.new)
            try tour.look("account-contact-pending", browser.get("/account/contact"))
            try tour.look("account-contact-otp", browser.get("/account/contact/otp"))
            try tour.look("account-contact-otp-wrong", ContactChangeTests.prove(browser, ("000000", "1")))
            for _ in 1...4 { _ = try ContactChangeTests.prove(browser, ("000000", "1")) }
            try tour.look("account-contact-otp-exhausted", browser.get("/account/contact/otp"))
            try tour.look("account-password-empty", tour.submit("/account/password"))
            try tour.look(
                "account-password-refused",
                PasswordChangeTests.change(
                    browser, PasswordChangeTests.typed("Wrong-Password-1!", new: "customs")))
            try tour.look("account-password-changed", browser.open(.account(.password), telling: Notice("changed")))
            try tour.look("account-contact-changed", browser.open(.account(.contact), telling: Notice("changed")))
        }
    }

    @Test("of an account as time goes on", arguments: ["en", "hi"])
    func laterAccount(language: String) throws {
        try Site.run { site in
            let tour = try Tour(site, language)
            let (browser, holder) = (tour.browser, tour.holder)
            try browser.register(holder, tour.password, on: site)
            _ = try browser.logIn(holder.icegateID, holder.password)
            try tour.look("account-with-frame", browser.get("/account"), withFrame: true)
            _ = try Browser(site, address: "198.51.100.7").logIn(holder.icegateID, holder.password)
            try site.database.execute(
                "UPDATE sessions SET browser = 'Chrome on Linux' WHERE client_address <> '192.0.2.1'")
            let sessions = try browser.get("/account/sessions")
            try tour.look("account-sessions-two", sessions)
            let handle = try #require(
                sessions.html.elements("name", "session").compactMap { $0.attributes["value"] }.first { $0 != "all" })
            try tour.look(
                "account-sessions-ended",
                browser.follow(browser.submit(sessions, to: "/account/sessions", button: ("session", handle))))

            _ = try ContactChangeTests.change(browser, password: holder.password)
            try site.database.pass(.seconds(7_201))
            _ = try browser.logIn(holder.icegateID, holder.password)
            try tour.look("account-contact-otp-expired", browser.get("/account/contact/otp"))
            try site.database.execute("DELETE FROM master_versions")
            try tour.look("account-iec-without-entry", browser.get("/account/iec"))
            for _ in 1...20 { _ = try Browser(site).logIn(holder.icegateID, "Wrong-Password-1!") }
            let newest = try browser.get("/account/activity")
            try tour.look("account-activity-newest", newest)
            let older = newest.html.elements.first { $0.attributes["href"]?.contains("before=") == true }
            try tour.look("account-activity-older", browser.get(#require(older?.attributes["href"])))
        }
    }

    @Test("of what could not be done", arguments: ["en", "hi"])
    func failures(language: String) throws {
        try Site.run(expectsErrors: true) { site in
            let tour = try Tour(site, language)
            let browser = tour.browser
            try tour.look(
                "error-400",
                browser.post("/language", ["to": "none", "form_token": browser.formToken(for: "/language")]))
            if language == "en" {
                // What could not be read has no language.
                let refusal = RequestError(status: .contentTooLarge, reason: "a test")
                try tour.look("error-413", Answer(path: "", site.portal.respond(to: .failure(refusal))))
            }
            try browser.register(tour.holder, tour.password, on: site)
            _ = try browser.logIn(tour.holder.icegateID, tour.holder.password)
            for _ in 1...5 { _ = try ContactChangeTests.change(browser, password: "Wrong-Password-1!") }
            try tour.look("error-429", ContactChangeTests.change(browser, password: "Wrong-Password-1!"))
            try site.database.script("RENAME TABLE audit_events TO audit_events_away")
            defer { try? site.database.script("RENAME TABLE audit_events_away TO audit_events") }
            try tour.look("error-500", browser.get("/account/activity"))
            var options = site.database.portalOptions
            options.servers = Servers([.socket("/nonexistent/socket")])
            let away = try Browser(site.portal(on: Pool(options, size: 1, waitLimit: .seconds(1))))
            away.cookies = browser.cookies
            try tour.look("error-503", away.get("/account"))
        }
    }

    @Test("of information and of errors", arguments: ["en", "hi"])
    func rest(language: String) throws {
        try Site.run { site in
            let tour = try Tour(site, language)
            try tour.look("home", tour.browser.get("/"))
            try tour.look("home-with-frame", tour.browser.get("/"), withFrame: true)
            for page in InformationPages.all {
                try tour.look("information-\(page.path.dropFirst())", tour.browser.get(page.path))
            }
            try tour.look("search", tour.browser.get("/search"))
            try tour.look("search-found", tour.browser.get("/search?q=OTP"))
            try tour.look("search-nothing", tour.browser.get("/search?q=zzzz"))
            try tour.look("error-404", tour.browser.get("/no-such-page"))
            try tour.look("error-405", tour.browser.post("/account", [:]))
            try tour.look("error-403", tour.browser.post("/login", [:]))
        }
    }
}
