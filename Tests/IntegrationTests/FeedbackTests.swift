import HTTP
import HTTPTypes
import MariaDB
import Persistence
import Registration
import Testing

@Suite("feedback") struct FeedbackTests {
    private static func send(
        _ browser: Browser, _ text: String, email: String = "", captcha: String = Site.captchaAnswer
    ) throws -> Answer {
        let typed = ["feedback": text, "email": email, "captcha": captcha]
        return try browser.postEncoded("/feedback", Browser.fields(browser.get("/feedback"), to: "/feedback", typed))
    }

    @Test("is kept under a reference number, which the page tells who wrote it alone")
    func kept() throws {
        try Site.run { site in
            let browser = Browser(site)
            let answer = try Self.send(
                browser, "  The second line\r\nwas not clear. \u{928}\u{92E}\u{938}\u{94D}\u{924}\u{947} ",
                email: "a@example.in")
            #expect(answer.status == 303)
            let notice = try #require(browser.follow(answer).notices.first)
            let reference = try #require(notice.split(separator: " ").last).dropLast()
            #expect(notice == "Thank you. Your feedback is kept under the reference number \(reference).")
            #expect(FeedbackReference(String(reference)) != nil)
            #expect(try Browser(site).follow(answer).notices == [])
            // The audit says from where it came, and not what it says.
            #expect(
                try site.database.value(
                    "SELECT CONCAT_WS(' ', outcome, subject, client_address) FROM audit_events WHERE action = 'feedback'",
                    as: String.self) == "kept \(reference) 192.0.2.1")
            let rows = try site.database.rows("SELECT reference, message, email, language FROM feedback")
            #expect(
                rows.map(\.values) == [
                    [
                        .text(String(reference)), .text("The second line\nwas not clear. नमस्ते"), .text("a@example.in"),
                        .text("en"),
                    ]
                ])
        }
    }

    @Test("that lacks something is asked for it, and what was typed stays")
    func refused() throws {
        try Site.run { site in
            let browser = Browser(site)
            let empty = try Self.send(browser, " \n ", email: "nonsense", captcha: "")
            #expect(empty.status == 422)
            #expect(empty.errors(of: "feedback") == "Enter your feedback.")
            #expect(empty.errors(of: "email") != "")
            #expect(empty.errors(of: "captcha") != "")
            let long = try Self.send(browser, String(repeating: "न", count: 1_001))
            #expect(long.errors(of: "feedback") == "The feedback should not exceed 1000 characters.")
            #expect(
                try Self.send(browser, "\u{200D}\u{FEFF} \u{200C}").errors(of: "feedback") == "Enter your feedback.")
            let hidden = try Self.send(browser, "a\u{7}b")
            #expect(hidden.errors(of: "feedback") == "The feedback should not contain control characters.")
            let wrong = try Self.send(browser, "Fine <b>words</b>", captcha: "WRONG1")
            #expect(wrong.status == 422)
            #expect(wrong.field("feedback")?.text == "Fine <b>words</b>")
            let refreshed = try Browser.fields(wrong, to: "/feedback", ["new_captcha": "1"])
            #expect(refreshed["feedback"] == "Fine <b>words</b>")
            #expect(try browser.postEncoded("/feedback", refreshed).field("feedback")?.text == "Fine <b>words</b>")
            #expect(try site.database.value("SELECT COUNT(*) FROM feedback", as: Int.self) == 0)
            #expect(try Self.send(browser, String(repeating: "न", count: 1_000)).status == 303)
        }
    }

    @Test("sent twice by a double click is kept once")
    func twice() throws {
        try Site.run { site in
            let browser = Browser(site)
            let typed = ["feedback": "Once is enough", "email": "", "captcha": Site.captchaAnswer]
            let fields = try Browser.fields(browser.get("/feedback"), to: "/feedback", typed)
            let answers = try atOnce(4) { _ in try browser.copy().postEncoded("/feedback", fields) }
            #expect(answers.allSatisfy { $0.status == 303 })
            #expect(Set(answers.map(\.location)).count == 1)
            #expect(try site.database.value("SELECT COUNT(*) FROM feedback", as: Int.self) == 1)
            // What is written once more is another.
            #expect(try Self.send(browser, "Once is enough").status == 303)
            #expect(try site.database.value("SELECT COUNT(*) FROM feedback", as: Int.self) == 2)
        }
    }

    @Test("is read by who may, newest first")
    func read() throws {
        try Site.run { site in
            let browser = Browser(site)
            for text in ["First", "Second"] {
                let answer = try Self.send(browser, text, email: "a@example.in")
                #expect(answer.status == 303)
            }
            let box = FeedbackBox(pool: Pool(site.database.migratorOptions, size: 1, waitLimit: .seconds(1)))
            let all = try box.newest(10)
            #expect(all.map(\.message) == ["Second", "First"])
            #expect(all.map(\.email) == ["a@example.in", "a@example.in"])
            #expect(try box.newest(1).count == 1)
        }
    }

    @Test("from one address is bounded, and the portal cannot read any of it")
    func bounds() throws {
        try Site.run { site in
            let browser = Browser(site)
            for _ in 1...10 { #expect(try Self.send(browser, "Once more").status == 303) }
            let answer = try Self.send(browser, "Once more")
            #expect(answer.status == 429)
            #expect(answer.response.headers[.retryAfter] != nil)
            var connection = try Connection(site.database.portalOptions)
            do throws(DatabaseError) {
                _ = try connection.rows("SELECT message FROM feedback")
                Issue.record("the portal reads feedback")
            } catch {
                #expect(error.code == 1142)
            }
        }
    }
}
