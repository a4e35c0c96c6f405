import Courier
import FoundationEssentials
import HTTP
import HTTPTypes
import MariaDB
import Persistence
import Registration
import Testing

@Suite("a change of an account's contacts") struct ContactChangeTests {
    static let new = (email: "new@example.com", mobile: "9123456780")

    @discardableResult
    static func change(
        _ browser: Browser, to contacts: (email: String, mobile: String) = new, password: String
    ) throws -> Answer {
        try browser.submit(
            browser.get("/account/contact"), to: "/account/contact",
            ["email": contacts.email, "mobile": contacts.mobile, "password": password])
    }

    static func prove(_ browser: Browser, _ codes: (mobile: String, email: String)) throws -> Answer {
        try browser.submit(browser.get("/account/contact/otp"), to: "/account/contact/otp", Browser.proof(codes))
    }

    /// OTPs that cannot be used are not asked for, nor sent again.
    private static func asksForNothing(_ page: Answer) {
        #expect(page.field("mobile_otp") == nil && page.field("email_otp") == nil)
        #expect(!page.html.forms.contains { $0.action.hasPrefix("/account/contact/otp") })
        for text in ["Tries left", "as often as is possible", "Send the OTPs again"] {
            #expect(!page.text.contains(text), "\(text)")
        }
        #expect(page.html.elements("href", "/account/contact").contains { $0.text == "Enter the new contacts again" })
    }

    static func contacts(_ site: Site) throws -> String {
        try site.database.value("SELECT CONCAT(email, ' ', mobile) FROM accounts LIMIT 1")
    }

