import HTTP
import HTTPTypes
import MariaDB
import Testing

@testable import Portal

@Suite("what a post has to prove") struct FormGuardTests {
    /// Every path that takes a post.
    static let paths = Route.all.filter { $0.methods.contains(.post) }.map(\.path)

    @Test("B1, B2: a post without its form's token is refused and changes nothing", arguments: 0...4)
    func tokens(steps: Int) throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            try browser.register(holder, password, on: site, steps: steps)
            let stranger = Browser(site)
            _ = try stranger.get("/register")
            let before = try dump(site)
            for path in Self.paths {
                let right = browser.formToken(for: path)
                let others = [
                    nil, "", "0", String(right.dropLast()), right + "0", String(right.reversed()),
                    stranger.formToken(for: path),
                    browser.formToken(for: path + "/"),
                    browser.formToken(for: Self.paths.first { $0 != path } ?? ""),
                ]
                for token in others {
                    var fields = Self.filled(holder, password)
                    fields["form_token"] = token
                    let answer = try browser.copy().post(path, fields)
                    #expect(answer.status == 403, "\(path)")
                    #expect(answer.setCookies.isEmpty)
                    #expect(answer.alerts.count == 1)
                }
                var fields = Self.filled(holder, password)
                fields["form_token"] = right
                #expect(try Browser(site).post(path, fields).status == 403, "\(path) without a cookie")
            }
            #expect(try dump(site) == before)
        }
    }

    /// Everything but when sessions were last seen, which is written anew after 10 seconds: a slow machine, or one that
    /// works under a sanitizer, takes longer for all those posts.
    private func dump(_ site: Site) throws -> [String] {
        try site.database.execute("UPDATE sessions SET last_seen_at = created_at")
        return try site.database.dump()
    }

    @Test("B2, B3: a post from another site is refused, whatever its token")
    func otherSites() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            let page = try browser.get("/register")
            let fields = try Browser.fields(page, to: "/register", Browser.identification(holder, password))
            let before = try site.database.dump()
            for (name, values) in [
                "Origin": [
                    "null", "https://evil.example", "http://portal.example", "https://portal.example:8443",
                    "https://portal.example.evil.example", "https://PORTAL.example/",
                ],
                "Sec-Fetch-Site": ["cross-site", "same-site", "anything"],
            ] {
                for value in values {
                    var headers = Browser.sameSite
                    headers[try #require(HTTPField.Name(name))] = value
                    #expect(try browser.post("/register", fields, headers: headers).status == 403, "\(name): \(value)")
                }
            }
            #expect(try site.database.dump() == before)
            // An old browser says nothing of where a form comes from: the token is what counts.
            #expect(try browser.post("/register", fields, headers: [:]).status == 303)
        }
    }

    @Test("B4: a method that a path does not take is refused with those that it takes")
    func methods() throws {
        try Site.run { site in
            let before = try site.database.dump()
            for route in Route.all {
                for method in [HTTPRequest.Method.get, .head, .post, .put, .delete, .patch, .options, .trace, .connect]
                {
                    let asked = method == .head ? .get : method
                    guard !route.methods.contains(asked) else { continue }
                    let answer = Answer(
                        path: route.path,
                        site.portal.respond(to: .success(Request(method: method, path: route.path))))
                    #expect(answer.status == 405, "\(method) \(route.path)")
                    #expect(
                        answer.response.headers[.allow] == route.methods.map(\.rawValue).joined(separator: ", "))
                }
            }
            #expect(try site.database.dump() == before)
        }
    }

    private static func filled(_ holder: Holder, _ password: String) -> [String: String] {
        var fields = Browser.identification(holder, password)
        fields.merge(Browser.choice(holder.icegateID, holder.password)) { $1 }
        fields.merge(Browser.proof(("123456", "654321"))) { $1 }
        fields.merge(["alternate_email": "a@example.org", "alternate_mobile": "7000000001", "to": "hi"]) { $1 }
        return fields
    }
}
