import FoundationEssentials
import HTMLTemplate
import HTTP
import MariaDB
import Persistence
import Registration
import Testing

@testable import Portal

@Suite("the administrator's console") struct ConsoleTests {
    private static func console(_ site: Site, language: String = "en") throws -> Answer {
        let browser = Browser(site)
        _ = try browser.get("/admin/login?lang=\(language)")
        return try browser.openConsole(site.administrator(), on: site)
    }

    /// The cells of the row that begins with a text.
    private static func row(_ page: Answer, _ label: String) -> [String] {
        let rows = page.html.elements.filter { $0.name == "tr" && $0.text.hasPrefix(label + " ") }
        return rows.first.map { $0.text.dropFirst(label.utf8.count).split(separator: " ").map(String.init) } ?? []
    }

    private static func tile(_ page: Answer, _ label: String) -> String? {
        page.html.elements.first { $0.name == "div" && $0.text.hasPrefix(label + " ") && $0.text.utf8.count < 60 }
            .map { String($0.text.dropFirst(label.utf8.count + 1)) }
    }

    @Test("without any data every figure is there, and none is wrong")
    func empty() throws {
        try Site.run { site in
            let page = try Self.console(site)
            #expect(Self.tile(page, "Registrations begun") == "0")
            #expect(page.text.contains("Begun: 0 Finished: 0"))
            #expect(Self.row(page, "Delay, median").prefix(2) == ["None", "yet"])
            #expect(page.text.contains("IEC, GSTIN and temporary password were right 0 0 %"))
            #expect(page.text.contains("Messages not delivered, last 48 hours None."))
            #expect(page.text.contains("Loads of the master None."))
        }
    }