    @Test("C33: takes the place of the old ones when both OTPs are right, and the old ones are told")
    func both() throws {
        try AccountTests.run { site, holder, browser in
            #expect(try Self.change(browser, password: holder.password).location == "/account/contact/otp")
            #expect(try Self.contacts(site) == "\(holder.email) \(holder.mobile)")
            let old = browser.copy()
            let answer = try Self.prove(browser, site.codes(ofEmail: Self.new.email, mobile: Self.new.mobile))
            #expect(answer.location == "/account/contact?changed=1")
            let page = try browser.follow(answer)
            #expect(page.notices == ["Your e-mail ID and mobile number are changed. The old ones were told."])
            #expect(try Self.contacts(site) == "new@example.com 9123456780")
            #expect(browser.session != old.session)
            #expect(try old.get("/account").location == "/login")
            #expect(
                try site.letters(to: holder.email).last?.subject == "The contacts of your ICEGATE ID were changed")
            #expect(try site.letters(to: holder.mobile).last?.body.contains("were changed") == true)
            // The master is not changed, and a used pair is of no use.
            #expect(
                try site.database.value("SELECT email FROM master_entries LIMIT 1", as: String.self) == holder.email)
            #expect(try browser.get("/account/contact/otp").location == "/account/contact")
        }
    }

    @Test("is found again on the page for a change after a lost session, until it is made")
    func pending() throws {
        try AccountTests.run { site, holder, browser in
            #expect(try !browser.get("/account/contact").text.contains("is pending until"))
            _ = try Self.change(browser, password: holder.password)
            let later = Browser(site)
            _ = try later.logIn(holder.icegateID, holder.password)
            let page = try later.get("/account/contact")
            #expect(page.text.contains("A change to n***@example.com and ******6780 is pending until "))
            let link = try #require(page.html.elements("href", "/account/contact/otp").first)
            #expect(link.text == "Enter its OTPs")
            let codes = try site.codes(ofEmail: Self.new.email, mobile: Self.new.mobile)
            let changed = try later.follow(Self.prove(later, codes))
            #expect(changed.notices.count == 1 && !changed.text.contains("is pending until"))
        }
    }

    @Test("tells of a message that was refused what is to be checked", arguments: ["en", "hi"])
    func refusedMessages(language: String) throws {
        try AccountTests.run { site, holder, browser in
            _ = try Self.change(browser, password: holder.password)
            try site.database.execute(
                "UPDATE outbox SET state = 'refused', ended_at = UTC_TIMESTAMP(6) WHERE template = 'contact-change'")
            let text = try browser.get("/account/contact/otp?lang=\(language)").text
            let (sms, email) =
                language == "en"
                ? ("SMS Refused: please check the number", "E-mail Refused: please check the address")
                : ("अस्वीकृत: कृपया नंबर जाँचें", "अस्वीकृत: कृपया पता जाँचें")
            #expect(text.contains(sms) && text.contains(email), "\(text)")
        }
    }

    @Test("of one of them alone keeps the other, which proves the change as well")
    func one() throws {
        try AccountTests.run { site, holder, browser in
            _ = try Self.change(browser, to: ("", Self.new.mobile), password: holder.password)
            let codes = try site.codes(ofEmail: holder.email, mobile: Self.new.mobile)
            #expect(try Self.prove(browser, codes).status == 303)
            #expect(try Self.contacts(site) == "\(holder.email) 9123456780")
        }
    }

    @Test("asks for the password, five times in a quarter of an hour")
    func password() throws {
        try AccountTests.run { site, holder, browser in
            for _ in 1...5 {
                let answer = try Self.change(browser, password: "Wrong-Password-1!")
                #expect(answer.status == 422)
                #expect(answer.errors(of: "password") == "The current password is not correct. Please try again.")
                #expect(answer.field("email")?.attributes["value"] == Self.new.email)
            }
            let answer = try Self.change(browser, password: holder.password)
            #expect(answer.status == 429)
            let wait = try #require(answer.response.headers[.retryAfter].flatMap { Int($0) })
            let times = try (0...1).map { late in
                try IndianTime.dateAndTime(site.store.currentTime().addingTimeInterval(Double(wait - late + 59)))
            }
            #expect(times.contains { answer.alerts == ["Please wait until \($0) before you try again."] })
            try site.database.pass(.seconds(901))
            #expect(try Self.change(browser, password: holder.password).status == 303)
        }
    }

    @Test("tells everything that is wrong with it at once")
    func wrongFields() throws {
        try AccountTests.run { _, holder, browser in
            let answer = try Self.change(browser, to: ("no address", "12345"), password: "")
            #expect(answer.status == 422)
            for field in ["email", "mobile", "password"] { #expect(answer.errors(of: field) != "", "\(field)") }
            for contacts in [("", ""), (holder.email, holder.mobile), (holder.email, "+91 \(holder.mobile)")] {
                let same = try Self.change(browser, to: contacts, password: holder.password)
                #expect(same.status == 422, "\(contacts)")
            }
        }
    }

    @Test("ends after five wrong tries, and begins again with other OTPs")
    func tries() throws {
        try AccountTests.run { site, holder, browser in
            _ = try Self.change(browser, password: holder.password)
            let codes = try site.codes(ofEmail: Self.new.email, mobile: Self.new.mobile)
            let form = try browser.get("/account/contact/otp")
            for number in 1...5 {
                let answer = try Self.prove(browser, ("000000", codes.email))
                #expect(answer.status == 422 && answer.problem.hasPrefix("Entered mobile OTP is not correct."))
                #expect(number == 5 || answer.errors(of: "mobile_otp") != "" && answer.errors(of: "email_otp") == "")
                #expect(number == 5 || answer.text.contains("Tries left \(5 - number)"))
            }
            let last = try browser.submit(form, to: "/account/contact/otp", Browser.proof(codes))
            #expect(last.status == 422 && last.problem.hasPrefix("No try is left"))
            Self.asksForNothing(last)
            #expect(try !browser.get("/account/contact").text.contains("is pending until"))
            #expect(try Self.contacts(site) == "\(holder.email) \(holder.mobile)")
            _ = try Self.change(browser, password: holder.password)
            let others = try site.codes(ofEmail: Self.new.email, mobile: Self.new.mobile)
            #expect(others != codes)
            #expect(try Self.prove(browser, others).status == 303)
        }
    }

    @Test("expires after two hours, is sent again after a minute, and is bounded like alternate contacts")
    func quotas() throws {
        try AccountTests.run { site, holder, browser in
            _ = try Self.change(browser, password: holder.password)
            let codes = try site.codes(ofEmail: Self.new.email, mobile: Self.new.mobile)
            let resend = "/account/contact/otp/resend"
            let page = try browser.get("/account/contact/otp")
            #expect(page.text.contains("They can be sent again at"))
            for seconds in [0, 30] {
                try site.database.pass(.seconds(seconds))
                let early = try browser.submit(page, to: resend)
                #expect(early.status == 429 && early.response.headers[.retryAfter] != nil)
            }
            for _ in 1...2 {
                try site.database.pass(.seconds(61))
                #expect(try browser.submit(browser.get("/account/contact/otp"), to: resend).status == 303)
            }
            #expect(try site.codes(ofEmail: Self.new.email, mobile: Self.new.mobile) == codes)
            try site.database.pass(.seconds(61))
            #expect(try browser.submit(browser.get("/account/contact/otp"), to: resend).status == 429)
            try site.database.execute("UPDATE otp_pairs SET sends_allowed = sends")
            let sixth = try browser.submit(page, to: resend)
            #expect(sixth.status == 422)
            #expect(sixth.text.contains("The OTPs cannot be sent again: they were sent as often as is possible."))
            for _ in 1...5 {
                try site.database.pass(.seconds(1_440))
                _ = try browser.get("/account")
            }
            let late = try browser.submit(page, to: "/account/contact/otp", Browser.proof(codes))
            Self.asksForNothing(late)
            #expect(try !browser.get("/account/contact").text.contains("is pending until"))
            #expect(late.status == 422 && late.problem.contains("These OTPs have expired"))
            #expect(try Self.contacts(site) == "\(holder.email) \(holder.mobile)")
        }
    }

    @Test("is begun five times a day at most, whatever the contacts")
    func quotaOfAccount() throws {
        try AccountTests.run { site, holder, browser in
            for number in 1...6 {
                let contacts = ("new\(number)@example.com", "912345678\(number)")
                let answer = try Self.change(browser, to: contacts, password: holder.password)
                #expect(answer.status == (number == 6 ? 429 : 303))
            }
        }
    }

    @Test("C3: is proven once, however many submit it at one instant")
    func atOneInstant() throws {
        try AccountTests.run { site, holder, browser in
            _ = try Self.change(browser, password: holder.password)
            let codes = try site.codes(ofEmail: Self.new.email, mobile: Self.new.mobile)
            let fields = try Browser.fields(
                browser.get("/account/contact/otp"), to: "/account/contact/otp", Browser.proof(codes))
            let answers = try atOnce(12) { _ in
                try browser.copy().post("/account/contact/otp", fields).location ?? ""
            }
            #expect(answers.allSatisfy { $0.hasPrefix("/account/contact?changed=1") }, "\(answers)")
            #expect(
                try site.database.value(
                    "SELECT COUNT(*) FROM otp_pairs WHERE purpose = 'contact_change' AND end_reason = 'consumed'",
                    as: Int.self) == 1)
            #expect(
                try site.database.value(
                    "SELECT COUNT(*) FROM outbox WHERE template = 'contacts-changed'", as: Int.self) == 2)
        }
    }
}
