import Courier
import HTTP
import HTTPTypes
import MariaDB
import Registration
import Testing

@Suite("case 2") struct ResumeTests {
    static let mismatch =
        "These details and OTPs do not match. Please check all four; if the OTPs cannot be used any more, start again with Simplified Registration."

    private static func typed(_ holder: Holder, _ codes: (mobile: String, email: String)) -> [String: String] {
        ["iec": holder.iec, "gstin": holder.gstin].merging(Browser.proof(codes)) { $1 }
    }

    /// Sends the page's form, with the captcha where the page asks for one.
    private static func resume(
        _ browser: Browser, _ holder: Holder, _ codes: (mobile: String, email: String), from page: Answer? = nil
    ) throws -> Answer {
        let page = try page ?? browser.get("/resume")
        var fields = typed(holder, codes)
        if page.field("captcha") != nil { fields["captcha"] = Site.captchaAnswer }
        return try browser.submit(page, to: "/resume", fields)
    }

    @Test("B10: OTPs that came before the session timed out carry on in any browser, up to the end")
    func carryingOn() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let first = Browser(site)
            try first.register(holder, password, on: site, steps: 2)
            let codes = try site.codes(of: holder)
            try site.database.pass(.seconds(1_000))
            let browser = Browser(site, address: "192.0.2.2")
            let page = try browser.get("/resume")
            for label in ["IEC Number", "GSTIN Number", "Mobile OTP", "Email OTP"] {
                #expect(page.text.contains(label))
            }
            #expect(page.field("captcha") == nil)
            var answer = try browser.submit(page, to: "/resume", Self.typed(holder, codes))
            #expect(answer.location == "/register/verified")
            answer = try browser.follow(answer)
            #expect(answer.notices == ["OTP verified successfully."])
            #expect(try browser.follow(browser.finish()).path == "/register/done")
            #expect(try Browser(site).logIn(holder.icegateID, holder.password).location == "/account")
        }
    }

    @Test("a change of contacts that was cut off ends here as well")
    func alternate() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let first = Browser(site)
            try first.register(holder, password, on: site, steps: 3)
            _ = try first.submit(first.get("/register/alternate"), to: "/register/alternate", Case12Tests.alternates)
            let codes = try Case12Tests.codes(site)
            try site.database.pass(.seconds(1_000))
            let browser = Browser(site, address: "192.0.2.2")
            let answer = try Self.resume(browser, holder, codes)
            #expect(answer.location == "/register/done")
            #expect(try browser.follow(answer).notices[0].hasPrefix("OTP verified successfully. Your ICEGATE ID and"))
            #expect(try site.database.value("SELECT email FROM accounts", as: String.self) == "new@example.org")
        }
    }

    @Test("C19: unknown pair, nothing pending, wrong OTPs and dead OTPs read the same")
    func oneAnswer() throws {
        try Site.run { site in
            let holders = (1...5).map { Holder($0) }
            let passwords = try site.invite(holders)
            try Browser(site).register(holders[0], passwords[0], on: site, steps: 2)
            try Browser(site).register(holders[1], passwords[1], on: site, steps: 1)
            try Browser(site).register(holders[2], passwords[2], on: site, steps: 4)
            let used = try site.codes(of: holders[2])
            try site.database.pass(.seconds(61))
            let expected = try Self.resume(Browser(site, address: "192.0.2.10"), Holder(99), ("111111", "222222"))
            #expect(expected.status == 422 && expected.problem == Self.mismatch)
            let tries: [(Holder, (mobile: String, email: String))] = [
                (holders[0], ("111111", "222222")), (holders[1], ("111111", "222222")), (holders[2], used),
                (holders[3], ("111111", "222222")),
            ]
            for (number, (holder, codes)) in tries.enumerated() {
                let answer = try Self.resume(Browser(site, address: "192.0.2.\(20 + number)"), holder, codes)
                #expect(answer.status == 422)
                #expect(answer.setCookies.isEmpty)
                #expect(answer.problem == Self.mismatch)
                #expect(answer.field("captcha") != nil)
                #expect(answer.without(holder) == expected.without(Holder(99)))
            }
        }
    }

    @Test(
        "C15: a wrong try makes the page ask for a captcha: for the pair anywhere, and for any pair from that address")
    func captcha() throws {
        try Site.run { site in
            let holders = [Holder(1), Holder(2)]
            let passwords = try site.invite(holders)
            for number in 0...1 { try Browser(site).register(holders[number], passwords[number], on: site, steps: 2) }
            let stranger = Browser(site, address: "192.0.2.66")
            #expect(try Self.resume(stranger, holders[0], ("111111", "222222")).problem == Self.mismatch)
            #expect(try stranger.get("/resume").field("captcha") != nil)

            // The owner, elsewhere, is asked once the pair is known.
            let owner = Browser(site, address: "192.0.2.1")
            let page = try owner.get("/resume")
            #expect(page.field("captcha") == nil)
            let asked = try owner.submit(page, to: "/resume", Self.typed(holders[0], site.codes(of: holders[0])))
            #expect(asked.status == 422)
            #expect(asked.errors(of: "captcha") == "Enter the 6 characters of the captcha.")
            #expect(
                try Self.resume(owner, holders[0], site.codes(of: holders[0]), from: asked).location
                    == "/register/verified")
            #expect(
                try Self.resume(Browser(site, address: "192.0.2.2"), holders[1], site.codes(of: holders[1])).location
                    == "/register/verified")
        }
    }

    @Test("C15: a stranger who uses up the tries here shuts nobody out of the live page")
    func ownTries() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            try browser.register(holder, password, on: site, steps: 2)
            let codes = try site.codes(of: holder)
            for number in 1...7 {
                let stranger = Browser(site, address: "192.0.2.\(100 + number)")
                let page = try stranger.submit(
                    stranger.get("/resume"), to: "/resume", Self.typed(holder, OTPTests.wrong(codes)))
                if page.field("captcha") != nil, number > 1 {
                    #expect(try Self.resume(stranger, holder, OTPTests.wrong(codes), from: page).status == 422)
                }
            }
            #expect(try site.database.value("SELECT resume_tries FROM otp_pairs", as: Int.self) == 5)
            let late = Browser(site, address: "192.0.2.1")
            let asked = try late.submit(late.get("/resume"), to: "/resume", Self.typed(holder, codes))
            #expect(try Self.resume(late, holder, codes, from: asked).problem == Self.mismatch)
            #expect(try browser.prove(codes).location == "/register/verified")
        }
    }

    @Test(
        "C2: of 50 wrong tries from 50 addresses at the same instant five are judged, and one right one is consumed once"
    )
    func atOnceOnResume() throws {
        try Site.run(threads: 50) { site in
            let holders = [Holder(1), Holder(2)]
            let passwords = try site.invite(holders)
            for number in 0...1 { try Browser(site).register(holders[number], passwords[number], on: site, steps: 2) }
            let codes = try holders.map { try site.codes(of: $0) }
            let pages = try (0..<50).map { number in
                let browser = Browser(site, address: "192.0.2.\(number + 100)")
                return (browser, try browser.get("/resume"))
            }
            let wrong = try atOnce(50) { number in
                try Self.resume(pages[number].0, holders[0], OTPTests.wrong(codes[0]), from: pages[number].1)
            }
            #expect(wrong.allSatisfy { $0.status == 422 })
            #expect(try site.database.value("SELECT MAX(resume_tries) FROM otp_pairs", as: Int.self) <= 5)

            let fresh = try (0..<50).map { number in
                let browser = Browser(site, address: "198.51.100.\(number)")
                return (browser, try browser.get("/resume"))
            }
            let right = try atOnce(50) { number in
                try Self.resume(fresh[number].0, holders[1], codes[1], from: fresh[number].1)
            }
            #expect(right.filter { $0.location == "/register/verified" }.count >= 1)
            #expect(right.allSatisfy { $0.status == 303 || $0.status == 422 })
            #expect(
                try site.database.value("SELECT COUNT(*) FROM otp_pairs WHERE end_reason = 'consumed'", as: Int.self)
                    == 1)
        }
    }

    @Test("OTPs that are right and too old are told so, and the way leads back to the beginning")
    func expired() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            try Browser(site).register(holder, password, on: site, steps: 2)
            let codes = try site.codes(of: holder)
            try site.database.pass(.seconds(7_201))
            let browser = Browser(site, address: "192.0.2.2")
            let answer = try Self.resume(browser, holder, codes)
            #expect(answer.status == 422)
            #expect(answer.problem == ExpiryTests.expired)
            #expect(try browser.identify(holder, password).location == "/register/account")
        }
    }

    @Test("the older browser is told that the registration went on elsewhere")
    func older() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let first = Browser(site)
            try first.register(holder, password, on: site, steps: 2)
            let codes = try site.codes(of: holder)
            #expect(try Self.resume(Browser(site, address: "192.0.2.2"), holder, codes).status == 303)
            #expect(try first.get("/register/otp").location == "/register?ended=taken-over")
        }
    }
}

extension Answer {
    /// The page without tokens and without what was typed of a holder.
    fileprivate func without(_ holder: Holder) -> String {
        withoutTokens.replacing(holder.gstin, with: "GSTIN").replacing(holder.iec, with: "IEC")
    }
}
