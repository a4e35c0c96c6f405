import Captcha
import FoundationEssentials
import HTTP
import HTTPTypes
import MariaDB
import Registration
import Sodium
import Testing

@testable import Portal

@Suite("captchas in forms") struct CaptchaFormTests {
    static let wrong = "The characters of the captcha are not right. Please enter the new ones."

    /// What the image of a page's form shows.
    private static func solution(_ page: Answer, _ browser: Browser) throws -> String {
        let token = try #require(page.html.elements("name", "captcha_token").first?.attributes["value"])
        let session = try #require(browser.session)
        return try #require(browser.portal.captchas.text(of: token, session: session, now: Date())).value
    }

    private static func typed(_ holder: Holder, _ password: String, _ captcha: String) -> [String: String] {
        Browser.identification(holder, password).merging(["captcha": captcha]) { $1 }
    }

    @Test("the characters of the image let a registrant in, in either case")
    func right() throws {
        try Site.run(captchaAnswer: nil) { site in
            let holders = [Holder(1), Holder(2)]
            let passwords = try site.invite(holders)
            for (number, holder) in holders.enumerated() {
                let browser = Browser(site)
                let page = try browser.get("/register")
                let shown = try Self.solution(page, browser)
                let answer = try browser.submit(
                    page, to: "/register",
                    Self.typed(holder, passwords[number], number == 0 ? shown : shown.lowercased()))
                #expect(answer.location == "/register/account")
            }
        }
    }

    @Test("the image is a PNG for the browser that has the form, and for no other")
    func image() throws {
        try Site.run(captchaAnswer: nil) { site in
            let browser = Browser(site)
            let page = try browser.get("/register")
            let source = try #require(page.html.elements.first { $0.name == "img" }?.attributes["src"])
            let image = try browser.get(source)
            #expect(image.status == 200 && image.response.headers[.contentType] == "image/png")
            #expect(image.headers[.cacheControl] == "no-store")
            #expect(image.response.body.starts(with: [0x89, 0x50, 0x4E, 0x47]))
            #expect(try browser.get(source).response.body == image.response.body)
            let other = Browser(site)
            _ = try other.get("/register")
            for target in [source, "/captcha/image", "/captcha/image?token=", "/captcha/image?token=zz"] {
                #expect(try other.get(target).status == 404)
            }
        }
    }

    @Test("C25: a wrong answer uses the token up and leaves everything else unjudged")
    func wrongUsesUp() throws {
        try Site.run(captchaAnswer: nil) { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            let page = try browser.get("/register")
            let shown = try Self.solution(page, browser)
            for captcha in [String(shown.reversed()) == shown ? "222222" : String(shown.reversed()), shown] {
                let answer = try browser.submit(page, to: "/register", Self.typed(holder, password, captcha))
                #expect(answer.status == 422)
                #expect(answer.errors(of: "captcha") == Self.wrong && answer.problem == Self.wrong)
            }
            #expect(try site.database.value("SELECT COUNT(*) FROM attempt_counters", as: Int.self) == 0)
        }
    }

    @Test("C25: a token that was used answers no second form")
    func replay() throws {
        try Site.run(captchaAnswer: nil) { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            let page = try browser.get("/register")
            let shown = try Self.solution(page, browser)
            let first = try browser.submit(page, to: "/register", Self.typed(holder, "K7Q2-M9XT-4CDEF", shown))
            #expect(first.problem.hasPrefix("IEC, GSTIN and password do not match"))
            let second = try browser.submit(page, to: "/register", Self.typed(holder, password, shown))
            #expect(second.problem == Self.wrong)
        }
    }

    @Test("what fails for want of the database uses no captcha up: the same form can be sent again")
    func failedStep() throws {
        try Site.run(captchaAnswer: nil, expectsErrors: true) { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            let page = try browser.get("/register")
            let fields = Self.typed(holder, password, try Self.solution(page, browser))
            // The last that the step writes.
            try site.database.execute(
                "CREATE TRIGGER lost BEFORE INSERT ON audit_events FOR EACH ROW SIGNAL SQLSTATE '45000'")
            #expect(try browser.submit(page, to: "/register", fields).status == 500)
            #expect(try site.database.value("SELECT COUNT(*) FROM used_captchas", as: Int.self) == 0)
            #expect(try site.database.value("SELECT COUNT(*) FROM attempt_counters", as: Int.self) == 0)
            try site.database.execute("DROP TRIGGER lost")
            #expect(try browser.submit(page, to: "/register", fields).location == "/register/account")
        }
    }

