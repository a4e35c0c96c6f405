import HTTP
import HTTPTypes
import Registration
import Testing

@Suite("search") struct SearchTests {
    /// Where the pages that were found are, the best first.
    private static func paths(_ answer: Answer) -> [String] {
        let parts = answer.body.split(separator: "class=\"hits\"")
        guard parts.count == 2, let list = parts[1].split(separator: "</ul>").first else { return [] }
        return HTMLPage(Array("<ul \(list)</ul>".utf8)).elements.compactMap { $0.attributes["href"] }
    }

    private static func search(_ site: Site, _ words: String, language: String = "en") throws -> Answer {
        let query = Parameters([("q", words), ("lang", language)]).urlEncoded()
        return try Browser(site).get("/search?" + query)
    }

    @Test("finds pages by the words of their text and titles, in the language of the page, the best first")
    func found() throws {
        try Site.run { site in
            #expect(try Self.paths(Self.search(site, "Privacy policy")).first == "/privacy")
            #expect(try Self.paths(Self.search(site, "forgotten PASSWORD")).first == "/forgot-password")
            #expect(try Self.paths(Self.search(site, "गोपनीयता", language: "hi")).first == "/privacy")
            // A term that Hindi writes otherwise leads to the same pages, shown in Hindi.
            let english = try Self.search(site, "OTP", language: "hi")
            #expect(try Set(Self.paths(english)) == Set(Self.paths(Self.search(site, "OTP"))))
            #expect(Self.paths(english).contains("/help") && english.text.contains("सहायता"))
            // Parts of words, and all of them.
            #expect(try Self.paths(Self.search(site, "digit sign")).contains("/digital-signature"))
            #expect(try Self.paths(Self.search(site, "digital zzzz")) == [])
            let answer = try Self.search(site, "data protection board")
            #expect(answer.notices == ["1 page was found."])
            #expect(answer.text.contains("then to the Data Protection Board of India."))
        }
    }

    @Test("no page repeats what another site chose, so that its length tells nothing of what stands beside")
    func foreign() throws {
        try Site.run { site in
            let name = try #require(HTTPField.Name("Sec-Fetch-Site"))
            for path in ["/search", "/", "/register", "/login"] {
                let target = "\(path)?q=guess1234&before=guess1234&again=guess1234&lang=hi"
                for origin in ["cross-site", "same-site"] {
                    let answer = try Browser(site).get(target, headers: [name: origin])
                    #expect(answer.status == 200)
                    #expect(!answer.body.contains("guess1234"), "\(path) from \(origin)")
                    #expect(answer.body.contains("lang=\"hi\""), "a link may choose the language")
                }
                for origin in ["same-origin", "none"] {
                    let answer = try Browser(site).get(target, headers: [name: origin])
                    #expect(answer.body.contains("guess1234"), "\(path) from \(origin)")
                }
            }
        }
    }

    @Test("says when it finds nothing, and shows what was typed as text")
    func nothing() throws {
        try Site.run { site in
            let answer = try Self.search(site, "<script>alert(1)</script> zzzz")
            #expect(answer.status == 200)
            #expect(answer.notices == ["0 pages were found."])
            #expect(!answer.body.contains("<script>alert"))
            #expect(answer.field("q")?.attributes["value"] == "<script>alert(1)</script> zzzz")
            let empty = try Browser(site).get("/search")
            #expect(empty.status == 200)
            #expect(empty.notices == [])
            // Words beyond the limit do not count, and cost nothing.
            #expect(try Self.search(site, String(repeating: "a ", count: 500)).status == 200)
        }
    }
}
