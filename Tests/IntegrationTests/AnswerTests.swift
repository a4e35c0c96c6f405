import Glibc
import HTTP
import HTTPTypes
import MariaDB
import Testing

@testable import Portal

@Suite("answers of every kind") struct AnswerTests {
    static let securityHeaders = [
        "Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy",
        "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Permissions-Policy", "Cache-Control",
    ]

    @Test("B12: every answer carries the security headers, whatever its status")
    func headers() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            var answers = try [
                browser.get("/"), browser.get("/register"), browser.get("/no-such-page"), browser.get("/logout"),
                browser.get("/account"), browser.post("/register", [:]), browser.identify(holder, "K7Q2-M9XT-4CDEF"),
                browser.get("/captcha/image?token=0"), browser.get("/healthz"), browser.get("/readyz"),
                browser.identify(holder, password), browser.choose(holder.icegateID, password: holder.password),
            ]
            try site.database.pass(.seconds(10))
            try answers.append(browser.submit(browser.get("/register/otp"), to: "/register/otp/resend"))
            answers += try Route.all.map { try browser.get($0.path, method: .trace) }
            for status in [HTTPResponse.Status.badRequest, .contentTooLarge, .uriTooLong, .unsupportedMediaType] {
                let refusal = site.portal.respond(to: .failure(RequestError(status: status, reason: "a test")))
                #expect(refusal.status == status)
                answers.append(Answer(path: "", refusal))
            }
            #expect(
                Set(answers.map(\.status)) == [200, 303, 400, 403, 404, 405, 413, 414, 415, 422, 429])
            for answer in answers {
                for name in Self.securityHeaders {
                    let field = try #require(HTTPField.Name(name))
                    #expect(
                        answer.headers[values: field].count == 1, "\(name) \(answer.status) \(answer.path)")
                }
                #expect(answer.headers[.cacheControl] == "no-store")
                let policy = answer.headers[.contentSecurityPolicy] ?? ""
                #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
                #expect(!policy.contains("unsafe") && !policy.contains("*"))
                if answer.status >= 400, answer.path != "/captcha/image" {
                    #expect(answer.response.headers[.contentType] == "text/html; charset=utf-8")
                    #expect(!answer.alerts.isEmpty, "\(answer.status) \(answer.path)")
                }
            }
        }
    }

    @Test("HEAD answers as GET does")
    func head() throws {
        try Site.run { site in
            for route in Route.all where route.methods.contains(.get) && route != .captchaImage {
                let browser = Browser(site)
                _ = try browser.get("/register")
                let get = try browser.get(route.path)
                let head = try browser.get(route.path, method: .head)
                #expect(head.status == get.status)
                #expect(head.headers == get.headers)
            }
        }
    }

    @Test(
        "an unknown path is a page that says so", arguments: ["/nowhere", "/register/", "/REGISTER", "/%C3%A9", "//"])
    func notFound(path: String) throws {
        try Site.run { site in
            let answer = try Browser(site).get(path)
            #expect(answer.status == 404)
            #expect(answer.html.elements.contains { $0.name == "h1" && $0.text == "Page not found" })
            #expect(answer.text.contains("Reference for the helpdesk: 0123456789abcdef0123456789abcdef"))
        }
    }

    @Test("every link and form of the pages leads to a page that there is")
    func links() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            try browser.register(holder, password, on: site)
            _ = try browser.logIn(holder.icegateID, holder.password)
            var waiting = ["/", "/account", "/filing"]
            var seen: Set<String> = []
            while let path = waiting.popLast() {
                guard seen.insert(path).inserted else { continue }
                let page = try browser.get(path)
                #expect([200, 303, 403].contains(page.status), "\(path): \(page.status)")
                for element in page.html.elements {
                    guard let target = element.attributes["href"] ?? element.attributes["action"],
                        target.hasPrefix("/"), !target.hasPrefix("/assets/")
                    else { continue }
                    let plain = target.split { $0 == "?" || $0 == "#" }.first.map(String.init) ?? "/"
                    #expect(Route(path: plain) != nil, "\(target) on \(path)")
                    // A sound is that of its token; what other links ask for by their queries are the same pages.
                    if element.name == "a" { waiting.append(plain == Route.captchaSound.path ? target : plain) }
                }
            }
            #expect(seen.count > 20)
        }
    }

    @Test("E9: without the database every post and every known visitor gets 503, and all is well when it is back")
    func outage() throws {
        try Site.run(expectsErrors: true) { site in
            let (holder, password) = try site.invite()
            let socket = "/tmp/icegate-test-\(getpid()).sock"
            defer { unsafe unlink(socket) }
            var options = site.database.portalOptions
            let real = options.servers.description
            options.servers = Servers([.socket(socket)])
            let portal = try site.portal(on: Pool(options, size: 1, waitLimit: .seconds(1)))
            func isAway() throws {
                let browser = Browser(portal)
                let fresh = try browser.get("/register")
                #expect(fresh.status == 200)
                for answer in try [
                    browser.submit(fresh, to: "/register", Browser.identification(holder, password)),
                    browser.get("/register"), browser.get("/login"), browser.get("/account"), browser.get("/readyz"),
                ] {
                    #expect(answer.status == 503, "\(answer.path)")
                    #expect(answer.response.headers[.retryAfter] != nil, "\(answer.path)")
                    #expect(!answer.body.contains("mysql") && !answer.body.contains("SELECT"))
                }
                #expect(try browser.get("/healthz").status == 200)
            }
            try isAway()
            unsafe symlink(real, socket)
            let browser = Browser(portal)
            #expect(try browser.get("/readyz").status == 200)
            #expect(try browser.identify(holder, password).location == "/register/account")
            unsafe unlink(socket)
            // The connection that stands is used on: the server ends it.
            for row in try site.database.rows(
                "SELECT id FROM information_schema.processlist WHERE db = \(options.database) AND user = \(options.user)"
            ) {
                try site.database.script("KILL \(row.get(0, as: Int.self))")
            }
            #expect(try browser.get("/register/account").status == 503)
            unsafe symlink(real, socket)
            #expect(try browser.get("/register/account").status == 200)
        }
    }

    @Test("a right that the portal's account lacks is a page with a number, not a word of SQL")
    func internalError() throws {
        try Site.run(expectsErrors: true) { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            _ = try browser.identify(holder, password)
            try site.database.script("RENAME TABLE icegate_ids TO icegate_ids_away")
            defer { try? site.database.script("RENAME TABLE icegate_ids_away TO icegate_ids") }
            let answer = try browser.choose(holder.icegateID, password: holder.password)
            #expect(answer.status == 500)
            #expect(answer.alerts == ["Please try again. If it happens again, tell the helpdesk the reference number."])
            #expect(!answer.body.contains("icegate_ids") && !answer.body.contains("SELECT"))
            let logged = site.log.lines.filter { $0.hasPrefix("error") }
            #expect(logged.count == 1)
            #expect(logged.allSatisfy { $0.contains("0123456789abcdef0123456789abcdef") && $0.contains("1146") })
            #expect(logged.allSatisfy { !$0.contains(holder.icegateID) && !$0.contains(holder.password) })
        }
    }
}
