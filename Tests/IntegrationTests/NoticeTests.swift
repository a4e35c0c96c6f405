import HTTP
import HTTPTypes
import Registration
import Sodium
import Testing

@testable import Portal

@Suite("notices that a redirect carries") struct NoticeTests {
    static let places: [(path: String, query: String)] = [
        ("/register", "ended=expired"), ("/register", "ended=taken-over"), ("/forgot-id", "sent=1"),
        ("/temporary-password", "sent=1"), ("/admin/login", "ended=1"), ("/admin/login", "logged-out=1"),
        ("/account/contact", "changed=1"), ("/account/sessions", "ended=1"),
        ("/login", "notice=password-set"), ("/account/password", "changed=1"), ("/forgot-password/otp", "sent=1"),
    ]

    /// What a page says of what went before.
    private static func said(_ page: Answer) -> [String] { page.notices + page.alerts }

    @Test("a link that somebody else wrote makes no page say anything", arguments: places)
    func forged(path: String, query: String) throws {
        try AccountTests.run { _, _, browser in
            let who = path.hasPrefix("/account") ? browser : Browser(browser.portal)
            _ = try who.get("/forgot-id")
            let plain = try who.get(path)
            for code in ["", "&code=", "&code=0123456789abcdef", "&code=" + String(repeating: "0", count: 64)] {
                let page = try who.get("\(path)?\(query)\(code)")
                #expect(page.status == 200 && Self.said(page) == Self.said(plain), "\(path)?\(query)\(code)")
            }
            let parts = query.split(separator: "=").map(String.init)
            let told = try who.open(try #require(Route(path: path)), telling: Notice(parts[0], parts[1]))
            #expect(told.status == 200 && Self.said(told) != Self.said(plain), "\(path)?\(query)")
        }
    }

    @Test("a notice is good in the session that it was written for, and on the page")
    func bound() throws {
        try Site.run { site in
            let browser = Browser(site)
            let answer = try browser.submit(
                browser.get("/forgot-id"), to: "/forgot-id",
                ["iec": Holder(1).iec, "gstin": Holder(1).gstin, "captcha": Site.captchaAnswer])
            let place = try #require(answer.response.headers[.location])
            #expect(try browser.get(place).notices.count == 1)
            #expect(try browser.get(place + "&lang=hi").notices.count == 1)
            let stranger = Browser(site)
            #expect(try stranger.get(place).notices.isEmpty)
            #expect(try stranger.get(place).notices.isEmpty)
            let query = try #require(place.split(separator: "?").last)
            #expect(try browser.get("/temporary-password?" + query).field("iec") != nil)
        }
    }

    @Test("a code is 16 hexadecimal digits, and differs from session to session")
    func codes() throws {
        try Site.run { site in
            let codes = try (0..<2).map { _ in
                let browser = Browser(site)
                let answer = try browser.submit(
                    browser.get("/temporary-password"), to: "/temporary-password",
                    ["iec": Holder(1).iec, "gstin": Holder(1).gstin, "captcha": Site.captchaAnswer])
                return String(answer.response.headers[.location]?.split(separator: "=").last ?? "")
            }
            #expect(Set(codes).count == 2)
            for code in codes { #expect(code.utf8.count == 16 && Hexadecimal.decode(code) != nil) }
        }
    }
}
