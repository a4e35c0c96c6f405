import FoundationEssentials
import HTTP
import HTTPTypes
import MariaDB
import Persistence
import Registration
import Testing

@testable import Portal

@Suite("the account") struct AccountTests {
    static let places = AccountPlace.allCases.filter { $0.methods.contains(.get) }.map(\.rawValue)

    /// A site with a registered holder whose browser is logged in.
    static func run(_ body: (Site, Holder, Browser) throws -> Void) throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            try Browser(site).register(holder, password, on: site)
            let browser = Browser(site)
            #expect(try browser.logIn(holder.icegateID, holder.password).location == "/account")
            try body(site, holder, browser)
        }
    }

    @Test("every page of it sends to the login page who is not logged in", arguments: places)
    func closed(path: String) throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            #expect(try browser.get(path).location == "/login")
            try browser.register(holder, password, on: site, steps: 1)
            #expect(try browser.get(path).location == "/login")
            #expect(try browser.post(path, ["form_token": browser.formToken(for: path)]).status != 200)
        }
    }

    @Test("home names the category, what it may not, and where everything else is")
    func home() throws {
        try Self.run { _, holder, browser in
            let page = try browser.get("/account")
            #expect(page.text.contains("Simplified Auto Registration: not permitted to file Customs documents"))
            #expect(page.text.contains("To file documents, register with a Digital Signature Certificate"))
            for path in Self.places where path != "/account/contact/otp" {
                #expect(page.html.elements("href", path).isEmpty == false, "\(path)")
            }
            #expect(!page.body.contains(holder.email) && !page.body.contains(holder.mobile))
        }
    }

    @Test("shows every GSTIN of the IEC as the master has it now, and when it was loaded")
    func masterDetails() throws {
        try Self.run { site, holder, browser in
            var other = holder
            other.name = "=cmd|' /C calc'!A0 <b>"
            other.gstinStatus = "CNL"
            let second = "09\(holder.iec)1Z"
            let check = try #require(
                "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".first { (try? GSTIN(second + String($0))) != nil })
            let row = other.row.replacing(holder.gstin, with: second + String(check))
            try site.load(row: row)
            var page = try browser.get("/account/iec")
            #expect(page.text.contains(holder.gstin) && page.text.contains(second + String(check)))
            #expect(page.text.contains("Cancelled") && page.text.contains("Active") && page.text.contains("Valid"))
            let (email, mobile) = (try EmailAddress(holder.email), try MobileNumber(holder.mobile))
            #expect(page.text.contains(email.masked) && page.text.contains(mobile.masked))
            #expect(!page.body.contains(holder.email) && !page.body.contains(holder.mobile))
            #expect(page.text.contains("=cmd|' /C calc'!A0") && !page.body.contains("<b>"))
            try site.database.execute("DELETE FROM master_versions WHERE gstin = \(holder.gstin)")
            page = try browser.get("/account/iec")
            #expect(page.text.contains("The master has no entry for your IEC with GSTIN \(holder.gstin) any more."))
            try site.database.execute("DELETE FROM master_versions")
            page = try browser.get("/account/iec")
            #expect(page.status == 200 && page.text.contains("any more."))
            #expect(try browser.get("/account").status == 200)
        }
    }

    @Test("shows 500 of many GSTINs, its own always, and says how many there are")
    func manyGSTINs() throws {
        try AccountTests.run { site, holder, browser in
            let stem = String(holder.gstin.prefix(12).dropFirst(2))
            var rows = ""
            for state in 10..<30 {
                for entity in "123456789ABCDEFGHIJKLMNOPQRST" {
                    let start = "\(state)\(stem)\(entity)Z"
                    let check = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".first {
                        (try? GSTIN(start + String($0))) != nil
                    }
                    let gstin = start + String(check ?? "?")
                    if gstin != holder.gstin { rows += holder.row.replacing(holder.gstin, with: gstin) }
                }
            }
            #expect(try !browser.get("/account/iec").text.contains("are shown."))
            try site.load(row: rows)
            let page = try browser.get("/account/iec")
            #expect(page.text.contains("The first 500 of 580 are shown."))
            let heads = page.html.elements("scope", "row")
            #expect(heads.count == 500 && heads.first?.text == "\(holder.gstin) this account")
            #expect(!page.text.contains("any more."))
        }
    }

    @Test("takes the time at which it read from the database, on the page of the master and on the report")
    func databaseTime() throws {
        try AccountTests.run { site, holder, browser in
            let portal = ClockedPortal(site)
            let session = try #require(browser.session)
            // A moment that the host's clock does not show, and at which the session lives.
            let now = try Int(site.store.currentTime().timeIntervalSince1970) + 1_200
            try portal.setClock(now)
            let time = IndianTime.dateAndTime(Date(timeIntervalSince1970: Double(now)))
            for (path, text) in [("/account/iec", "Read from the master"), ("/account/registration", "portal on")] {
                let response = portal.send(path, [], session: session, formSession: nil, address: "192.0.2.1")
                let page = Answer(path: path, response)
                #expect(page.text.contains("\(text) \(time)"), "\(page.text)")
            }
        }
    }

    @Test("has a report of its registration with a reference number of its own, in both languages")
    func report() throws {
        try Self.run { site, holder, browser in
            let page = try browser.get("/account/registration")
            let reference = try #require(page.text.split(separator: " ").first { $0.hasPrefix("SAR-") })
            #expect(reference.utf8.count == "SAR-20261122-00000042".utf8.count)
            for text in [holder.icegateID, holder.iec, holder.gstin, holder.name, holder.email, holder.mobile] {
                #expect(page.text.contains(text), "\(text)")
            }
            let hindi = try browser.get("/account/registration?lang=hi")
            #expect(hindi.text.contains("पंजीकरण रिपोर्ट") && hindi.text.contains(reference))
        }
    }

    @Test("lists what was done to it, newest first, page by page, and to nobody else")
    func activity() throws {
        try Self.run { site, holder, browser in
            let (other, password) = try site.invite(2)
            try Browser(site, address: "198.51.100.7").register(other, password, on: site)
            _ = try Browser(site, address: "203.0.113.5").logIn(holder.icegateID, "Wrong-Password-1!")
            var page = try browser.get("/account/activity")
            #expect(!page.text.contains("198.51.100.7"))
            let columns = ["Time", "What was done", "From address"]
            #expect(page.html.elements("scope", "col").map(\.text) == columns)
            let counts = ["tr", "td"].map { name in page.html.elements.count { $0.name == name } }
            #expect(counts[1] == columns.count * (counts[0] - 1))
            #expect(page.html.elements("data-label", "From address").count > 3)
            let order = [
                "Login refused: wrong password", "Login", "Registration finished", "Registration: OTPs accepted",
            ]
            var rest = Substring(page.text)
            for text in order {
                let range = try #require(rest.firstRange(of: text + " "), "\(text)")
                rest = rest[range.upperBound...]
            }
            #expect(page.text.contains("203.0.113.5"))

            for _ in 0..<25 { _ = try Browser(site).logIn(holder.icegateID, "Wrong-Password-1!") }
            page = try browser.get("/account/activity")
            let older = try #require(
                page.html.elements.first { $0.name == "a" && $0.text == "Older activity" }?.attributes["href"])
            page = try browser.get(older)
            #expect(page.text.contains("Registration finished") && page.text.contains("Newest activity"))
            for query in ["?before=0", "?before=-1", "?before=x", "?before=99999999999999999999"] {
                #expect(try browser.get("/account/activity" + query).status == 200)
            }
            try site.database.pass(.seconds(366 * 86_400))
            _ = try browser.logIn(holder.icegateID, holder.password)
            #expect(try !browser.get("/account/activity").text.contains("Registration finished"))
        }
    }

    @Test("says of each wish for a lost ID or password what came of it")
    func wishes() throws {
        try AccountTests.run { site, holder, browser in
            let pair = ["iec": holder.iec, "gstin": holder.gstin, "captcha": Site.captchaAnswer]
            for _ in 1...4 {
                _ = try browser.submit(browser.get("/forgot-id"), to: "/forgot-id", pair)
                while try site.store.handleMessageRequest() {}
            }
            for _ in 1...2 { try RecoveryTests.ask(Browser(site), holder.icegateID, on: site) }
            let pairs = RegistrationLimits().passwordResetPairs.count
            for _ in 1...pairs {
                try site.database.execute(
                    """
                    UPDATE otp_pairs SET ended_at = UTC_TIMESTAMP(6), end_reason = 'expired'
                    WHERE account_id IS NOT NULL AND ended_at IS NULL
                    """)
                try RecoveryTests.ask(Browser(site), holder.icegateID, on: site)
            }
            let text = try browser.get("/account/activity?format=csv").body
            for (said, count) in [
                ("ICEGATE ID sent to the registered e-mail ID", 1),
                ("ICEGATE ID asked for too often: it was not sent", 3),
                ("OTPs sent for a forgotten password", pairs),
                ("OTPs for a forgotten password asked for, which had been sent already", 1),
                ("OTPs for a forgotten password asked for too often: none were sent", 1),
            ] { #expect(text.ranges(of: said).count == count, "\(said): \(text)") }
        }
    }

    @Test("the CSV file has every event, however many are read at once, and says where it ends before the oldest")
    func longFile() throws {
        try AccountTests.run { site, _, browser in
            try site.database.script(
                """
                INSERT INTO audit_events (happened_at, action, outcome, account_id, client_address, request_id)
                SELECT UTC_TIMESTAMP(6), 'account.logout', 'done', a.id, '192.0.2.77', '' FROM accounts a, seq_1_to_2500
                """)
            let id = try #require(SessionID(cookie: browser.session ?? ""))
            guard case .account(let account) = try site.store.session(id).state else {
                Issue.record("nobody is logged in")
                return
            }
            let handler = ActivityHandler(
                visit: Visit(portal: site.portal, request: Request(), state: .none), account: account)
            let lines = { (response: Response) in
                String(decoding: response.body, as: UTF8.self).utf8.split(separator: UInt8(ascii: "\n")).map {
                    String(Substring($0))
                }
            }
            let all = try lines(handler.file())
            let count = try site.store.activity(of: account, atMost: 9_999).count
            #expect(count > 2_500 && all.count == count + 1)
            #expect(all.last?.contains("left out") == false)
            #expect(try lines(handler.file(step: 7)) == all)
            for most in [10, 25, count - 1] {
                let cut = try lines(handler.file(most: most, step: 10))
                #expect(cut.count == most + 2 && Array(cut.dropLast()) == Array(all.prefix(most + 1)))
                #expect(cut.last == "\"\",\"Older activity is left out: this file ends here.\",\"\"\r")
            }
            #expect(try lines(handler.file(most: count, step: 10)) == all)
        }
    }

    @Test("gives its activity as a CSV file in both languages")
    func activityFile() throws {
        try Self.run { _, holder, browser in
            let answer = try browser.get("/account/activity?format=csv")
            #expect(answer.response.headers[.contentType] == "text/csv; charset=utf-8")
            #expect(
                answer.response.headers[.contentDisposition]
                    == "attachment; filename=\"icegate-activity-\(holder.icegateID).csv\"")
            #expect(answer.response.body.starts(with: [0xEF, 0xBB, 0xBF]))
            let lines = answer.body.utf8.split(separator: UInt8(ascii: "\n")).map { String(Substring($0)) }
            #expect(lines.first?.hasSuffix("\"Time\",\"What was done\",\"From address\"\r") == true)
            #expect(lines.dropFirst().first?.contains("\"Login\",\"192.0.2.1\"") == true)
            #expect(try browser.get("/account/activity?format=csv&lang=hi").body.contains("क्या हुआ"))
        }
    }
}
