import Courier
import MariaDB
import Persistence
import Testing

@Suite("a forgotten password or ICEGATE ID") struct RecoveryTests {
    static let new = "Banyan-Shade-2047!"
    static let refused =
        "ICEGATE ID and OTPs do not match. Please check all three; if the OTPs cannot be used any more, ask for new ones."

    /// Asks for the OTPs of a forgotten password, and lets the courier handle the wish.
    @discardableResult
    static func ask(_ browser: Browser, _ name: String, on site: Site) throws -> Answer {
        let answer = try browser.submit(
            browser.get("/forgot-password"), to: "/forgot-password",
            ["icegate_id": name, "captcha": Site.captchaAnswer])
        while try site.store.handleMessageRequest() {}
        return answer
    }

    static func prove(
        _ browser: Browser, _ name: String, _ codes: (mobile: String, email: String)
    ) throws -> Answer {
        try browser.submitWithCaptcha(
            browser.get("/forgot-password/otp"), to: "/forgot-password/otp",
            Browser.proof(codes).merging(["icegate_id": name]) { $1 })
    }

    static func set(_ browser: Browser, _ password: String) throws -> Answer {
        try browser.submit(
            browser.get("/forgot-password/new"), to: "/forgot-password/new",
            ["new_password": password, "confirm_password": password])
    }

