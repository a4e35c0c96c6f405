import Courier
import HTTP
import HTTPTypes
import MariaDB
import Registration
import Testing

@Suite("the page of ICEGATE ID and password") struct AccountDetailsTests {
    static let taken = "This ICEGATE ID already exists in system. Please try with another ICEGATE ID."

    @Test("every broken rule has its message, all at once, beside its field")
    func allAtOnce() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            let page = try browser.register(holder, password, on: site, steps: 1)
            let answer = try browser.submit(
                page, to: "/register/account",
                [
                    "icegate_id": "my name! is longer than it may be", "new_password": "short",
                    "confirm_password": "other",
                ])
            #expect(answer.status == 422)
            #expect(
                answer.errors(of: "icegate_id")
                    == "ICEGATE Id should not contain any blank spaces. "
                    + "ICEGATE Id should not contain special characters except \"-\" and \"_\". "
                    + "ICEGATE Id should not exceed 25 characters.")
            #expect(
                answer.errors(of: "new_password")
                    == "The password should have at least 12 characters. The password should contain a number. "
                    + "The password should contain a special character. "
                    + "The password should contain capital and small letters.")
            #expect(answer.errors(of: "confirm_password") == "The two passwords are not the same.")
            for field in ["icegate_id", "new_password", "confirm_password"] {
                #expect(answer.field(field)?.attributes["aria-invalid"] == "true")
            }
            #expect(answer.alerts.count == 1)
            #expect(answer.html.elements("href", "#icegate_id").count == 3)
            #expect(answer.field("icegate_id")?.attributes["value"] == "my name! is longer than it may be")
            #expect(answer.field("new_password")?.attributes["value"] == nil)
        }
    }

    @Test("an empty form is told about every field")
    func empty() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            let answer = try browser.submit(
                browser.register(holder, password, on: site, steps: 1), to: "/register/account")
            #expect(answer.status == 422)
            #expect(answer.errors(of: "icegate_id") == "Enter the ICEGATE ID of your choice.")
            #expect(answer.errors(of: "new_password") == "Enter a new password.")
            #expect(answer.errors(of: "confirm_password") == "Enter the password again.")
        }
    }

    @Test(
        "A5, A16, A18: a name is refused for what it is",
        arguments: [
            "a b", "name\n", "ÄRGER", "Ａ", "\u{212A}ELVIN", "А", "a\u{200D}b", "-", "___", "ADMIN", "icegate", "a'--",
            "<script>", "abcdefghijklmnopqrstuvwxyz", "a\u{0}b", "a.b",
        ])
    func badNames(name: String) throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            _ = try browser.identify(holder, password)
            let answer = try browser.choose(name, password: holder.password)
            #expect(answer.status == 422)
            #expect(!answer.errors(of: "icegate_id").isEmpty)
            #expect(try site.database.value("SELECT COUNT(*) FROM icegate_ids", as: Int.self) == 0)
        }
    }

    @Test("C24: a password that holds what others know of the registrant is refused")
    func personalPasswords() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            var page = try browser.register(holder, password, on: site, steps: 1)
            for known in ["holder_1", holder.iec, holder.mobile, "holder0001", "Icegate", "CUSTOMS"] {
                page = try browser.submit(
                    page, to: "/register/account", Browser.choice("HOLDER_1", "Xy-\(known)-9z!"))
                #expect(page.status == 422, "\(known)")
                #expect(page.errors(of: "new_password").hasPrefix("The password should not contain your ICEGATE ID"))
            }
        }
    }

    @Test("C14: the temporary password may not become the password, however it is written")
    func temporaryPassword() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            let page = try browser.register(holder, password, on: site, steps: 1)
            let letter = password.first { $0.isLetter && $0.isASCII }.map(String.init) ?? ""
            let lower = password.lowercased()
            for typed in [
                password.replacing(letter, with: letter.lowercased()),
                lower.replacing(letter.lowercased(), with: letter),
            ] {
                let answer = try browser.submit(page, to: "/register/account", Browser.choice("NAME", typed))
                #expect(answer.status == 422)
                #expect(
                    answer.errors(of: "new_password").hasSuffix("The temporary password may not become the password."))
            }
        }
    }

    @Test("A17: a name that another has in other letters is refused, reserved or owned")
    func takenInAnyCase() throws {
        try Site.run { site in
            let holders = (1...3).map { Holder($0) }
            let passwords = try site.invite(holders)
            let first = Browser(site)
            _ = try first.identify(holders[0], passwords[0])
            #expect(try first.choose("Testing123", password: holders[0].password).status == 303)
            let second = Browser(site)
            _ = try second.identify(holders[1], passwords[1])
            var answer = try second.choose("tESTING123", password: holders[1].password)
            #expect(answer.status == 422)
            #expect(answer.problem == Self.taken && answer.errors(of: "icegate_id") == Self.taken)
            #expect(answer.field("icegate_id")?.attributes["value"] == "tESTING123")

            _ = try first.prove(site.codes(of: holders[0]))
            _ = try first.finish()
            answer = try second.choose("TESTING123", password: holders[1].password)
            #expect(answer.problem == Self.taken)
            #expect(try second.choose("Testing-123", password: holders[1].password).status == 303)
        }
    }

    @Test("a name that was tried and left is free for others as soon as another one is chosen")
    func leftName() throws {
        try Site.run { site in
            let holders = [Holder(1), Holder(2)]
            let passwords = try site.invite(holders)
            let browsers = [Browser(site), Browser(site)]
            for (number, browser) in browsers.enumerated() {
                _ = try browser.identify(holders[number], passwords[number])
            }
            #expect(try browsers[0].choose("FIRST_WISH", password: "short").errors(of: "icegate_id").isEmpty)
            #expect(try browsers[1].choose("FIRST_WISH", password: holders[1].password).problem == Self.taken)
            #expect(try browsers[0].choose("SECOND_WISH", password: holders[0].password).status == 303)
            #expect(try browsers[1].choose("FIRST_WISH", password: holders[1].password).status == 303)
            _ = try browsers[0].prove(site.codes(of: holders[0]))
            _ = try browsers[0].finish()
        }
    }

    @Test("D1: of fifty registrants who want one ICEGATE ID at the same instant one gets it, and the others are told")
    func fiftyAtOnce() throws {
        try Site.run(threads: 50) { site in
            let holders = (1...50).map { Holder($0) }
            let passwords = try site.invite(holders)
            let browsers = holders.map { Browser(site, address: "192.0.2.\($0.number)") }
            let pages = try atOnce(50) { number in
                try browsers[number].follow(browsers[number].identify(holders[number], passwords[number]))
            }
            let answers = try atOnce(50) { number in
                let name = number.isMultiple(of: 2) ? "Wanted" : "WANTED"
                return try browsers[number].submit(
                    pages[number], to: "/register/account", Browser.choice(name, holders[number].password))
            }
            #expect(answers.filter { $0.status == 303 }.count == 1)
            let told = answers.filter { $0.status == 422 }
            #expect(told.count == 49)
            #expect(told.allSatisfy { $0.problem == Self.taken && $0.errors(of: "icegate_id") == Self.taken })
            #expect(try site.database.value("SELECT COUNT(*) FROM icegate_ids", as: Int.self) == 1)
            #expect(try site.database.value("SELECT COUNT(*) FROM otp_pairs", as: Int.self) == 1)
            #expect(
                try site.database.value("SELECT COUNT(*) FROM registrations WHERE step = 'otp_sent'", as: Int.self)
                    == 1)
        }
    }

    @Test("C18: the twenty-first name within an hour is refused with 429")
    func manyNames() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            var page = try browser.register(holder, password, on: site, steps: 1)
            for number in 1...20 {
                page = try browser.submit(page, to: "/register/account", Browser.choice("NAME\(number)", "short"))
                #expect(page.status == 422)
            }
            let answer = try browser.submit(page, to: "/register/account", Browser.choice("NAME21", holder.password))
            #expect(answer.status == 429)
            let wait = try #require(answer.response.headers[.retryAfter].flatMap { Int($0) })
            #expect((3_500...3_600).contains(wait))
            #expect(answer.alerts.count == 1 && answer.alerts[0].hasPrefix("Please wait until "))
        }
    }

    @Test("B14, B16: fields that the form does not have change nothing")
    func extraFields() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let stranger = Holder(2)
            try site.load([stranger])
            let browser = Browser(site)
            let page = try browser.register(holder, password, on: site, steps: 1)
            var fields = try Browser.fields(
                page, to: "/register/account", Browser.choice(holder.icegateID, holder.password))
            fields.merge([
                "email": "attacker@example.org", "mobile": "7000000002", "iec": stranger.iec, "gstin": stranger.gstin,
                "role": "admin", "verified": "1", "step": "verified", "registration_id": "1", "category": "filer",
            ]) { $1 }
            #expect(try browser.post("/register/account", fields).location == "/register/otp")
            try site.deliver()
            let recipients = Set(site.letters.suffix(2).map(\.destination.address))
            #expect(recipients == [holder.email, holder.mobile])
            let row = try #require(try site.database.rows("SELECT iec, gstin, step, email FROM registrations").first)
            #expect(row.values == [.text(holder.iec), .text(holder.gstin), .text("otp_sent"), .text(holder.email)])
        }
    }
}
