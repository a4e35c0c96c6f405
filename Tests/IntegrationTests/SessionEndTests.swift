import HTMLTemplate
import HTTP
import Persistence
import Testing

@testable import Portal

@Suite("a session that was left alone") struct SessionEndTests {
    private static func state(_ browser: Browser, on site: Site) throws -> SessionState {
        try site.store.session(#require(SessionID(cookie: browser.session ?? ""))).state
    }

    @Test("of an account is told of on the login page, and not on those of the registration")
    func account() throws {
        try AccountTests.run { site, _, browser in
            try site.database.pass(.seconds(1_801))
            let page = try browser.get("/register")
            #expect(page.status == 200 && page.problem == "")
            #expect(try browser.get("/register/otp").location == "/register")
            #expect(try browser.get("/account").location == "/login?notice=timed-out")
            #expect(
                try browser.get("/login").notices.first?.hasPrefix("Your session has ended: it holds for 30") == true)
        }
    }

    @Test("of a registration is told of on its first page, and not on the login page")
    func registration() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            try browser.register(holder, password, on: site, steps: 2)
            try site.database.pass(.seconds(901))
            #expect(try browser.get("/account").location == "/login")
            #expect(try browser.get("/login").notices.isEmpty)
            #expect(try browser.get("/register/otp").location == "/register?ended=timed-out")
            #expect(try browser.get("/register").problem == ExpiryTests.timedOut)
        }
    }

    @Test("for a new password is known as one, and told of neither there nor there")
    func passwordReset() throws {
        try AccountTests.run { site, holder, _ in
            let browser = Browser(site, address: "192.0.2.9")
            try RecoveryTests.ask(browser, holder.icegateID, on: site)
            _ = try RecoveryTests.prove(browser, holder.icegateID, site.codes(of: holder))
            try site.database.pass(.seconds(901))
            #expect(try browser.get("/forgot-password/new").location == "/forgot-password")
            #expect(try browser.get("/login").notices.isEmpty)
            #expect(try browser.get("/register").problem == "")
            let state = try Self.state(browser, on: site)
            let visit = Visit(portal: site.portal, request: .init(), state: state)
            #expect(
                visit.passwordResetEnd
                    == "Your session has ended: it holds for 15 minutes without a request. Your password is as it was. Please ask for new OTPs."
            )
            #expect(Visit(portal: site.portal, request: .init(), state: .timedOut(.account)).passwordResetEnd == nil)
        }
    }
}