    @Test("both OTPs lead to a new password; every session ends, the owner is told, the old password is dead")
    func wholeWay() throws {
        try AccountTests.run { site, holder, loggedIn in
            let browser = Browser(site, address: "192.0.2.9")
            #expect(try browser.get("/forgot-password/new").location == "/forgot-password")
            let asked = try Self.ask(browser, holder.icegateID.lowercased(), on: site)
            #expect(asked.location?.hasPrefix("/forgot-password/otp?sent=1") == true)
            let page = try browser.follow(asked)
            #expect(page.notices.first?.hasPrefix("If there is an account with this ICEGATE ID") == true)
            #expect(page.field("icegate_id")?.attributes["value"] == holder.icegateID)
            let codes = try site.codes(of: holder)
            let proven = try Self.prove(browser, holder.icegateID, codes)
            #expect(proven.location == "/forgot-password/new")
            // The session may set a password, and nothing else.
            #expect(try browser.get("/account").location == "/login")
            let weak = try Self.set(browser, "short")
            #expect(weak.status == 422 && weak.errors(of: "new_password").contains("at least 12 characters"))
            let answer = try Self.set(browser, Self.new)
            #expect(answer.location == "/login?notice=password-set")
            #expect(try browser.follow(answer).notices == ["Your new password is set. Please log in with it."])
            #expect(try loggedIn.get("/account").location == "/login?notice=ended-elsewhere")
            #expect(try Browser(site).logIn(holder.icegateID, holder.password).status == 422)
            #expect(try Browser(site).logIn(holder.icegateID, Self.new).status == 303)
            #expect(try site.letters(to: holder.email).last?.subject == "The password of your ICEGATE ID was changed")
            #expect(
                try Self.prove(Browser(site, address: "192.0.2.10"), holder.icegateID, codes).problem == Self.refused)
        }
    }

    @Test("the answer reads the same for every name, and only an account is sent anything")
    func oneAnswer() throws {
        try AccountTests.run { site, holder, _ in
            let sent = try site.letters(to: holder.email).count
            var pages: [String] = []
            for (number, name) in [holder.icegateID, "NOBODY_1", "no name at all", "' OR 1=1 --"].enumerated() {
                let browser = Browser(site, address: "192.0.\(number).9")
                let asked = try Self.ask(browser, name, on: site)
                #expect(asked.status == 303 && asked.location?.hasPrefix("/forgot-password/otp?sent=1") == true)
                #expect(try browser.follow(asked).notices.first?.hasPrefix("If there is an account with") == true)
                let wrong = try Self.prove(browser, name, ("123456", "654321"))
                #expect(wrong.status == 422 && wrong.problem == Self.refused)
                #expect(wrong.field("captcha") != nil)
                let escaped = name.replacing("'", with: "&#39;")
                pages.append(wrong.withoutTokens.replacing(escaped, with: "NAME"))
            }
            #expect(Set(pages).count == 1)
            #expect(try site.letters(to: holder.email).count == sent + 1)
            #expect(
                try site.database.value("SELECT COUNT(*) FROM outbox WHERE template = 'password-reset'", as: Int.self)
                    == 2)
        }
    }

    @Test("five wrong tries end the OTPs for the browser that made them")
    func tries() throws {
        try AccountTests.run { site, holder, _ in
            let browser = Browser(site)
            try Self.ask(browser, holder.icegateID, on: site)
            let codes = try site.codes(of: holder)
            for _ in 1...5 {
                let answer = try Self.prove(browser, holder.icegateID, (codes.mobile, "000000"))
                #expect(answer.problem == Self.refused)
            }
            #expect(try Self.prove(browser, holder.icegateID, codes).problem == Self.refused)
            // The codes are in the owner's hands, and asking again is a way on.
            try Self.ask(browser, holder.icegateID, on: site)
            #expect(try Self.prove(browser, holder.icegateID, codes).location == "/forgot-password/new")
        }
    }

    @Test("strangers share five tries, at one instant too, and shut nobody out, even when they ask for OTPs themselves")
    func strangers() throws {
        try AccountTests.run { site, holder, _ in
            let owner = Browser(site)
            try Self.ask(owner, holder.icegateID, on: site)
            let codes = try site.codes(of: holder)
            let fields = try (0..<20).map { number in
                let stranger = Browser(site, address: "198.51.100.\(number)")
                // The first refusal makes the page ask all the others for a captcha.
                let typed = Browser.proof((codes.mobile, "000000")).merging(
                    ["icegate_id": holder.icegateID, "captcha": Site.captchaAnswer]) { $1 }
                return (
                    stranger,
                    try Browser.fields(stranger.get("/forgot-password/otp"), to: "/forgot-password/otp", typed)
                )
            }
            _ = try atOnce(20) { number in try fields[number].0.post("/forgot-password/otp", fields[number].1).status }
            #expect(
                try site.database.value("SELECT resume_tries FROM otp_pairs ORDER BY id DESC LIMIT 1", as: Int.self)
                    == 5)
            #expect(try Self.prove(Browser(site), holder.icegateID, codes).problem == Self.refused)
            for number in 1...12 {
                let asker = Browser(site, address: "203.0.113.\(number)")
                try Self.ask(asker, holder.icegateID, on: site)
                for _ in 1...6 { _ = try Self.prove(asker, holder.icegateID, ("000000", codes.email)) }
            }
            #expect(try site.codes(of: holder) == codes)
            #expect(try Self.prove(owner, holder.icegateID, codes).location == "/forgot-password/new")
        }
    }

    @Test("what a browser keeps of its wish cannot be made up, and is taken away when it is of no use any more")
    func token() throws {
        try AccountTests.run { site, holder, _ in
            let browser = Browser(site)
            try Self.ask(browser, holder.icegateID, on: site)
            let name = "__Host-icegate_recovery"
            let kept = try #require(browser.cookies[name])
            #expect(kept.hasPrefix(holder.icegateID + "."))
            for text in [holder.icegateID, kept + "0", "NOBODY" + kept, kept.replacing(".", with: ""), "..", ""] {
                let other = Browser(site)
                other.cookies[name] = text
                let page = try other.get("/forgot-password/otp")
                #expect(page.status == 200 && page.field("icegate_id")?.attributes["value"] == "", "\(text)")
            }
            try Self.ask(browser, "no name at all", on: site)
            #expect(browser.cookies[name] == "")
            try Self.ask(browser, holder.icegateID, on: site)
            _ = try Self.prove(browser, holder.icegateID, site.codes(of: holder))
            #expect(browser.cookies[name] == "")
        }
    }

    @Test("asking again while they hold sends the same OTPs, a minute apart; they expire after two hours")
    func again() throws {
        try AccountTests.run { site, holder, _ in
            let browser = Browser(site)
            try Self.ask(browser, holder.icegateID, on: site)
            let codes = try site.codes(of: holder)
            let messages = {
                try site.database.value("SELECT COUNT(*) FROM outbox WHERE template = 'password-reset'", as: Int.self)
            }
            try Self.ask(browser, holder.icegateID, on: site)
            #expect(try messages() == 2)
            try site.database.pass(.seconds(61))
            try Self.ask(browser, holder.icegateID, on: site)
            #expect(try messages() == 4)
            #expect(try site.codes(of: holder) == codes)
            try site.database.pass(.seconds(7_140))
            let late = try Self.prove(browser, holder.icegateID, codes)
            #expect(late.problem == "The OTPs have expired: they hold for 2 hours. Please ask for new ones.")
            // Written down: a clock that goes back revives nothing.
            try site.database.pass(.seconds(-600))
            #expect(try Self.prove(browser, holder.icegateID, codes).problem.hasPrefix("The OTPs have expired"))
            try Self.ask(browser, holder.icegateID, on: site)
            #expect(try messages() == 6)
            #expect(try site.codes(of: holder) != codes)
        }
    }

    @Test("the new password sent twice leads to the login page both times")
    func setTwice() throws {
        try AccountTests.run { site, holder, _ in
            let browser = Browser(site)
            try Self.ask(browser, holder.icegateID, on: site)
            _ = try Self.prove(browser, holder.icegateID, site.codes(of: holder))
            let fields = try Browser.fields(
                browser.get("/forgot-password/new"), to: "/forgot-password/new",
                ["new_password": Self.new, "confirm_password": Self.new])
            let copies = (0..<4).map { _ in browser.copy() }
            let places = try atOnce(4) { try copies[$0].post("/forgot-password/new", fields).location ?? "" }
            #expect(places.allSatisfy { $0.hasPrefix("/login?notice=password-set") }, "\(places)")
            #expect(
                try site.database.value("SELECT COUNT(*) FROM outbox WHERE template = 'password-changed'", as: Int.self)
                    == 2)
        }
    }

    @Test("a wish that nobody can read keeps no other back")
    func unreadable() throws {
        try AccountTests.run { site, holder, _ in
            try site.database.execute(
                """
                INSERT INTO message_requests (kind, icegate_id, language, client_address, request_id, requested_at)
                VALUES ('password_reset', 'NO NAME', 'en', '', '', UTC_TIMESTAMP(6))
                """)
            try Self.ask(Browser(site), holder.icegateID, on: site)
            #expect(try site.letters(to: holder.email).last?.subject == "Your e-mail OTP for a new ICEGATE password")
        }
    }

    @Test("who proved the old contacts sets no password once they were changed")
    func contactsChanged() throws {
        try AccountTests.run { site, holder, browser in
            let stranger = Browser(site)
            try Self.ask(stranger, holder.icegateID, on: site)
            _ = try Self.prove(stranger, holder.icegateID, site.codes(of: holder))
            #expect(try stranger.get("/forgot-password/new").status == 200)
            _ = try ContactChangeTests.change(browser, password: holder.password)
            let new = ContactChangeTests.new
            _ = try ContactChangeTests.prove(browser, site.codes(ofEmail: new.email, mobile: new.mobile))
            #expect(try stranger.get("/forgot-password/new").location == "/forgot-password")
        }
    }

    @Test("a right pair leads on once, however many submit it at one instant")
    func atOneInstant() throws {
        try AccountTests.run { site, holder, _ in
            let browser = Browser(site)
            try Self.ask(browser, holder.icegateID, on: site)
            let typed = Browser.proof(try site.codes(of: holder)).merging(["icegate_id": holder.icegateID]) { $1 }
            let fields = try Browser.fields(browser.get("/forgot-password/otp"), to: "/forgot-password/otp", typed)
            let answers = try atOnce(12) { _ in try browser.copy().post("/forgot-password/otp", fields).location ?? "" }
            #expect(answers.allSatisfy { $0 == "/forgot-password/new" }, "\(answers)")
        }
    }

    @Test("a forgotten ICEGATE ID goes to the registered e-mail, and the page says the same of every pair")
    func forgottenID() throws {
        try AccountTests.run { site, holder, _ in
            var pages: [String] = []
            for other in [holder, Holder(77)] {
                let browser = Browser(site)
                let answer = try browser.submit(
                    browser.get("/forgot-id"), to: "/forgot-id",
                    ["iec": other.iec, "gstin": other.gstin, "captcha": Site.captchaAnswer])
                #expect(answer.location == "/forgot-id?sent=1")
                pages.append(try browser.follow(answer).withoutTokens)
            }
            while try site.store.handleMessageRequest() {}
            #expect(Set(pages).count == 1)
            let letter = try #require(try site.letters(to: holder.email).last)
            #expect(letter.subject == "Your ICEGATE ID" && letter.body.contains(holder.icegateID))
            #expect(try site.letters(to: Holder(77).email).isEmpty)
            let browser = Browser(site)
            let empty = try browser.submit(browser.get("/forgot-id"), to: "/forgot-id")
            #expect(empty.status == 422)
            for field in ["iec", "gstin", "captcha"] { #expect(empty.errors(of: field) != "") }
        }
    }

    @Test("a change of contacts or password ends the OTPs of a forgotten one")
    func superseded() throws {
        try AccountTests.run { site, holder, browser in
            try Self.ask(Browser(site), holder.icegateID, on: site)
            let codes = try site.codes(of: holder)
            _ = try PasswordChangeTests.change(browser, PasswordChangeTests.typed(holder.password, new: Self.new))
            #expect(try Self.prove(Browser(site), holder.icegateID, codes).problem == Self.refused)
        }
    }
}