    @Test("registrations are counted by step, and where they stop")
    func funnel() throws {
        try Site.run { site in
            let holders = (1...5).map { Holder($0) }
            let passwords = try site.invite(holders)
            for (number, steps) in [1, 2, 3, 4, 4].enumerated() {
                try Browser(site).register(holders[number], passwords[number], on: site, steps: steps)
            }
            // Begun again elsewhere, and both OTPs of the one who has got so far sent once more: neither counts twice.
            try Browser(site).register(holders[1], passwords[1], on: site, steps: 1)
            let page = try Self.console(site)
            let funnel = try #require(page.html.elements("class", "funnel").first).text
            #expect(
                funnel
                    == "IEC, GSTIN and temporary password were right 5 100 % 1 left here (20 %) "
                    + "ICEGATE ID and password chosen 4 80 % 1 left here (25 %) "
                    + "Both OTPs were right 3 60 % 1 left here (33 %) Registration finished 2 40 %")
            #expect(Self.tile(page, "Registrations begun") == "5")
            #expect(Self.tile(page, "Registrations finished") == "2")
            for id in ["registrations-by-hour", "registrations-by-day"] {
                #expect(page.html.elements("id", "\(id)-plot").first?.text.hasSuffix("Begun: 5; Finished: 2.") == true)
            }
        }
    }

    @Test("an event stands in its hour and its day of Indian time, one that is too old in none")
    func calendar() throws {
        try Site.run { site in
            // 18:29:59 and 18:30:00 UTC: the last second of a day in India and the first of the next.
            try site.database.script(
                """
                SET @today = DATE(UTC_TIMESTAMP() + INTERVAL 330 MINUTE) - INTERVAL 330 MINUTE;
                INSERT INTO audit_events (happened_at, action, outcome, client_address, request_id) VALUES
                    (@today, 'registration.start', 'started', '', ''),
                    (@today - INTERVAL 1 SECOND, 'registration.start', 'started', '', ''),
                    (@today - INTERVAL 1 SECOND, 'registration.start', 'mismatch', '', ''),
                    (@today - INTERVAL 29 DAY, 'registration.start', 'started', '', ''),
                    (@today - INTERVAL 29 DAY - INTERVAL 1 SECOND, 'registration.start', 'started', '', '');
                """)
            let administrator = try site.administrator()
            let found = try site.store.beginAdministratorLogin(administrator.name, client: Site.operatorAtDesk)
            let record = try #require(found).administrator
            let figures = try site.store.consoleFigures(for: record, client: Site.operatorAtDesk)
            #expect(figures.hours.count == 48 && figures.days.count == 30)
            #expect(figures.days.map(\.started) == [1] + Array(repeating: 0, count: 27) + [1, 1])
            let today = try #require(figures.days.last).start
            #expect(IndianTime.clock(today) == "00:00")
            let midnight = try #require(figures.hours.firstIndex { $0.start == today })
            #expect(figures.hours[midnight].started == 1 && figures.hours[midnight - 1].started == 1)
            #expect(figures.hours.map(\.started).reduce(0, +) == 2)
            for (unit, starts) in [(3_600.0, figures.hours.map(\.start)), (86_400, figures.days.map(\.start))] {
                for (one, next) in zip(starts, starts.dropFirst()) { #expect(next.timeIntervalSince(one) == unit) }
                #expect(try #require(starts.last) <= figures.takenAt)
                #expect(figures.takenAt.timeIntervalSince(try #require(starts.last)) < unit)
            }
        }
    }

    @Test("messages are counted by channel and state, with the delays of those that somebody waits for")
    func deliveries() throws {
        try Site.run { site in
            try site.database.script(
                """
                INSERT INTO outbox (template, channel, recipient, language, priority, state, attempts, created_at,
                    next_attempt_at, ended_at)
                SELECT 'registration-finished', 'email', CONCAT('person', seq, '@example.com'), 'en', 0, 'sent', 1,
                    UTC_TIMESTAMP(6) - INTERVAL 1 HOUR, UTC_TIMESTAMP(6),
                    UTC_TIMESTAMP(6) - INTERVAL 1 HOUR + INTERVAL seq SECOND FROM seq_1_to_100;
                INSERT INTO outbox (template, channel, recipient, language, priority, state, attempts, created_at,
                    next_attempt_at, ended_at) VALUES
                    ('temporary-password', 'email', 'bulk@example.com', 'en', 1, 'sent', 1,
                        UTC_TIMESTAMP(6) - INTERVAL 20 HOUR, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)),
                    ('temporary-password', 'sms', '9876543210', 'en', 1, 'refused', 3,
                        UTC_TIMESTAMP(6) - INTERVAL 2 HOUR, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)),
                    ('temporary-password', 'email', 'refused@example.com', 'en', 1, 'given_up', 7,
                        UTC_TIMESTAMP(6) - INTERVAL 3 HOUR, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)),
                    ('temporary-password', 'email', 'no address', 'en', 1, 'refused', 1,
                        UTC_TIMESTAMP(6) - INTERVAL 30 HOUR, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)),
                    ('temporary-password', 'email', 'older@example.com', 'en', 1, 'refused', 1,
                        UTC_TIMESTAMP(6) - INTERVAL 49 HOUR, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6));
                INSERT INTO outbox (template, channel, recipient, language, priority, state, created_at, next_attempt_at)
                VALUES ('temporary-password', 'sms', '9876543211', 'en', 1, 'waiting', UTC_TIMESTAMP(6),
                    UTC_TIMESTAMP(6) + INTERVAL 5 MINUTE);
                """)
            let page = try Self.console(site)
            // The OTP that opened the console is among the e-mails.
            #expect(Self.row(page, "Delivered") == ["0", "102"])
            #expect(Self.row(page, "Waiting for delivery") == ["1", "0"])
            #expect(Self.row(page, "Refused by the relay or gateway") == ["1", "0"])
            #expect(Self.row(page, "Given up: the code expired or was used before") == ["0", "1"])
            #expect(Self.row(page, "Delay, median") == ["None", "yet", "50.0", "s"])
            #expect(Self.row(page, "Delay, 95th percentile") == ["None", "yet", "95.0", "s"])
            #expect(Self.tile(page, "Messages not delivered") == "2")
            let list = try #require(page.html.elements("aria-labelledby", "undelivered").first).text
            #expect(list.contains("******3210 Refused 3"), "\(list)")
            #expect(list.contains("r***@example.com Given up 7"))
            #expect(list.contains("*** Refused 1") && !list.contains("o***@example.com"))
            for secret in ["9876543210", "refused@example.com", "no address"] { #expect(!page.body.contains(secret)) }
        }
    }

    @Test("OTPs are counted by hour and day once they are handed over, on each channel")
    func oneTimePasswords() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            try Browser(site).register(holder, password, on: site, steps: 2)
            let before = try Self.console(site)
            #expect(Self.tile(before, "OTPs delivered") == "2")
            for id in ["otps-by-hour", "otps-by-day"] {
                #expect(before.html.elements("id", "\(id)-plot").first?.text.hasSuffix("SMS: 1; E-mail: 1.") == true)
            }
        }
    }

    @Test("what is refused is counted for a day and a month, and who waits for the end of a lock")
    func refusals() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            for _ in 0..<12 { _ = try browser.identify(holder, "K7Q2-M9XT-4CDEF") }
            #expect(try browser.identify(holder, password).status == 422)
            _ = try browser.logIn("NOBODY", "Wrong-Password-1!")
            _ = try browser.submit(
                browser.get("/register"), to: "/register",
                Browser.identification(holder, password).merging(["captcha": "WRONG2"]) { $1 })
            // A double click is answered twice; after that the token is void, and sending it again notes nothing.
            let page = try browser.get("/register")
            let used = Browser.identification(holder, password).merging(["captcha": "WRONG3"]) { $1 }
            for _ in 0..<3 { _ = try browser.submit(page, to: "/register", used) }
            _ = try browser.submit(
                browser.get("/resume"), to: "/resume",
                ["iec": holder.iec, "gstin": holder.gstin, "mobile_otp": "123456", "email_otp": "654321"])
            try site.database.script(
                "UPDATE audit_events SET happened_at = happened_at - INTERVAL 25 HOUR WHERE action = 'account.login'")
            let console = try Self.console(site)
            #expect(Self.row(console, "IEC, GSTIN and temporary password that do not match") == ["10", "10"])
            #expect(Self.row(console, "Temporary passwords throttled after wrong tries") == ["3", "3"])
            #expect(Self.row(console, "Wrong captchas") == ["3", "3"])
            #expect(Self.row(console, "Refused tries to carry on with OTPs") == ["1", "1"])
            #expect(Self.row(console, "Refused logins of account holders") == ["0", "1"])
            #expect(Self.row(console, "Refused logins of administrators") == ["0", "0"])
            #expect(Self.tile(console, "Locked now after wrong tries") == "1")
        }
    }

    @Test("nothing of the holders is on the page")
    func nothingPersonal() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            try Browser(site).register(holder, password, on: site)
            for language in ["en", "hi"] {
                let page =
                    language == "en"
                    ? try Self.console(site)
                    : try Browser(site).openConsole(
                        Administrator(name: "asha", email: "asha@example.gov.in", password: "Quiet-Harbour-1947"),
                        on: site)
                for secret in [
                    holder.iec, holder.gstin, holder.icegateID, "Sample Exports", holder.email, holder.mobile,
                    "192.0.2.1",
                ] { #expect(!page.body.contains(secret), "\(secret)") }
            }
        }
    }

    @Test("loads of the master stand with their counts, newest first")
    func loads() throws {
        try Site.run { site in
            try site.load([Holder(1), Holder(2)])
            try site.load([Holder(3)])
            try site.database.execute(
                """
                INSERT INTO master_loads (file_name, mode, loaded_by, started_at, rows_read)
                VALUES ('<b>&.csv', 'full', 'x', UTC_TIMESTAMP(6), 7)
                """)
            let page = try Self.console(site)
            let rows = page.html.elements.filter { $0.name == "tr" && $0.text.contains(".csv") }.map(\.text)
            #expect(rows.count == 3)
            #expect(rows.first?.hasSuffix("<b>&.csv Not applied 7 0 0 0 0") == true, "\(rows)")
            #expect(rows.last?.hasSuffix("test.csv Changes 2 2 0 0 0") == true)
        }
    }

    @Test("bars are as high as their numbers, under a scale that is a round number")
    func bars() throws {
        for (highest, top) in [
            (0, 2), (1, 2), (2, 2), (3, 4), (7, 8), (11, 20), (40, 40), (41, 60), (801, 1_000), (999_999, 1_000_000),
        ] {
            let chart = ActivityChart(
                id: "x", title: "x", firstLabel: "x", secondLabel: "x", unitLabel: "x",
                entries: [.init(label: "x", first: highest, second: 0)], ticks: [])
            #expect(chart.top == top)
        }
    }
}
