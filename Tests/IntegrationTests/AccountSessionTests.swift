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
            #expect(answer.location == "/account/sessions")
            #expect(try lost.get("/account").location == "/login?notice=ended-elsewhere")
            let told = try lost.open("/account")
            #expect(told.notices.first?.hasPrefix("Your session was ended from another place") == true)
            #expect(try browser.get("/account").status == 200)
            #expect(try !browser.get("/account/sessions").text.contains("198.51.100.7"))
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

    @Test("nobody ends a session of another account, or one that is none")
    func foreign() throws {
        try AccountTests.run { site, holder, browser in
            let (other, password) = try site.invite(2)
            try Browser(site).register(other, password, on: site)
            let stranger = Browser(site, address: "198.51.100.7")
            _ = try stranger.logIn(other.icegateID, other.password)
            let handle = try #require(
                try browser.get("/account/sessions").html.elements("name", "session").map { $0.attributes["value"] }
                    .last)
            let handles = [handle ?? "", "", "all ", "0", String(repeating: "a", count: 32), browser.session ?? ""]
            for handle in handles {
                let answer = try stranger.post(
                    "/account/sessions",
                    ["session": handle, "form_token": stranger.formToken(for: "/account/sessions")])
                if handle != "all" { #expect(answer.location == "/account/sessions") } else { break }
            }
            #expect(try browser.get("/account").status == 200)
        }
    }
}
