import Courier
import MariaDB
import Testing

@Suite("a change of password") struct PasswordChangeTests {
    static func typed(_ password: String, new: String) -> [String: String] {
        ["password": password, "new_password": new, "confirm_password": new]
    }

    static func change(_ browser: Browser, _ typed: [String: String]) throws -> Answer {
        try browser.submit(browser.get("/account/password"), to: "/account/password", typed)
    }

    static let new = "Banyan-Shade-2047!"

    @Test("ends every other session, keeps this one in a new cookie, and tells the owner")
    func change() throws {
        try AccountTests.run { site, holder, browser in
            let other = Browser(site)
            _ = try other.logIn(holder.icegateID, holder.password)
            let old = browser.copy()
            let answer = try Self.change(browser, Self.typed(holder.password, new: Self.new))
            #expect(answer.location == "/account/password?changed=1")
            #expect(try browser.follow(answer).notices.first?.hasPrefix("Your password is changed.") == true)
            #expect(try other.get("/account").location == "/login?notice=ended-elsewhere")
            #expect(try old.get("/account").status == 303)
            #expect(try Browser(site).logIn(holder.icegateID, holder.password).status == 422)
            #expect(try Browser(site).logIn(holder.icegateID, Self.new).status == 303)
            #expect(try site.letters(to: holder.email).last?.subject == "The password of your ICEGATE ID was changed")
            #expect(try site.letters(to: holder.mobile).last?.body.contains("was changed") == true)
        }
    }

    @Test("wants the current password, and a new one that keeps every rule and differs from it")
    func refused() throws {
        try AccountTests.run { _, holder, browser in
            let wrong = try Self.change(browser, Self.typed("Wrong-Password-1!", new: Self.new))
            #expect(wrong.status == 422)
            #expect(wrong.errors(of: "password") == "The current password is not correct. Please try again.")
            let same = try Self.change(browser, Self.typed(holder.password, new: holder.password))
            #expect(same.errors(of: "new_password") == "The new password should differ from the current one.")
            let empty = try Self.change(browser, [:])
            for field in ["password", "new_password", "confirm_password"] { #expect(empty.errors(of: field) != "") }
            let personal = try Self.change(browser, Self.typed(holder.password, new: "x\(holder.iec)-Aa1!"))
            #expect(personal.errors(of: "new_password").contains("should not contain your ICEGATE ID"))
            var typed = Self.typed(holder.password, new: Self.new)
            typed["confirm_password"] = "Banyan-Shade-2048!"
            #expect(
                try Self.change(browser, typed).errors(of: "confirm_password") == "The two passwords are not the same.")
        }
    }

    @Test("sent twice at one instant leads on both times, and is done once")
    func twice() throws {
        try AccountTests.run { site, holder, browser in
            let fields = try Browser.fields(
                browser.get("/account/password"), to: "/account/password", Self.typed(holder.password, new: Self.new))
            let copies = (0..<4).map { _ in browser.copy() }
            let answers = try atOnce(4) { try copies[$0].post("/account/password", fields) }
            #expect(answers.allSatisfy { $0.location?.hasPrefix("/account/password?changed=1") == true })
            for copy in copies { #expect(try copy.post("/account/password", fields).status == 303) }
            #expect(
                try site.database.value("SELECT COUNT(*) FROM outbox WHERE template = 'password-changed'", as: Int.self)
                    == 2)
        }
    }

    @Test("of 50 wrong current passwords at one instant five are judged")
    func guesses() throws {
        try AccountTests.run { site, holder, browser in
            let fields = try Browser.fields(
                browser.get("/account/password"), to: "/account/password",
                Self.typed("Wrong-Password-1!", new: Self.new))
            let answers = try atOnce(50) { _ in try browser.copy().post("/account/password", fields).status }
            #expect(answers.filter { $0 == 422 }.count == 5, "\(answers)")
            #expect(answers.filter { $0 == 429 }.count == 45)
        }
    }

    @Test("of two at one instant one is carried out")
    func atOneInstant() throws {
        try AccountTests.run { site, holder, browser in
            let page = try browser.get("/account/password")
            let fields = try (0..<2).map { number in
                try Browser.fields(
                    page, to: "/account/password", Self.typed(holder.password, new: "Banyan-Shade-204\(number)!"))
            }
            let places = try atOnce(2) { number in
                try browser.copy().post("/account/password", fields[number]).location ?? ""
            }
            #expect(places.filter { $0.hasPrefix("/account/password?changed=1") }.count == 1, "\(places)")
            let works = try (0..<2).filter { number in
                try Browser(site).logIn(holder.icegateID, "Banyan-Shade-204\(number)!").status == 303
            }
            #expect(works.count == 1)
        }
    }
}