    @Test("one form that a double click sends twice is one try")
    func doubleClick() throws {
        try Site.run(captchaAnswer: nil) { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            let page = try browser.get("/register")
            let fields = Self.typed(holder, password, try Self.solution(page, browser))
            let answers = try atOnce(2) { _ in try browser.copy().submit(page, to: "/register", fields) }
            #expect(answers.allSatisfy { $0.location == "/register/account" })
            try site.database.pass(.seconds(31))
            #expect(try browser.submit(page, to: "/register", fields).problem == Self.wrong)
        }
    }

    @Test("C25: of many answers to one captcha at the same instant one is judged")
    func guessesAtOnce() throws {
        try Site.run(captchaAnswer: nil) { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            let page = try browser.get("/register")
            let shown = try Self.solution(page, browser)
            let answers = try atOnce(16) { number in
                let guess = number == 0 ? shown : "\(shown.dropLast(2))\(number + 22)"
                return try browser.copy().submit(page, to: "/register", Self.typed(holder, password, guess))
            }
            #expect(answers.filter { $0.status == 303 }.count <= 1)
            #expect(answers.filter { $0.problem == Self.wrong }.count >= 15)
            #expect(try site.database.value("SELECT COUNT(*) FROM used_captchas", as: Int.self) == 1)
        }
    }

