import Courier
import HTTP
import HTTPTypes
import MariaDB
import Registration
import Testing

@Suite("case 1.2") struct Case12Tests {
    static let alternates = ["alternate_email": "new@example.org", "alternate_mobile": "7000000001"]

    /// The OTPs that the alternate contacts were sent.
    static func codes(_ site: Site) throws -> (mobile: String, email: String) {
        try (site.code(sentTo: "7000000001"), site.code(sentTo: "new@example.org"))
    }

    @Test("C7, C33: a registrant ends with other contacts, as the advisory shows it")
    func wholeWay() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            try browser.register(holder, password, on: site, steps: 3)
            var page = try browser.get("/register/alternate")
            #expect(page.text.contains("Alternate Email ID") && page.text.contains("Alternate Mobile Number"))
            page = try browser.submit(page, to: "/register/alternate")
            #expect(page.status == 422)
            #expect(!page.errors(of: "alternate_email").isEmpty && !page.errors(of: "alternate_mobile").isEmpty)
            page = try browser.submit(page, to: "/register/alternate", Self.alternates)
            #expect(page.location == "/register/alternate/otp")

            page = try browser.follow(page)
            #expect(page.notices == ["OTP sent successfully on your alternate mobile number and email id."])
            for label in ["Enter Alternate Mobile OTP", "Enter Alternate Email OTP"] {
                #expect(page.text.contains(label))
            }
            let codes = try Self.codes(site)
            page = try browser.submit(page, to: "/register/alternate/otp")
            #expect(page.problem == "\(OTPTests.wrongMobile) \(OTPTests.wrongEmail)")
            // The codes that proved the master's contacts prove nothing here.
            page = try browser.submit(page, to: "/register/alternate/otp", Browser.proof(site.codes(of: holder)))
            #expect(page.problem == "\(OTPTests.wrongMobile) \(OTPTests.wrongEmail)")
            page = try browser.submit(page, to: "/register/alternate/otp", Browser.proof(codes))
            #expect(page.location == "/register/done")
            page = try browser.follow(page)
            #expect(
                page.notices == [
                    "OTP verified successfully. Your ICEGATE ID and password generated successfully. Please login with your credentials. Your ICEGATE ID is \(holder.icegateID)"
                ])

            let row = try #require(
                try site.database.rows(
                    "SELECT a.email, a.mobile, m.email, m.mobile FROM accounts a JOIN master_entries m"
                ).first)
            #expect(
                row.values == [
                    .text("new@example.org"), .text("7000000001"), .text(holder.email), .text(holder.mobile),
                ])
            #expect(try site.letters(to: "new@example.org").last?.subject == "Your ICEGATE registration is complete")
            #expect(try site.letters(to: holder.email).last?.subject == "The contacts of your ICEGATE ID were changed")
            #expect(try site.letters(to: holder.mobile).last?.body.contains("were changed") == true)
            #expect(try browser.logIn(holder.icegateID, holder.password).location == "/account")
        }
    }

    @Test("C32: whoever leaves the change finishes with the old contacts")
    func abandoned() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            try browser.register(holder, password, on: site, steps: 3)
            _ = try browser.submit(browser.get("/register/alternate"), to: "/register/alternate", Self.alternates)
            _ = try Self.codes(site)
            let done = try browser.follow(browser.finish())
            #expect(done.notices[0].hasPrefix("OTP verify successfully."))
            #expect(try site.database.value("SELECT email FROM accounts", as: String.self) == holder.email)
            let late = try browser.get("/register/alternate/otp")
            #expect(late.location == "/register/done")
            #expect(try site.letters(to: "new@example.org").count == 1)
        }
    }

    @Test(
        "A6, A7, A9, C29: contacts that cannot be used are refused at their field",
        arguments: [
            ("a@b", "7000000001"), ("a@b.in\r\nBcc: x@y.in", "7000000001"), ("a@b.in,c@d.in", "7000000001"),
            ("\(String(repeating: "x", count: 40))@example.org", "7000000001"), ("a b@c.in", "7000000001"),
            ("new@example.org", "5000000001"), ("new@example.org", "700000000"), ("new@example.org", "७०००००००००"),
            ("new@example.org", "7000000001&to=1"), ("new@example.org", "+14155550100"),
        ])
    func unusable(email: String, mobile: String) throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            try browser.register(holder, password, on: site, steps: 3)
            let before = try site.database.dump()
            let answer = try browser.submit(
                browser.get("/register/alternate"), to: "/register/alternate",
                ["alternate_email": email, "alternate_mobile": mobile])
            #expect(answer.status == 422)
            #expect(answer.errors(of: "alternate_email").isEmpty == (email == "new@example.org"))
            #expect(answer.errors(of: "alternate_mobile").isEmpty == (mobile == "7000000001"))
            #expect(try site.database.dump() == before)
        }
    }

    @Test("D5: Finish and the alternate OTPs at the same instant make one account")
    func finishAndProve() throws {
        try Site.run { site in
            for number in 1...4 {
                let (holder, password) = try site.invite(number)
                let browser = Browser(site, address: "192.0.2.\(number)")
                try browser.register(holder, password, on: site, steps: 3)
                let alternates = [
                    "alternate_email": "new\(number)@example.org", "alternate_mobile": "700000000\(number)",
                ]
                let page = try browser.follow(
                    browser.submit(browser.get("/register/alternate"), to: "/register/alternate", alternates))
                let question = try browser.get("/register/finish")
                let codes = try (
                    mobile: site.code(sentTo: "700000000\(number)"),
                    email: site.code(sentTo: "new\(number)@example.org")
                )
                let answers = try atOnce(2) { half in
                    half == 0
                        ? try browser.copy().submit(question, to: "/register/finish")
                        : try browser.copy().submit(page, to: "/register/alternate/otp", Browser.proof(codes))
                }
                #expect(answers.allSatisfy { $0.status == 303 && $0.location == "/register/done" })
                #expect(try site.database.value("SELECT COUNT(*) FROM accounts", as: Int.self) == number)
            }
        }
    }

    @Test("C29, C30: one number is sent three messages in ten minutes by whomever, and then 429")
    func quota() throws {
        try Site.run { site in
            for number in 1...4 {
                let (holder, password) = try site.invite(number)
                let browser = Browser(site, address: "192.0.2.\(number)")
                try browser.register(holder, password, on: site, steps: 3)
                let answer = try browser.submit(
                    browser.get("/register/alternate"), to: "/register/alternate",
                    ["alternate_email": "new\(number)@example.org", "alternate_mobile": "7000000001"])
                #expect(answer.status == (number <= 3 ? 303 : 429))
                if number == 4 { #expect(answer.response.headers[.retryAfter] != nil) }
            }
            #expect(try site.letters(to: "7000000001").count == 3)
        }
    }

    @Test("C29, C30: one registration is sent three pairs for other contacts, and is then told to finish")
    func pairs() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            try browser.register(holder, password, on: site, steps: 3)
            for number in 1...4 {
                let answer = try browser.submit(
                    browser.get("/register/alternate"), to: "/register/alternate",
                    ["alternate_email": "new\(number)@example.org", "alternate_mobile": "700000000\(number)"])
                #expect(answer.status == (number <= 3 ? 303 : 422))
                if number == 4 { #expect(answer.problem.hasPrefix("No further OTPs can be sent")) }
            }
            #expect(try browser.finish().location == "/register/done")
        }
    }
}
