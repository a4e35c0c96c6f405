import Courier
import Glibc
import HTTP
import HTTPTypes
import MariaDB
import Persistence
import Registration
import Testing

@Suite("the OTPs") struct OTPTests {
    static let wrongMobile = "Entered mobile OTP is not correct. Please try again with correct OTP."
    static let wrongEmail = "Entered email OTP is not correct. Please try again with correct OTP."
    static let noneLeft = "No try is left for these OTPs. Please ask for new ones with the button Send new OTPs."

    /// Two codes that are not the right ones.
    static func wrong(_ codes: (mobile: String, email: String)) -> (mobile: String, email: String) {
        let others = ["111111", "222222", "333333", "444444"].filter { $0 != codes.mobile && $0 != codes.email }
        return (others[0], others[1])
    }

    @Test("C6: each wrong OTP has its message at its field")
    func messages() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            let page = try browser.register(holder, password, on: site, steps: 2)
            let codes = try site.codes(of: holder)
            let wrong = Self.wrong(codes)
            for (mobile, email, problems) in [
                (wrong.mobile, codes.email, [Self.wrongMobile, ""]),
                (codes.mobile, wrong.email, ["", Self.wrongEmail]),
                (codes.email, codes.mobile, [Self.wrongMobile, Self.wrongEmail]),
                (codes.mobile, codes.mobile, ["", Self.wrongEmail]),
            ] {
                let answer = try browser.submit(page, to: "/register/otp", Browser.proof((mobile, email)))
                #expect(answer.status == 422)
                #expect(answer.errors(of: "mobile_otp") == problems[0])
                #expect(answer.errors(of: "email_otp") == problems[1])
                #expect(answer.problem == problems.filter { !$0.isEmpty }.joined(separator: " "))
                #expect(answer.notices.isEmpty)
                #expect(answer.field("mobile_otp")?.attributes["value"] == nil)
            }
            #expect(try browser.submit(page, to: "/register/otp", Browser.proof(codes)).status == 303)
        }
    }

    @Test("C1: the sixth try is refused, even when it is right")
    func fiveTries() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            var page = try browser.register(holder, password, on: site, steps: 2)
            let codes = try site.codes(of: holder)
            for left in (0..<5).reversed() {
                page = try browser.submit(page, to: "/register/otp", Browser.proof(Self.wrong(codes)))
                #expect(page.status == 422)
                #expect(page.text.contains("Tries left \(left)"))
            }
            let answer = try browser.submit(page, to: "/register/otp", Browser.proof(codes))
            #expect(answer.status == 422)
            #expect(answer.problem == Self.noneLeft)
            #expect(try site.database.value("SELECT live_tries FROM otp_pairs", as: Int.self) == 5)
            #expect(try site.database.value("SELECT step FROM registrations", as: String.self) == "otp_sent")
        }
    }

    @Test(
        "C9: what is no code counts as a wrong one",
        arguments: [
            "", "१२३४५६", "12345", "1234567", "+12345", "1e5", "abcdef", "12345\u{0661}",
            String(repeating: "1", count: 1_000_000),
        ])
    func notACode(typed: String) throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            let page = try browser.register(holder, password, on: site, steps: 2)
            let codes = try site.codes(of: holder)
            let answer = try browser.submit(page, to: "/register/otp", Browser.proof((typed, codes.email)))
            #expect(answer.status == 422)
            #expect(answer.errors(of: "mobile_otp") == Self.wrongMobile)
            #expect(try site.database.value("SELECT live_tries FROM otp_pairs", as: Int.self) == 1)
        }
    }

    @Test("a code may be typed with blanks and hyphens")
    func blanks() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            try browser.register(holder, password, on: site, steps: 2)
            let codes = try site.codes(of: holder)
            let spaced = " \(codes.mobile.prefix(3)) \(codes.mobile.suffix(3)) "
            #expect(try browser.prove((spaced, "\(codes.email.prefix(3))-\(codes.email.suffix(3))")).status == 303)
        }
    }

    @Test("C3: of 32 right submissions at the same instant one consumes the pair, and every answer leads on")
    func rightAtOnce() throws {
        try Site.run(threads: 32) { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            let page = try browser.register(holder, password, on: site, steps: 2)
            let codes = try site.codes(of: holder)
            let copies = (0..<32).map { _ in browser.copy() }
            let answers = try atOnce(32) { try copies[$0].submit(page, to: "/register/otp", Browser.proof(codes)) }
            #expect(answers.allSatisfy { $0.status == 303 && $0.location == "/register/verified" })
            #expect(
                try site.database.value("SELECT COUNT(*) FROM otp_pairs WHERE end_reason = 'consumed'", as: Int.self)
                    == 1)
            #expect(
                try site.database.value(
                    "SELECT COUNT(*) FROM audit_events WHERE action = 'registration.verify' AND outcome = 'proven'",
                    as: Int.self) == 1)

            let proven = try #require(zip(copies, answers).first { !$0.1.setCookies.isEmpty }?.0)
            let question = try proven.get("/register/finish")
            let ends = try atOnce(32) { _ in try proven.copy().submit(question, to: "/register/finish") }
            #expect(ends.allSatisfy { $0.status == 303 && $0.location == "/register/done" })
            #expect(try site.database.value("SELECT COUNT(*) FROM accounts", as: Int.self) == 1)
            #expect(try site.letters(to: holder.email).filter { $0.subject.contains("complete") }.count == 1)
        }
    }

    @Test("C3: of 50 wrong submissions at the same instant five are judged")
    func wrongAtOnce() throws {
        try Site.run(threads: 50) { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            let page = try browser.register(holder, password, on: site, steps: 2)
            let codes = try site.codes(of: holder)
            let wrong = Self.wrong(codes)
            let answers = try atOnce(50) { number in
                try browser.copy().submit(page, to: "/register/otp", Browser.proof((wrong.mobile, codes.email)))
            }
            #expect(answers.allSatisfy { $0.status == 422 })
            #expect(answers.filter { $0.errors(of: "mobile_otp") == Self.wrongMobile }.count == 5)
            #expect(answers.filter { $0.problem == Self.noneLeft }.count == 45)
            #expect(try browser.prove(codes).problem == Self.noneLeft)
        }
    }

    @Test("C3: a right submission among wrong ones wins only within the five tries")
    func mixedAtOnce() throws {
        try Site.run(threads: 20) { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            let page = try browser.register(holder, password, on: site, steps: 2)
            let codes = try site.codes(of: holder)
            let wrong = Self.wrong(codes)
            let answers = try atOnce(20) { number in
                try browser.copy().submit(
                    page, to: "/register/otp", Browser.proof(number.isMultiple(of: 4) ? codes : wrong))
            }
            #expect(answers.allSatisfy { $0.status == 303 || $0.status == 422 })
            #expect(answers.filter { !$0.errors(of: "mobile_otp").isEmpty }.count <= 5)
            #expect(
                try site.database.value(
                    "SELECT COUNT(*) FROM audit_events WHERE action = 'registration.verify'", as: Int.self) <= 5)
        }
    }

    @Test("C4: a resend is the same codes, a minute apart, and gives no try back")
    func resend() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            var page = try browser.register(holder, password, on: site, steps: 2)
            let codes = try site.codes(of: holder)
            for _ in 0..<3 { page = try browser.submit(page, to: "/register/otp", Browser.proof(Self.wrong(codes))) }
            let resending = try Browser.fields(page, to: "/register/otp/resend")
            for (seconds, waits) in [(0, 50...60), (10, 40...50)] {
                try site.database.pass(.seconds(seconds))
                let early = try browser.submit(page, to: "/register/otp/resend")
                #expect(early.status == 429)
                let wait = try #require(early.response.headers[.retryAfter].flatMap { Int($0) })
                #expect(waits.contains(wait))
            }
            for send in 2...5 {
                try site.database.pass(.seconds(61))
                let form = try browser.get("/register/otp")
                page = try browser.follow(browser.submit(form, to: "/register/otp/resend"))
                // A double click is no wish of its own.
                #expect(try browser.submit(form, to: "/register/otp/resend").location == "/register/otp")
                #expect(page.status == 200 && page.text.contains("Tries left 2"))
                #expect(try site.letters(to: holder.mobile).filter { $0.body.contains(codes.mobile) }.count == send)
                #expect(try site.codes(of: holder) == codes)
            }
            try site.database.pass(.seconds(61))
            page = try browser.get("/register/otp")
            #expect(page.text.contains("They were sent as often as is possible."))
            #expect(!page.html.forms.contains { $0.action == "/register/otp/resend" })
            let sixth = try browser.post("/register/otp/resend", resending)
            #expect(sixth.status == 422)
            #expect(sixth.text.contains("The OTPs cannot be sent again: they were sent as often as is possible."))
            for _ in 0..<2 { page = try browser.submit(page, to: "/register/otp", Browser.proof(Self.wrong(codes))) }
            #expect(try browser.submit(page, to: "/register/otp", Browser.proof(codes)).problem == Self.noneLeft)
        }
    }

    @Test("resends at the same instant send once")
    func resendAtOnce() throws {
        try Site.run(threads: 16) { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            try browser.register(holder, password, on: site, steps: 2)
            try site.database.pass(.seconds(61))
            let page = try browser.get("/register/otp")
            let answers = try atOnce(16) { _ in try browser.copy().submit(page, to: "/register/otp/resend") }
            #expect(answers.allSatisfy { $0.status == 303 && $0.location == "/register/otp" })
            #expect(try site.database.value("SELECT sends FROM otp_pairs", as: Int.self) == 2)
        }
    }

    @Test("D4: a right try and a resend at the same instant end in a proven registration, in either order")
    func rightAndResend() throws {
        // Five hundred of them are for the long run.
        for number in 1...(unsafe getenv("LONG_TESTS") == nil ? 10 : 500) {
            try Site.run { site in
                let (holder, password) = try site.invite(1 + number % 10)
                let browser = Browser(site)
                try browser.register(holder, password, on: site, steps: 2)
                let codes = try site.codes(of: holder)
                try site.database.pass(.seconds(61))
                let page = try browser.get("/register/otp")
                let copies = (0..<4).map { _ in browser.copy() }
                let answers = try atOnce(4) { number in
                    number.isMultiple(of: 2)
                        ? try copies[number].submit(page, to: "/register/otp", Browser.proof(codes))
                        : try copies[number].submit(page, to: "/register/otp/resend")
                }
                #expect(answers.allSatisfy { $0.status == 303 }, "\(answers.map(\.status))")
                #expect(try site.database.value("SELECT COUNT(*) FROM otp_pairs", as: Int.self) == 1)
                #expect(try site.database.value("SELECT step FROM registrations", as: String.self) == "verified")
                #expect(try site.codes(of: holder) == codes)
            }
        }
    }

    @Test("C7: a pair without tries is followed by a new one, three pairs in all, and older codes are dead")
    func newPairs() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            var page = try browser.register(holder, password, on: site, steps: 2)
            var older: [(mobile: String, email: String)] = []
            for generation in 1...3 {
                let codes = try site.codes(of: holder)
                #expect(!older.contains { $0 == codes })
                let tries = older.isEmpty ? [] : [older[0]]
                for _ in 0..<(5 - tries.count) {
                    page = try browser.submit(page, to: "/register/otp", Browser.proof(Self.wrong(codes)))
                }
                for old in tries {
                    page = try browser.submit(page, to: "/register/otp", Browser.proof(old))
                    #expect(page.status == 422)
                }
                older.append(codes)
                let offers = page.text.contains("Send new OTPs")
                #expect(offers == (generation < 3))
                guard offers else { break }
                page = try browser.follow(browser.submit(page, to: "/register/otp/resend"))
                #expect(page.status == 200 && page.text.contains("Tries left 5"))
            }
            #expect(try site.database.value("SELECT COUNT(*) FROM otp_pairs", as: Int.self) == 3)
        }
    }

    @Test("a page that refuses to send again chooses its language where the OTPs are", arguments: [false, true])
    func refusedResend(isAlternate: Bool) throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            var page = try browser.register(holder, password, on: site, steps: isAlternate ? 3 : 2)
            let place = isAlternate ? "/register/alternate/otp" : "/register/otp"
            if isAlternate {
                let other = Holder(9)
                page = try browser.follow(
                    browser.submit(
                        browser.get("/register/alternate"), to: "/register/alternate",
                        ["alternate_email": other.email, "alternate_mobile": other.mobile]))
            }
            let fields = try Browser.fields(page, to: place + "/resend")
            for _ in 2...5 {
                // No more than three go to other contacts in ten minutes.
                try site.database.pass(.seconds(301))
                #expect(try browser.post(place + "/resend", fields).location == place)
            }
            try site.database.pass(.seconds(61))
            let answer = try browser.post(place + "/resend", fields)
            #expect(answer.status == 422 && answer.problem.contains("The OTPs cannot be sent again"))
            #expect(answer.body.contains("href=\"\(place)?text=large\""))
            #expect(try Browser.fields(answer, to: "/language")["next"] == place)
        }
    }

    @Test("a new pair is not to be had while the old one has tries")
    func newPairTooEarly() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            let page = try browser.register(holder, password, on: site, steps: 2)
            var fields = try Browser.fields(page, to: "/register/otp/resend")
            fields["new_pair"] = "1"
            try site.database.pass(.seconds(10))
            for wait in [10, 61] {
                try site.database.pass(.seconds(wait))
                let answer = try browser.post("/register/otp/resend", fields)
                #expect(answer.status == 422)
                #expect(answer.text.contains("New OTPs can be sent when no try is left for these."))
            }
            #expect(try site.letters(to: holder.mobile).count == 2)
            #expect(try site.database.value("SELECT COUNT(*) FROM otp_pairs", as: Int.self) == 1)
        }
    }

    @Test("C7: OTPs of one registration prove nothing in another")
    func ofAnother() throws {
        try Site.run { site in
            let holders = [Holder(1), Holder(2)]
            let passwords = try site.invite(holders)
            let browsers = [Browser(site), Browser(site)]
            for (number, browser) in browsers.enumerated() {
                try browser.register(holders[number], passwords[number], on: site, steps: 2)
            }
            let answer = try browsers[0].prove(site.codes(of: holders[1]))
            #expect(answer.problem == "\(Self.wrongMobile) \(Self.wrongEmail)")
            #expect(try browsers[0].prove(site.codes(of: holders[0])).status == 303)
        }
    }

    @Test("C5: OTPs that were used once do nothing again")
    func replay() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            let page = try browser.register(holder, password, on: site, steps: 2)
            let codes = try site.codes(of: holder)
            let stranger = browser.copy()
            #expect(try browser.submit(page, to: "/register/otp", Browser.proof(codes)).status == 303)
            try site.database.pass(.seconds(61))
            let before = try site.database.dump()
            let answer = try stranger.submit(page, to: "/register/otp", Browser.proof(codes))
            #expect(answer.status == 303 && answer.setCookies.isEmpty)
            #expect(try stranger.follow(answer).path == "/register")
            #expect(try site.database.dump() == before)

            _ = try browser.finish()
            let after = try site.database.dump()
            #expect(try stranger.submit(page, to: "/register/otp", Browser.proof(codes)).setCookies.isEmpty)
            #expect(try site.database.dump() == after)
        }
    }

    @Test("E14: the page shows how far each message has come")
    func deliveries() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            var page = try browser.register(holder, password, on: site, steps: 2)
            #expect(page.text.contains("SMS Waiting to be sent E-mail Waiting to be sent"))
            for message in try site.store.claimMessages(atMost: 10, lease: .seconds(60)).messages {
                message.destination.channel == .sms
                    ? try site.store.markSent(message) : try site.store.refuse(message)
            }
            page = try browser.get("/register/otp")
            #expect(page.text.contains("SMS Handed over at"))
            #expect(page.text.contains("E-mail Refused: please check the address"))
            #expect(!page.body.contains(holder.email) && !page.body.contains(holder.mobile))
        }
    }
}
