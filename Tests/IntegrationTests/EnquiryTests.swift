import HTTP
import HTTPTypes
import MariaDB
import Persistence
import Registration
import Testing

@Suite("public enquiries") struct EnquiryTests {
    private static let gstin = "/public-enquiries/gstin"
    private static let iec = "/public-enquiries/iec"

    private static func ask(_ browser: Browser, gstin typed: String) throws -> Answer {
        try browser.submit(browser.get(gstin), to: gstin, ["gstin": typed])
    }

    private static func ask(_ browser: Browser, iec typed: String, captcha: String = Site.captchaAnswer) throws
        -> Answer
    {
        try browser.submit(browser.get(iec), to: iec, ["iec": typed, "captcha": captcha])
    }

    @Test("the page of enquiries leads to both, and so do the home page and the site map")
    func index() throws {
        try Site.run { site in
            for page in ["/public-enquiries", "/", "/sitemap"] {
                let links = try Browser(site).get(page).html.elements.compactMap { $0.attributes["href"] }
                #expect(Set(links).isSuperset(of: [Self.gstin, Self.iec]), "\(page)")
            }
        }
    }

    @Test("a GSTIN that is written rightly is told its State, kind and PAN, whether anybody holds it or not")
    func wellFormed() throws {
        try Site.run { site in
            let answer = try Self.ask(Browser(site), gstin: " 27aapfu0939f1zv ")
            #expect(answer.status == 200)
            #expect(
                answer.notices == [
                    "27AAPFU0939F1ZV is written rightly. State or Union Territory Maharashtra (27) "
                        + "Kind of registration Taxpayer PAN in the number AAPFU0939F"
                ])
            let international = try Self.ask(Browser(site), gstin: "0717UNO00211UN2")
            #expect(international.notices.first?.contains("Delhi (07)") == true, "\(international.alerts)")
            #expect(international.notices.first?.contains("Body of the United Nations") == true)
            #expect(international.notices.first?.contains("None: numbers of this kind hold no PAN") == true)
        }
    }

    @Test(
        "a GSTIN that is not is told which part is wrong",
        arguments: [
            ("", "Enter the GSTIN."), ("27AAPFU0939F1Z", "GSTIN must have 15 characters."),
            (
                "27AAPFU093XF1ZV",
                "GSTIN must be written as on the registration certificate, for example 27AAPFU0939F1ZV."
            ),
            ("39AAPFU0939F1ZV", "GSTIN must begin with a State code: please check the first two digits."),
            ("27AAPFU0939F1ZO", "GSTIN is not valid: please check it for a typing mistake."),
        ])
    func illFormed(typed: String, explanation: String) throws {
        try Site.run { site in
            let answer = try Self.ask(Browser(site), gstin: typed)
            #expect(answer.status == 422)
            #expect(answer.problem == explanation)
            #expect(answer.errors(of: "gstin") == explanation)
            #expect(answer.notices == [])
            #expect(answer.field("gstin")?.attributes["value"] == typed)
        }
    }

    @Test("a GSTIN is judged while the database is away")
    func withoutDatabase() throws {
        try Site.run { site in
            var options = site.database.portalOptions
            options.servers = Servers([.socket("/nonexistent/mariadb.sock")])
            let portal = try site.portal(on: Pool(options, size: 1, waitLimit: .milliseconds(10)))
            #expect(try Self.ask(Browser(portal), gstin: "27AAPFU0939F1ZV").status == 200)
        }
    }

    @Test("an IEC is told its status and the date of the load, and nothing of its holder")
    func status() throws {
        try Site.run { site in
            var suspended = Holder(2)
            suspended.iecStatus = "suspended"
            let holders = [Holder(1), suspended]
            try site.load(holders)
            let rows = try site.database.rows(
                "SELECT DATE_FORMAT(finished_at + INTERVAL 330 MINUTE, '%d-%m-%Y, %H:%i IST') FROM master_loads")
            let time = try rows[0].get(0, as: String.self)
            for (holder, status, registration) in [
                (holders[0], "Valid", "Open to this IEC, with an active GSTIN"),
                (holders[1], "Suspended", "Not open to this IEC"),
            ] {
                let answer = try Self.ask(Browser(site), iec: holder.iec.lowercased())
                #expect(answer.status == 200)
                #expect(
                    answer.notices == [
                        "IEC \(holder.iec) Status \(status) Simplified Registration \(registration) "
                            + "Recorded on \(time) Records last renewed on \(time)"
                    ])
                for secret in [holder.gstin, "Sample Exports", holder.email, holder.mobile] {
                    #expect(!answer.body.contains(secret), "\(secret)")
                }
            }
        }
    }

    @Test("of several entries of an IEC the newest load's status counts")
    func newestLoad() throws {
        try Site.run { site in
            let first = Holder(1)
            try site.load([first])
            let other = Holder(first, ofState: "29", iecStatus: "cancelled")
            try site.load([other])
            #expect(try Self.ask(Browser(site), iec: first.iec).notices.first?.contains("Status Cancelled") == true)
        }
    }

    @Test("a status that a site has added is told in the words of its table")
    func addedStatus() throws {
        try Site.run { site in
            try site.database.execute(
                "INSERT INTO iec_statuses (code, meaning, is_active) VALUES ('alert', 'On the alert list', FALSE)")
            var holder = Holder(1)
            try site.load([holder])
            holder.iecStatus = "alert"
            try site.database.execute("UPDATE master_versions SET iec_status = 'alert'")
            let answer = try Self.ask(Browser(site), iec: holder.iec)
            #expect(answer.notices.first?.contains("Status On the alert list") == true)
            try site.database.script("DELETE FROM master_versions; DELETE FROM iec_statuses WHERE code = 'alert'")
        }
    }

    @Test("an IEC that the master lacks is said to be unknown, also before the first load")
    func unknown() throws {
        try Site.run { site in
            let before = try Self.ask(Browser(site), iec: "0399999999")
            #expect(before.status == 200)
            #expect(before.notices == ["ICEGATE has no record of the IEC 0399999999."])
            try site.load([Holder(1)])
            let after = try Self.ask(Browser(site), iec: "0399999999").notices
            #expect(after.first?.contains("The records were last renewed on") == true)
        }
    }

    @Test("an IEC is looked up for nobody without a right captcha")
    func captcha() throws {
        try Site.run { site in
            try site.load([Holder(1)])
            let browser = Browser(site)
            let empty = try Self.ask(browser, iec: "12345", captcha: "")
            #expect(empty.status == 422)
            #expect(
                empty.errors(of: "iec")
                    == "IEC must be 10 digits, or 5 letters, 4 digits and a letter (the PAN of the firm).")
            #expect(empty.errors(of: "captcha") == "Enter the 6 characters of the captcha.")
            let wrong = try Self.ask(browser, iec: Holder(1).iec, captcha: "WRONG2")
            #expect(wrong.status == 422 && wrong.problem == CaptchaFormTests.wrong && wrong.notices == [])
            let another = try browser.submit(wrong, to: Self.iec, button: ("new_captcha", "1"))
            #expect(another.status == 200 && another.notices == [])
            #expect(another.field("iec")?.attributes["value"] == Holder(1).iec)
        }
    }

    @Test("an address may ask for thirty codes in an hour, its neighbours as often")
    func limit() throws {
        try Site.run { site in
            let browser = Browser(site)
            for _ in 0..<30 { #expect(try Self.ask(browser, iec: "0399999999").status == 200) }
            let refused = try Self.ask(browser, iec: "0399999999")
            #expect(refused.status == 429)
            #expect(refused.retryAfter.map { (3_500...3_600).contains($0) } == true)
            #expect(try Self.ask(Browser(site, address: "192.0.2.2"), iec: "0399999999").status == 200)
            try site.database.pass(.seconds(3_601))
            #expect(try Self.ask(browser, iec: "0399999999").status == 200)
        }
    }

    @Test("of enquiries at one instant no more are answered than the limit allows")
    func limitAtOnce() throws {
        try Site.run { site in
            let browser = Browser(site)
            for _ in 0..<25 { _ = try Self.ask(browser, iec: "0399999999") }
            let pages = try (0..<12).map { _ in try browser.get(Self.iec) }
            let statuses = try atOnce(12) { number in
                try browser.copy().submit(
                    pages[number], to: Self.iec, ["iec": "0399999999", "captcha": Site.captchaAnswer]
                ).status
            }
            #expect(statuses.count { $0 == 200 } == 5)
            #expect(statuses.count { $0 == 429 } == 7)
        }
    }

    @Test("both are asked and answered in Hindi")
    func hindi() throws {
        try Site.run { site in
            let browser = Browser(site)
            _ = try browser.get("/?lang=hi")
            let gstin = try Self.ask(browser, gstin: "27AAPFU0939F1ZV")
            #expect(gstin.notices.first?.contains("महाराष्ट्र (27)") == true)
            try site.load([Holder(1)])
            #expect(try Self.ask(browser, iec: Holder(1).iec).notices.first?.contains("मान्य") == true)
        }
    }
}

extension Answer {
    /// The seconds of `Retry-After`.
    var retryAfter: Int? { response.headers[.retryAfter].flatMap { Int($0) } }
}

extension Holder {
    /// A holder's other entry in the master: the same IEC with a GSTIN of another State.
    fileprivate init(_ holder: Holder, ofState state: String, iecStatus: String) {
        self = holder
        let stem = state + holder.gstin.dropFirst(2).dropLast()
        let check = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".first { (try? GSTIN(stem + String($0))) != nil }
        gstin = stem + String(check ?? "?")
        self.iecStatus = iecStatus
    }
}
