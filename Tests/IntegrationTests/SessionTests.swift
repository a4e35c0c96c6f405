import HTTP
import HTTPTypes
import MariaDB
import Testing

@testable import Portal

@Suite("sessions") struct SessionTests {
    @Test("B5: the session is a new one at every gate, and the old one opens nothing")
    func renewal() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            _ = try browser.get("/register")
            var older: [Browser] = []
            func renewed(_ gate: String, _ answer: Answer) throws {
                #expect(answer.status == 303, "\(gate)")
                #expect(answer.setCookies.count == 1, "\(gate)")
                #expect(browser.session != older.last?.session, "\(gate)")
            }
            older.append(browser.copy())
            try renewed("first step", browser.identify(holder, password))
            _ = try browser.choose(holder.icegateID, password: holder.password)
            older.append(browser.copy())
            try renewed("OTPs", browser.prove(site.codes(of: holder)))
            _ = try browser.finish()
            older.append(browser.copy())
            try renewed("login", browser.logIn(holder.icegateID, holder.password))
            older.append(browser.copy())
            try renewed("logout", browser.submit(browser.get("/account"), to: "/logout"))

            #expect(Set(older.compactMap(\.session)).count == older.count)
            for old in older {
                for path in [
                    "/register/account", "/register/otp", "/register/verified", "/register/finish", "/account",
                ] {
                    #expect(try old.get(path).status == 303)
                }
            }
            #expect(try older[1].open("/register/verified").path == "/register")
            #expect(try older[3].open("/account").path == "/login")
        }
    }

    @Test("the page says how long the session lasts, and a press gives more time without taking what was typed")
    func moreTime() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            _ = try browser.identify(holder, password)
            let path = "/register/account"
            func time(_ page: Answer) -> (left: Int, isLast: Bool) {
                let attributes = page.html.elements("id", "session").first?.attributes ?? [:]
                return (Int(attributes["data-seconds-left"] ?? "") ?? -1, attributes["data-last"] == "yes")
            }
            var page = try browser.get(path)
            #expect((899...900).contains(time(page).left) && !time(page).isLast)
            try site.database.pass(.seconds(890))
            page = try browser.submit(
                page, to: path, ["icegate_id": "A name", "new_password": "x"], button: ("stay", "1"))
            #expect(page.status == 200 && page.alerts.isEmpty)
            #expect(page.field("icegate_id")?.attributes["value"] == "A name")
            #expect((899...900).contains(time(page).left))
            try site.database.pass(.seconds(890))
            #expect(try browser.get(path).status == 200)
            // Two hours at most: then the button is gone.
            _ = try site.database.execute(
                "UPDATE sessions SET ends_at = UTC_TIMESTAMP(6) + INTERVAL 100 SECOND WHERE ended_at IS NULL")
            page = try browser.get(path)
            #expect((99...100).contains(time(page).left) && time(page).isLast)
            #expect(throws: Browser.Failed.self) { try browser.submit(page, to: path, button: ("stay", "1")) }
        }
    }

    @Test("text size and contrast are kept, and a link that chooses them keeps the place")
    func display() throws {
        try Site.run { site in
            let browser = Browser(site)
            func classes(_ page: Answer) -> String? {
                page.html.elements.first { $0.name == "html" }?.attributes["class"]
            }
            #expect(classes(try browser.get("/search?q=OTP")) == "text-normal contrast-normal")
            let links = try browser.get("/search?q=OTP&text=huge").html.elements.compactMap { $0.attributes["href"] }
            #expect(links.contains("/search?q=OTP&text=large") && links.contains("/search?q=OTP&contrast=high"))
            _ = try browser.get("/search?q=OTP&text=large")
            _ = try browser.get("/search?q=OTP&contrast=high")
            #expect(classes(try browser.get("/login")) == "text-large contrast-high")
            _ = try browser.get("/?contrast=normal")
            #expect(classes(try browser.get("/")) == "text-large contrast-normal")
        }
    }

    @Test("a link that chooses a preference leads back to the same words, whatever they are, and adds nothing else")
    func wordsInLinks() throws {
        try Site.run { site in
            let browser = Browser(site)
            for words in ["a b", "a&text=small", "a=b", "100%", "\"><b>", "é ओटीपी", "a+b#c?d"] {
                let query = Parameters([(name: "q", value: words)]).urlEncoded()
                let page = try browser.get("/search?" + query)
                let links = page.html.elements.compactMap { $0.attributes["href"] }
                    .filter { $0.hasSuffix("&contrast=high") }
                let link = try #require(links.first, "\(words)")
                #expect(links.count == 1 && link.hasPrefix("/search?q="), "\(link)")
                #expect(!link.utf8.contains { $0 <= 0x20 || $0 > 0x7E || $0 == UInt8(ascii: "\"") }, "\(link)")
                let fields = try Parameters.decode(urlEncoded: Array(link.dropFirst("/search?".count).utf8))
                #expect(fields.names == ["q", "contrast"] && fields["q"] == words, "\(link)")
                // A page without a form has links for the language as well.
                let refused = try browser.get("/search?" + query, method: .trace)
                #expect(refused.status == 405)
                let chosen = try refused.html.elements.compactMap { $0.attributes["href"] }
                    .filter { $0.hasPrefix("/search?q=") }
                    .map { try Parameters.decode(urlEncoded: Array($0.dropFirst("/search?".count).utf8)) }
                    .filter { $0["q"] == words }
                    .map { fields in fields.names.dropFirst().map { "\($0)=\(fields[$0] ?? "")" } }
                #expect(
                    chosen == [
                        ["text=small"], ["text=normal"], ["text=large"], ["contrast=high"], ["lang=hi"], ["lang=en"],
                        // And the page once more.
                        [],
                    ])
            }
            let again = try browser.get("/register?again=1").html.elements.compactMap { $0.attributes["href"] }
            #expect(again.contains("/register?again=1&text=large"))
        }
    }

    @Test("B7: cookies say what browsers need to keep them safe")
    func attributes() throws {
        try Site.run { site in
            let browser = Browser(site)
            let set = try browser.get("/register?lang=hi").setCookies
            #expect(set.count == 2)
            for cookie in set {
                #expect(cookie.hasPrefix("__Host-"))
                for attribute in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
                    #expect(cookie.contains(attribute), "\(cookie)")
                }
                #expect(!cookie.contains("Domain"))
            }
            #expect(browser.session?.utf8.count == 64)
            #expect(try browser.get("/register").setCookies.isEmpty)
        }
    }

    @Test("B6: a cookie that was tampered with is nobody's")
    func tampering() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            try browser.register(holder, password, on: site, steps: 1)
            let session = try #require(browser.session)
            let flipped = (session.hasSuffix("0") ? "1" : "0")
            for cookie in [
                session.dropLast() + flipped, String(session.dropLast()), session + "0", "", "x", session.uppercased(),
                String(repeating: "0", count: 64), String(repeating: "a", count: 4_096), "' OR 1=1 -- ", "\(session);",
                "é\u{301}", String(session.reversed()),
            ] where cookie != session {
                let stranger = browser.copy()
                stranger.session = cookie
                let answer = try stranger.get("/register/account")
                #expect(answer.status == 303 && answer.location == "/register", "\(cookie)")
                let start = try stranger.follow(answer)
                #expect(start.status == 200 && start.alerts.isEmpty)
            }
            #expect(try browser.get("/register/account").status == 200)
        }
    }

    @Test(
        "B8, C34: no step can be skipped or done again: every page but that of the step reached leads there",
        arguments: 0...4)
    func stepSkipping(steps: Int) throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            let here = try browser.register(holder, password, on: site, steps: steps)
            // The OTPs may be sent a second time by a double click within a minute.
            try site.database.pass(.seconds(61))
            _ = try browser.get(here.path)
            let session = try #require(browser.session)
            let pages = [
                "/register/account", "/register/otp", "/register/otp/resend", "/register/verified", "/register/finish",
                "/register/alternate", "/register/alternate/otp", "/register/alternate/otp/resend", "/register/done",
            ]
            let open: [[String]] = [
                [], ["/register/account"], ["/register/otp", "/register/otp/resend"],
                ["/register/verified", "/register/finish", "/register/alternate"], ["/register/done"],
            ]
            let codes = steps >= 2 ? try site.codes(of: holder) : ("123456", "654321")
            let before = try site.database.dump()
            for path in pages where !open[steps].contains(path) {
                let route = try #require(Route(path: path))
                if route.methods.contains(.get) {
                    let answer = try browser.get(path)
                    #expect(answer.status == 303 && answer.location == here.path, "GET \(path)")
                }
                if route.methods.contains(.post) {
                    var fields = Browser.choice("SKIPPER", holder.password)
                    fields.merge(Browser.proof(codes)) { $1 }
                    fields.merge(["alternate_email": "a@example.org", "alternate_mobile": "7000000001"]) { $1 }
                    fields["form_token"] = browser.formToken(for: path)
                    let answer = try browser.post(path, fields)
                    #expect(answer.status == 303 && answer.location == here.path, "POST \(path)")
                }
            }
            #expect(try site.database.dump() == before)
            #expect(browser.session == session)
            #expect(try browser.get(here.path).status == 200)
        }
    }

    @Test("B9: a form that is sent twice at every step does its work once, and both answers lead on")
    func doubleSubmit() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            var page = try browser.get("/register")
            /// A double click: both were sent before the first answer came, and the browser shows the second.
            func twice(_ action: String, _ typed: [String: String]) throws -> Answer {
                let before = browser.copy()
                let first = try browser.submit(page, to: action, typed)
                let second = try before.submit(page, to: action, typed)
                #expect(first.status == 303 && second.status == 303, "\(action)")
                #expect(first.location == second.location, "\(action)")
                browser.cookies = browser.cookies.merging(before.cookies) { mine, theirs in
                    second.setCookies.isEmpty ? mine : theirs
                }
                return try browser.follow(second)
            }
            page = try twice("/register", Browser.identification(holder, password))
            #expect(page.path == "/register/account" && page.status == 200)
            page = try twice("/register/account", Browser.choice(holder.icegateID, holder.password))
            #expect(page.path == "/register/otp" && page.status == 200)
            page = try twice("/register/otp", Browser.proof(site.codes(of: holder)))
            #expect(page.path == "/register/verified" && page.status == 200)
            page = try browser.get("/register/finish")
            page = try twice("/register/finish", [:])
            #expect(page.path == "/register/done" && page.status == 200)

            for (table, count) in try site.database.rowCounts() {
                switch table {
                case "registrations", "accounts", "otp_pairs", "icegate_ids": #expect(count == 1, "\(table)")
                // The temporary password and the OTPs on two channels each, and the end.
                case "outbox": #expect(count == 5)
                default: break
                }
            }
            page = try browser.get("/login")
            page = try twice("/login", ["icegate_id": holder.icegateID, "password": holder.password])
            #expect(page.path == "/account" && page.status == 200)
        }
    }

    @Test("B9, C34: a form that is sent twice at the same instant does its work once", arguments: 1...4)
    func twiceAtOnce(step: Int) throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            var page = try browser.register(holder, password, on: site, steps: step - 1)
            if step == 4 { page = try browser.get("/register/finish") }
            let form = try [
                ("/register", Browser.identification(holder, password)),
                ("/register/account", Browser.choice(holder.icegateID, holder.password)),
                ("/register/otp", step == 3 ? Browser.proof(site.codes(of: holder)) : [:]),
                ("/register/finish", [:]),
            ][step - 1]
            let sent = page
            let answers = try atOnce(2) { _ in try browser.copy().submit(sent, to: form.0, form.1) }
            #expect(answers.allSatisfy { $0.status == 303 && $0.location == answers[0].location })
            let counts = try site.database.rowCounts()
            #expect(counts["registrations"] == 1)
            #expect(counts["otp_pairs"] == (step < 2 ? 0 : 1))
            #expect(counts["accounts"] == (step < 4 ? 0 : 1))
        }
    }

    @Test("B13: looking leaves no row in any table")
    func looking() throws {
        try Site.run { site in
            let before = try site.database.dump()
            let stranger = Browser(site)
            stranger.session = String(repeating: "0123456789abcdef", count: 4)
            for route in Route.all where route.methods.contains(.get) {
                for browser in [Browser(site), stranger] {
                    _ = try browser.get(route.path)
                    _ = try browser.get(route.path + "?lang=hi&text=large&token=00&ended=expired&again=1")
                }
            }
            #expect(try site.database.dump() == before)
        }
    }
}