    @Test("C25: the token of another browser, an old one and a made-up one are worth nothing")
    func foreignTokens() throws {
        try Site.run(captchaAnswer: nil) { site in
            let (holder, password) = try site.invite()
            let solver = Browser(site)
            let solved = try solver.get("/register")
            let shown = try Self.solution(solved, solver)
            let foreign = try #require(solved.html.elements("name", "captcha_token").first?.attributes["value"])

            let browser = Browser(site)
            let page = try browser.get("/register")
            let session = try #require(browser.session)
            let own = try Browser.fields(page, to: "/register")["captcha_token"] ?? ""
            let old = site.portal.captchas.newToken(
                session: session, random: .system, now: Date(timeIntervalSinceNow: -601))
            let oldAnswer = try #require(
                site.portal.captchas.text(of: old, session: session, now: Date(timeIntervalSinceNow: -601)))
            for (token, captcha) in [
                (foreign, shown), (old, oldAnswer.value), (String(repeating: "0", count: 112), shown), ("", shown),
                (String(own.reversed()), shown), (own + "00", shown),
            ] {
                let answer = try browser.submit(
                    page, to: "/register",
                    Self.typed(holder, password, captcha).merging(["captcha_token": token]) { $1 })
                #expect(answer.problem == Self.wrong)
            }
            let answer = try browser.submit(page, to: "/register", Self.typed(holder, password, Site.captchaAnswer))
            #expect(answer.problem == Self.wrong)
        }
    }

    @Test("C25: an empty captcha and a missing one are asked for", arguments: ["/register", "/temporary-password"])
    func missing(path: String) throws {
        try Site.run(captchaAnswer: nil) { site in
            let holder = Holder(1)
            let browser = Browser(site)
            let page = try browser.get(path)
            var fields = try Browser.fields(page, to: path, ["iec": holder.iec, "gstin": holder.gstin])
            fields["password"] = "K7Q2-M9XT-4CDEF"
            for captcha in ["", nil] {
                fields["captcha"] = captcha
                let answer = try browser.post(path, fields)
                #expect(answer.status == 422)
                #expect(answer.errors(of: "captcha") == "Enter the 6 characters of the captcha.")
            }
            fields["captcha_token"] = nil
            fields["captcha"] = "ABCDEF"
            #expect(try browser.post(path, fields).problem == Self.wrong)
        }
    }

    @Test("C28: a captcha is heard as long as it is shown, and what was heard is an answer once")
    func soundOnce() throws {
        try Site.run(captchaAnswer: nil) { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            let page = try browser.get("/register")
            let session = try #require(browser.session)
            // A token knows whole seconds.
            let made = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))
            let shown = site.portal.captchas.newToken(session: session, random: .system, now: made)
            for (age, holds) in [(599.9, true), (600.0, false)] {
                let text = site.portal.captchas.text(of: shown, session: session, now: made.addingTimeInterval(age))
                #expect((text != nil) == holds, "\(age) s")
            }
            // The younger one has time to be answered on a machine that does many other things.
            for (age, status) in [(570.0, 200), (601.0, 404)] {
                for part in ["image", "sound"] {
                    let token = site.portal.captchas.newToken(
                        session: session, random: .system, now: Date(timeIntervalSinceNow: -age))
                    #expect(try browser.get("/captcha/\(part)?token=\(token)").status == status, "\(part), \(age) s")
                }
            }
            let heard = try Self.solution(page, browser)
            let first = try browser.submit(page, to: "/register", Self.typed(holder, "K7Q2-M9XT-4CDEF", heard))
            #expect(first.problem.hasPrefix("IEC, GSTIN and password do not match"))
            #expect(
                try browser.submit(page, to: "/register", Self.typed(holder, password, heard)).problem == Self.wrong)
        }
    }

    @Test(
        "C28: a captcha is heard as well: in the language of the page, for the browser that was given it, always the same"
    )
    func sound() throws {
        try Site.run(captchaAnswer: nil) { site in
            let browser = Browser(site)
            let token = try #require(try Browser.fields(browser.get("/register"), to: "/register")["captcha_token"])
            let path = "/captcha/sound?token=\(token)"
            let english = try browser.get(path)
            #expect(english.status == 200 && english.response.headers[.contentType] == "audio/wav")
            #expect(english.headers[.cacheControl] == "no-store")
            #expect(english.response.body.starts(with: Array("RIFF".utf8)))
            #expect(try browser.get(path).response.body == english.response.body)
            _ = try browser.get("/?lang=hi")
            let hindi = try browser.get(path)
            #expect(hindi.status == 200 && hindi.response.body != english.response.body)
            let others = [Browser(site), browser.copy()]
            others[1].session = String(repeating: "0", count: 64)
            for other in others { #expect(try other.get(path).status == 404) }
            for wrong in ["", "00", String(token.reversed())] {
                #expect(try browser.get("/captcha/sound?token=\(wrong)").status == 404)
            }
        }
    }

    @Test("another image keeps what was typed, and is no try", arguments: ["/register", "/temporary-password"])
    func refresh(path: String) throws {
        try Site.run(captchaAnswer: nil) { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            let page = try browser.get(path)
            var typed = ["iec": holder.iec, "gstin": "half a GSTIN", "captcha": "ABC"]
            if path == "/register" { typed["password"] = password }
            let before = try site.database.dump()
            let answer = try browser.submit(page, to: path, typed, button: ("new_captcha", "1"))
            #expect(answer.status == 200)
            #expect(answer.alerts.isEmpty && answer.errors(of: "gstin").isEmpty)
            #expect(answer.field("iec")?.attributes["value"] == holder.iec)
            #expect(answer.field("gstin")?.attributes["value"] == "half a GSTIN")
            #expect(!answer.body.contains(password))
            let tokens = try [page, answer].map { try Browser.fields($0, to: path)["captcha_token"] }
            #expect(tokens[0] != tokens[1])
            #expect(try site.database.dump() == before)
        }
    }

    @Test("C27: the answer is nowhere in the page, its cookies or its links")
    func secrecy() throws {
        try Site.run(captchaAnswer: nil) { site in
            let browser = Browser(site)
            var shown: Set<String> = []
            for _ in 0..<50 {
                let page = try browser.get("/register")
                let solution = try Self.solution(page, browser)
                #expect(!page.body.uppercased().contains(solution))
                #expect(!page.headers.contains { $0.value.uppercased().contains(solution) })
                shown.insert(solution)
            }
            #expect(shown.count == 50)
        }
    }
}
