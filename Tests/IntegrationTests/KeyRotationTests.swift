import Captcha
import FoundationEssentials
import Persistence
import Registration
import Testing

@testable import Portal

/// A change of keys while people are in the middle.
@Suite("a change of keys") struct KeyRotationTests {
    /// The first key is that of the sites.
    private static func ring(_ ids: UInt32...) throws -> KeyRing {
        try #require(KeyRing(ids.map { id in (id: id, bytes: (0..<32).map { UInt8($0) ^ UInt8(id - 1) }) }))
    }

    @Test("leaves forms, captchas, OTPs and temporary passwords good while the old key is kept, and ends them with it")
    func rotation() throws {
        try Site.run { site in
            let holders = [Holder(1), Holder(2), Holder(3)]
            let passwords = try site.invite(holders)
            let (rotated, retired) = (try site.portal(keys: Self.ring(2, 1)), try site.portal(keys: Self.ring(2)))

            // A form and its captcha that were open at the change.
            let browser = Browser(site)
            let page = try browser.get("/register")
            let token = try #require(page.html.elements("name", "captcha_token").first?.attributes["value"])
            func characters(_ portal: Portal) -> Captcha.CaptchaText? {
                portal.captchas.text(of: token, session: browser.session ?? "", now: Date())
            }
            #expect(characters(rotated) == characters(site.portal) && characters(rotated) != nil)
            #expect(characters(retired) == nil)
            let typed = Browser.identification(holders[0], passwords[0])
            #expect(try browser.on(retired).submit(page, to: "/register", typed).status == 403)
            #expect(try browser.on(rotated).submit(page, to: "/register", typed).status == 303)

            // OTPs that were sent before it.
            let half = Browser(site)
            try half.register(holders[1], passwords[1], on: site, steps: 2)
            #expect(try half.on(rotated).prove(site.codes(of: holders[1])).status == 303)

            // A temporary password that was sent before it.
            #expect(try Browser(retired).identify(holders[2], passwords[2]).status == 422)
            #expect(try Browser(rotated).identify(holders[2], passwords[2]).status == 303)

            // What is made from then on is made with the new one.
            let uses = try KeyUses.all(
                codes: site.database.portalPool, seals: site.database.auditorPool)
            #expect(uses[1]?.temporaryPasswords == 3 && uses[2] == nil)
            let new = Browser(rotated)
            try new.register(holders[2], passwords[2], on: site, steps: 2)
            #expect(
                try KeyUses.all(codes: site.database.portalPool, seals: site.database.auditorPool)[2]?.oneTimePasswords
                    == 1)
        }
    }
}
