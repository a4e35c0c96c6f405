import MariaDB
import Testing

@Suite("expiry") struct ExpiryTests {
    static let expired =
        "The OTPs have expired: they hold for 2 hours. The ICEGATE ID that was held for you is free again. Please start fresh."
    static let timedOut =
        "Your session has ended: it holds for 15 minutes without a request, and for 2 hours in all. If you have the OTPs already, carry on with them; otherwise enter your details again."

    @Test("C8: OTPs hold for two hours and no longer")
    func twoHours() throws {
        try Site.run { site in
            let holders = [Holder(1), Holder(2)]
            let passwords = try site.invite(holders)
            for (number, holder) in holders.enumerated() {
                try Browser(site).register(holder, passwords[number], on: site, steps: 2)
            }
            try site.database.pass(.seconds(7_190))
            // A session that is new, since the first has timed out long ago.
            let browsers = [Browser(site), Browser(site)]
            for (number, browser) in browsers.enumerated() {
                #expect(try browser.identify(holders[number], passwords[number]).location == "/register/otp")
            }
            #expect(try browsers[0].prove(site.codes(of: holders[0])).location == "/register/verified")

            let page = try browsers[1].get("/register/otp")
            try site.database.pass(.seconds(11))
            let answer = try browsers[1].submit(page, to: "/register/otp", Browser.proof(site.codes(of: holders[1])))
            #expect(answer.location == "/register?ended=expired")
            let start = try browsers[1].follow(answer)
            #expect(start.status == 200 && start.problem == Self.expired)
            #expect(try browsers[1].get("/register/otp").location == "/register?ended=expired")
            #expect(try browsers[1].submit(page, to: "/register/otp/resend").location == "/register?ended=expired")
        }
    }

    @Test("whoever comes back after two hours is told that the OTPs have expired, not to carry on with them")
    func afterTwoHours() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            let page = try browser.register(holder, password, on: site, steps: 2)
            let codes = try site.codes(of: holder)
            try site.database.pass(.seconds(7_201))
            #expect(try browser.open("/register/otp").problem == Self.expired)
            let answer = try browser.submit(page, to: "/register/otp", Browser.proof(codes))
            #expect(answer.location == "/register?ended=expired")
        }
    }

    @Test("a registration that was proven has to be finished before its OTPs expire")
    func provenExpires() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            try Browser(site).register(holder, password, on: site, steps: 3)
            try site.database.pass(.seconds(7_190))
            let browser = Browser(site)
            #expect(try browser.identify(holder, password).location == "/register/verified")
            let question = try browser.get("/register/finish")
            try site.database.pass(.seconds(11))
            #expect(try browser.submit(question, to: "/register/finish").location == "/register?ended=expired")
            #expect(try site.database.value("SELECT COUNT(*) FROM accounts", as: Int.self) == 0)
        }
    }

    @Test("D3: the name that was held is free again, and whoever is first gets it")
    func nameIsFree() throws {
        try Site.run { site in
            let holders = [Holder(1), Holder(2)]
            let passwords = try site.invite(holders)
            let first = Browser(site)
            _ = try first.identify(holders[0], passwords[0])
            _ = try first.choose("WANTED", password: holders[0].password)
            try site.database.pass(.seconds(7_190))
            let second = Browser(site)
            _ = try second.identify(holders[1], passwords[1])
            #expect(try second.choose("wanted", password: holders[1].password).problem == AccountDetailsTests.taken)
            try site.database.pass(.seconds(11))
            #expect(try second.choose("wanted", password: holders[1].password).location == "/register/otp")

            #expect(try first.identify(holders[0], passwords[0]).location == "/register/account")
            #expect(try first.choose("WANTED", password: holders[0].password).problem == AccountDetailsTests.taken)
            #expect(try first.choose("OTHER", password: holders[0].password).location == "/register/otp")
            #expect(try second.prove(site.codes(of: holders[1])).status == 303)
            _ = try second.finish()
        }
    }

    @Test("a name that is held while the rest of its form is mended is free when the registration expires")
    func heldNameIsFree() throws {
        try Site.run { site in
            let holders = [Holder(1), Holder(2)]
            let passwords = try site.invite(holders)
            let first = Browser(site)
            _ = try first.identify(holders[0], passwords[0])
            // A page now and then keeps the session, and with it the registration's first two hours, alone.
            for _ in 0..<8 {
                try site.database.pass(.seconds(895))
                #expect(try first.get("/register/account").status == 200)
            }
            var choice = Browser.choice("WANTED", holders[0].password)
            choice["confirm_password"] = "Another-Tree-1"
            #expect(try first.submit(first.get("/register/account"), to: "/register/account", choice).status == 422)
            // Nobody looks at the registration from its expiry on.
            try site.database.pass(.seconds(41))
            #expect(try site.database.brokenInvariants() == [])
            let second = Browser(site)
            _ = try second.identify(holders[1], passwords[1])
            #expect(try second.choose("WANTED", password: holders[1].password).location == "/register/otp")
        }
    }

    @Test("D1, D3: of twenty registrants who want a name that has just become free one gets it")
    func reclaimedAtOnce() throws {
        try Site.run(threads: 20) { site in
            let holders = (1...20).map { Holder($0) }
            let passwords = try site.invite(holders)
            let first = Browser(site)
            _ = try first.identify(holders[0], passwords[0])
            _ = try first.choose("WANTED", password: holders[0].password)
            try site.database.pass(.seconds(7_201))
            let browsers = holders.map { _ in Browser(site) }
            let pages = try atOnce(20) { number in
                try browsers[number].follow(browsers[number].identify(holders[number], passwords[number]))
            }
            let answers = try atOnce(20) { number in
                try browsers[number].submit(
                    pages[number], to: "/register/account", Browser.choice("WANTED", holders[number].password))
            }
            #expect(answers.filter { $0.status == 303 }.count == 1)
            #expect(answers.filter { $0.problem == AccountDetailsTests.taken }.count == 19)
        }
    }

    @Test("B10: a session ends after a quarter of an hour of nothing, and the registration stands where it stood")
    func idle() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            let page = try browser.register(holder, password, on: site, steps: 2)
            let codes = try site.codes(of: holder)
            for _ in 0..<3 {
                try site.database.pass(.seconds(880))
                #expect(try browser.get("/register/otp").status == 200)
            }
            try site.database.pass(.seconds(901))
            #expect(try browser.get("/register/otp").location == "/register?ended=timed-out")
            let answer = try browser.submit(page, to: "/register/otp", Browser.proof(codes))
            #expect(answer.location == "/register?ended=timed-out")
            #expect(try browser.follow(answer).problem == Self.timedOut)
            #expect(try site.database.value("SELECT live_tries FROM otp_pairs", as: Int.self) == 0)

            #expect(try browser.identify(holder, password).location == "/register/otp")
            #expect(try browser.prove(codes).location == "/register/verified")
        }
    }

    @Test("a session lives two hours at most, however busy it is")
    func longestSession() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            try browser.register(holder, password, on: site, steps: 1)
            for _ in 0..<8 {
                try site.database.pass(.seconds(880))
                #expect(try browser.get("/register/account").status == 200)
            }
            try site.database.pass(.seconds(170))
            #expect(try browser.get("/register/account").status == 303)
        }
    }

    @Test("a temporary password holds for thirty days")
    func temporaryPassword() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            try site.database.pass(.seconds(30 * 86_400 - 10))
            #expect(try Browser(site).identify(holder, password).status == 303)
            try site.database.pass(.seconds(11))
            #expect(try Browser(site).identify(holder, password).status == 422)
        }
    }
}
