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

    private static func changeEncoded(_ browser: Browser, _ typed: [String: String]) throws -> Answer {
        let fields = try Browser.fields(browser.get("/account/password"), to: "/account/password", typed)
        return try browser.postEncoded("/account/password", fields)
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
            for answer in answers {
                #expect(answer.location?.hasPrefix("/account/password?changed=1") == true, "\(answer.status)")
            }
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

    @Test(
        "C22: says what is wrong with a long, unseen or blank password, whatever it holds; the edge of each rule is sharp"
    )
    func bounds() throws {
        try AccountTests.run { _, holder, browser in
            let tooLong = "The password should not exceed 128 characters."
            let tooShort = "The password should have at least 12 characters."
            let control = "The password should not contain control characters."
            func padded(to count: Int, with filler: String = "x") -> String {
                // No piece over and over, nor one character after itself: that would be too common as well.
                "Qz7!" + (0..<count - 4).map { [filler, "k", "5"][$0 % 3] }.joined()
            }
            for (password, reason) in [
                (padded(to: 11), tooShort), (padded(to: 129), tooLong), (padded(to: 1_024), tooLong),
                (padded(to: 1_025), tooLong), (padded(to: 4_096), tooLong), (padded(to: 11) + "\0", control),
                ("\0", control), (padded(to: 129, with: "😀"), tooLong), (padded(to: 129, with: "e\u{301}"), tooLong),
                (String(repeating: " ", count: 12), "The password should contain a number."),
                (String(repeating: " ", count: 129), tooLong),
            ] {
                let answer = try Self.changeEncoded(browser, Self.typed(holder.password, new: password))
                #expect(answer.status == 422, "\(password.utf8.count)")
                #expect(answer.errors(of: "new_password").contains(reason), "\(answer.errors(of: "new_password"))")
                #expect(answer.errors(of: "confirm_password") == "")
                let login = try Self.changeEncoded(browser, Self.typed(password, new: "x"))
                #expect(login.status == 422, "\(password.utf8.count)")
            }
            let beyond = try Self.changeEncoded(browser, Self.typed(holder.password, new: padded(to: 4_097)))
            #expect(beyond.status == 413)

            var old = holder.password
            for password in [
                padded(to: 12), padded(to: 128), padded(to: 128, with: "😀"), padded(to: 128, with: "e\u{301}"),
            ] {
                let answer = try Self.changeEncoded(browser, Self.typed(old, new: password))
                #expect(answer.status == 303, "\(answer.problem)")
                old = password
            }
            // The same password, typed on another keyboard.
            let composed = try Self.changeEncoded(
                browser, Self.typed(padded(to: 128, with: "\u{E9}"), new: "Banyan-Shade-2047!"))
            #expect(composed.status == 303)
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
