import Courier
import HTTP
import HTTPTypes
import MariaDB
import Registration
import Testing

@Suite("the first page") struct FirstPageTests {
    @Test("an empty form is told about every field at once")
    func empty() throws {
        try Site.run { site in
            let browser = Browser(site)
            let answer = try browser.submit(browser.get("/register"), to: "/register")
            #expect(answer.status == 422)
            #expect(answer.alerts.count == 1)
            for field in ["iec", "gstin", "password", "captcha"] {
                let message = answer.errors(of: field)
                #expect(!message.isEmpty, "\(field)")
                #expect(answer.problem.contains(message))
                #expect(answer.field(field)?.attributes["aria-invalid"] == "true")
            }
        }
    }

    @Test("of the menu's entries the one that leads to the page is marked, on each of its pages")
    func menu() throws {
        try Site.run { site in
            let browser = Browser(site)
            let start = try browser.get("/").body
            let entries = start.matches(of: /<a href="([^"]*)" aria-current="(page|false)">/).map { String($0.1) }
            #expect(entries.count == 8 && Set(entries).count == 8)
            for path in entries {
                let menu = try #require(browser.get(path).body.firstMatch(of: /<nav class="menu"[\s\S]*?<\/nav>/)).0
                let marked = menu.matches(of: /<a href="([^"]*)" aria-current="page">/).map { String($0.1) }
                #expect(marked == [path])
            }
            let elsewhere = try browser.get("/register").body
            #expect(!elsewhere.contains("aria-current=\"page\">Home"))
        }
    }

    @Test("what was typed stays, passwords and captcha apart")
    func typedStays() throws {
        try Site.run { site in
            let browser = Browser(site)
            let answer = try browser.submit(
                browser.get("/register"), to: "/register",
                ["iec": "<b>12", "gstin": "27\"x", "password": "K7Q2-M9XT-4CDEF", "captcha": "ABCDEF"])
            #expect(answer.status == 422)
            #expect(answer.field("iec")?.attributes["value"] == "<b>12")
            #expect(answer.field("gstin")?.attributes["value"] == "27\"x")
            #expect(!answer.body.contains("K7Q2") && !answer.body.contains("ABCDEF"))
            #expect(!answer.body.contains("<b>12"))
        }
    }

    @Test("IEC, GSTIN and password are read as people write them")
    func leniency() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let bare = password.lowercased().split(separator: "-").joined()
            let answer = try Browser(site).submitFirst(
                iec: " " + holder.iec.lowercased(), gstin: holder.gstin.lowercased() + " ", password: bare)
            #expect(answer.status == 303)
        }
    }

    @Test("C16: unknown pair, other GSTIN, wrong and expired password, no password and throttled pair read the same")
    func mismatches() throws {
        try Site.run { site in
            let holders = (1...5).map { Holder($0) }
            try site.load(holders)
            let passwords = try site.invite(Array(holders.prefix(4)))
            let wrong = "K7Q2-M9XT-4CDEF"
            for _ in 0..<10 { _ = try Browser(site).identify(holders[3], wrong) }
            let throttled = try Browser(site).identify(holders[3], passwords[3])
            let answers = try [
                Browser(site).identify(holders[0], wrong),
                Browser(site).identify(Holder(99), passwords[0]),
                Browser(site).submitFirst(iec: holders[0].iec, gstin: holders[1].gstin, password: passwords[0]),
                Browser(site).identify(holders[0], passwords[1]),
                Browser(site).identify(holders[0], "no password at all, but a long line of words"),
                Browser(site).identify(holders[4], wrong),
                {
                    try site.database.pass(.seconds(30 * 86_400))
                    return try Browser(site).identify(holders[2], passwords[2])
                }(),
            ]
            #expect(throttled.status == 422)
            #expect(
                throttled.problem
                    == "IEC, GSTIN and password do not match the data at ICEGATE. Please check all three, or ask for a new temporary password."
            )
            for answer in answers {
                #expect(answer.withoutTyped == throttled.withoutTyped)
                #expect(answer.status == throttled.status)
                #expect(
                    answer.headers.map { "\($0.name): \($0.value)" }
                        == throttled.headers.map { "\($0.name): \($0.value)" })
            }
        }
    }

    @Test("C13: ten wrong passwords make a pair wait a quarter of an hour, and no other pair")
    func throttle() throws {
        try Site.run { site in
            let holders = [Holder(1), Holder(2)]
            let passwords = try site.invite(holders)
            for _ in 0..<10 { #expect(try Browser(site).identify(holders[0], "K7Q2-M9XT-4CDEF").status == 422) }
            #expect(try Browser(site).identify(holders[0], passwords[0]).status == 422)
            #expect(try Browser(site).identify(holders[1], passwords[1]).status == 303)
            try site.database.pass(.seconds(899))
            #expect(try Browser(site).identify(holders[0], passwords[0]).status == 422)
            try site.database.pass(.seconds(2))
            #expect(try Browser(site).identify(holders[0], passwords[0]).status == 303)
        }
    }

    @Test("a right password is forgiven nine wrong ones before it")
    func forgiveness() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            for _ in 0..<2 {
                for _ in 0..<9 { _ = try Browser(site).identify(holder, "K7Q2-M9XT-4CDEF") }
                #expect(try Browser(site).identify(holder, password).status == 303)
            }
        }
    }

    @Test("C16: a holder who may not register is told why, after the right password alone")
    func refusals() throws {
        try Site.run { site in
            var holders = (1...5).map { Holder($0) }
            let passwords = try site.invite(holders)
            try Browser(site).register(holders[0], passwords[0], on: site)
            holders[1].iecStatus = "suspended"
            holders[2].gstinStatus = "CNL"
            holders[3].email = ""
            holders[4].mobile = "9587854"
            try site.load(holders)
            let told = [
                "An ICEGATE ID exists already for this IEC and GSTIN. Please log in, or use Forgotten password.",
                "This IEC is not active at DGFT, so it cannot be registered. Please have it activated, or ask us on the page Contact Us.",
                "This GSTIN is not active, so it cannot be registered. Please have it activated, or ask us on the page Contact Us.",
                "ICEGATE has no usable e-mail and mobile number for this IEC and GSTIN. Please ask us on the page Contact Us.",
                "ICEGATE has no usable e-mail and mobile number for this IEC and GSTIN. Please ask us on the page Contact Us.",
            ]
            let unknown = try Browser(site).identify(Holder(99), passwords[0])
            for (number, holder) in holders.enumerated() {
                let answer = try Browser(site).identify(holder, passwords[number])
                #expect(answer.status == 422)
                #expect(answer.problem == told[number])
                #expect(
                    answer.html.elements("href", number == 0 ? "/forgot-password" : "/contact").count
                        > (number == 0 ? 0 : 1))
                #expect(answer.setCookies.isEmpty)
                let guess = try Browser(site).identify(holder, "K7Q2-M9XT-4CDEF")
                #expect(guess.withoutTyped == unknown.withoutTyped)
            }
            #expect(try site.database.value("SELECT COUNT(*) FROM registrations", as: Int.self) == 1)
        }
    }

    @Test("a newer temporary password ends the older one")
    func newerPassword() throws {
        try Site.run { site in
            let (holder, older) = try site.invite()
            // A wish within the first minute is a double click.
            try site.database.pass(.seconds(61))
            let newer = try site.invite([holder])[0]
            #expect(older != newer)
            #expect(try Browser(site).identify(holder, older).status == 422)
            #expect(try Browser(site).identify(holder, newer).status == 303)
        }
    }

    @Test("C14: a temporary password is used up when the registration ends, and not before")
    func usedUp() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            for steps in 1...4 {
                #expect(try Browser(site).identify(holder, password).status == 303)
                let browser = Browser(site)
                let page = try browser.follow(browser.identify(holder, password))
                switch steps {
                case 1: _ = try browser.submit(page, to: "/register/account", Browser.choice("A1", holder.password))
                case 2: _ = try browser.submit(page, to: "/register/otp", Browser.proof(site.codes(of: holder)))
                case 3: _ = try browser.finish()
                default: Issue.record("the registration went on after its end")
                }
                if steps == 3 { break }
            }
            let answer = try Browser(site).identify(holder, password)
            #expect(answer.status == 422)
            #expect(answer.problem.hasPrefix("An ICEGATE ID exists already"))
            #expect(
                try site.database.value(
                    "SELECT COUNT(*) FROM temporary_passwords WHERE end_reason = 'used'", as: Int.self) == 1)
        }
    }

    @Test("a registration keeps the contacts that the master had when it began")
    func snapshot() throws {
        try Site.run { site in
            var (holder, password) = try site.invite()
            let browser = Browser(site)
            _ = try browser.identify(holder, password)
            let before = holder
            holder.email = "other@example.org"
            holder.mobile = "7000000001"
            try site.load([holder])
            #expect(try browser.choose("KEEPS", password: holder.password).status == 303)
            #expect(try site.letters(to: holder.mobile).isEmpty)
            #expect(try browser.prove(site.codes(of: before)).status == 303)
        }
    }
}

extension Browser {
    fileprivate func submitFirst(iec: String, gstin: String, password: String) throws -> Answer {
        try submit(
            get("/register"), to: "/register",
            ["iec": iec, "gstin": gstin, "password": password, "captcha": Site.captchaAnswer])
    }
}

extension Answer {
    /// The page without tokens and without the IEC and GSTIN that were typed.
    fileprivate var withoutTyped: String {
        var text = withoutTokens
        for name in ["iec", "gstin"] {
            let typed = field(name)?.attributes["value"] ?? ""
            text = text.split(separator: "value=\"\(typed)\"", omittingEmptySubsequences: false)
                .joined(separator: "value=\"\"")
        }
        return text
    }
}
