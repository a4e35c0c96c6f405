import MariaDB
import Testing

@Suite("where an account is logged in") struct AccountSessionTests {
    @Test("one session is ended from another, and its browser is told")
    func endOne() throws {
        try AccountTests.run { site, holder, browser in
            let lost = Browser(site, address: "198.51.100.7")
            _ = try lost.logIn(holder.icegateID, holder.password)
            let page = try browser.get("/account/sessions")
            #expect(page.text.contains("198.51.100.7") && page.text.contains("this browser"))
            let buttons = try #require(page.html.forms.first { $0.action == "/account/sessions" }?.buttons)
            #expect(buttons.count == 2)
            let answer = try browser.submit(page, to: "/account/sessions", button: buttons[0])
            #expect(answer.location == "/account/sessions?ended=1")
            let after = try browser.follow(answer)
            #expect(after.notices == ["That session has ended: whoever used it has to log in again."])
            #expect(try browser.get("/account/sessions").notices.isEmpty)
            #expect(try lost.get("/account").location == "/login?notice=ended-elsewhere")
            let told = try lost.open("/account")
            #expect(told.notices.first?.hasPrefix("Your session was ended from another place") == true)
            #expect(try browser.get("/account").status == 200)
            #expect(try !browser.get("/account/sessions").text.contains("198.51.100.7"))
        }
    }

    @Test("each button is described by the session that it ends, in words of the page's language")
    func described() throws {
        try AccountTests.run { site, holder, browser in
            let other = Browser(site, address: "198.51.100.7")
            _ = try other.logIn(holder.icegateID, holder.password)
            try site.database.execute(
                "UPDATE sessions SET browser = 'Chrome on Linux' WHERE client_address = '198.51.100.7'")
            for (language, words) in [("en", "Chrome on Linux"), ("hi", "Linux पर Chrome")] {
                let page = try browser.get("/account/sessions?lang=\(language)")
                let button = try #require(
                    page.html.elements("name", "session").first { $0.attributes["value"] != "all" })
                let described = try #require(button.attributes["aria-describedby"])
                let text = try #require(page.html.elements("id", described).first?.text)
                #expect(text.contains(words) && text.contains("198.51.100.7"), "\(text)")
            }
        }
    }

    @Test("all are ended at once, this one as well")
    func endAll() throws {
        try AccountTests.run { site, holder, browser in
            let other = Browser(site)
            _ = try other.logIn(holder.icegateID, holder.password)
            let old = browser.copy()
            let answer = try browser.submit(
                browser.get("/account/sessions"), to: "/account/sessions", button: ("session", "all"))
            #expect(answer.location == "/login?notice=logged-out")
            #expect(browser.session != old.session)
            for who in [browser, other, old] { #expect(try who.get("/account").status == 303) }
        }
    }

    @Test("B16: nobody ends a session of another account, or one that is none")
    func foreign() throws {
        try AccountTests.run { site, holder, browser in
            let second = Browser(site)
            _ = try second.logIn(holder.icegateID, holder.password)
            let (other, password) = try site.invite(2)
            try Browser(site).register(other, password, on: site)
            let stranger = Browser(site, address: "198.51.100.7")
            _ = try stranger.logIn(other.icegateID, other.password)
            let buttons = try browser.get("/account/sessions").html.elements("name", "session")
            let handle = try #require(buttons.compactMap { $0.attributes["value"] }.first { $0.utf8.count == 32 })
            for typed in [handle, "", "all ", "0", String(repeating: "a", count: 32), browser.session ?? ""] {
                let answer = try stranger.post(
                    "/account/sessions",
                    ["session": typed, "form_token": stranger.formToken(for: "/account/sessions")])
                #expect(answer.location == "/account/sessions?ended=1")
                for who in [browser, second, stranger] { #expect(try who.get("/account").status == 200) }
            }
        }
    }
}
