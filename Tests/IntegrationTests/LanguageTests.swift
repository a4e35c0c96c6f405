import Courier
import HTTP
import HTTPTypes
import Registration
import Testing

@testable import Portal

@Suite("languages") struct LanguageTests {
    @Test("a link chooses the language, and a cookie keeps it")
    func link() throws {
        try Site.run { site in
            let browser = Browser(site)
            var page = try browser.get("/register")
            #expect(page.html.elements.first { $0.name == "html" }?.attributes["lang"] == "en")
            page = try browser.get("/register?lang=hi")
            for page in [page, try browser.get("/register"), try browser.get("/")] {
                #expect(page.html.elements.first { $0.name == "html" }?.attributes["lang"] == "hi")
                #expect(page.response.headers[.contentLanguage] == "hi")
            }
            #expect(try browser.get("/?lang=xx").response.headers[.contentLanguage] == "hi")
            #expect(try browser.get("/?lang=en").response.headers[.contentLanguage] == "en")
            #expect(try browser.get("/").response.headers[.contentLanguage] == "en")
        }
    }

    @Test("the form of the page's head chooses the language, and the visitor stays on the page")
    func form() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            _ = try browser.open("/register")
            for path in ["/", "/about", "/login", "/search?q=ICEGATE+ID", "/register/verified"] {
                if path == "/register/verified" {
                    _ = try browser.identify(holder, password)
                    _ = try browser.choose(holder.icegateID, password: holder.password)
                    _ = try browser.prove(site.codes(of: holder))
                }
                var page = try browser.get(path)
                for language in ["hi", "en"] {
                    let answer = try browser.submit(page, to: "/language", button: ("to", language))
                    #expect(answer.status == 303 && answer.location == path, "\(path): \(answer.location ?? "")")
                    page = try browser.follow(answer)
                    #expect(page.response.headers[.contentLanguage] == language)
                }
            }
            var fields = try Browser.fields(browser.get("/login"), to: "/language")
            fields["to"] = "xx"
            #expect(try browser.post("/language", fields).status == 400)
            fields.merge(["to": "hi", "next": "https://evil.example/"]) { $1 }
            #expect(try browser.post("/language", fields).location == "/")
        }
    }

    /// Every page with a form, what is typed into it, and what may not be shown again.
    private static let forms: [(path: String, typed: [String: String], secrets: [String: String])] = [
        ("/register", ["iec": "half an IEC", "gstin": "27"], ["password": "K7Q2-M9XT-4CDEF", "captcha": "ABC"]),
        ("/resume", ["iec": "half an IEC", "gstin": "27"], ["mobile_otp": "918273", "email_otp": "827364"]),
        ("/temporary-password", ["iec": "half an IEC", "gstin": "27"], ["captcha": "ABC"]),
        ("/login", ["icegate_id": "somebody"], ["password": "Correct-Horse-9"]),
        ("/forgot-password", ["icegate_id": "somebody"], ["captcha": "ABC"]),
        ("/forgot-id", ["iec": "half an IEC", "gstin": "27"], ["captcha": "ABC"]),
        ("/feedback", ["feedback": "half a message", "email": "nobody@"], ["captcha": "ABC"]),
        ("/public-enquiries/gstin", ["gstin": "27"], [:]),
        ("/public-enquiries/iec", ["iec": "half an IEC"], ["captcha": "ABC"]),
    ]

    @Test("a form is shown again with what was typed, secrets apart, when its page is wanted in another language")
    func typed() throws {
        try Site.run { site in
            let browser = Browser(site)
            for (path, typed, secrets) in Self.forms {
                let before = try site.database.dump()
                let sent = typed.merging(secrets) { $1 }
                let page = try browser.submit(browser.get(path), to: path, sent, button: ("to", "hi"))
                #expect(page.status == 200 && page.alerts.isEmpty, "\(path)")
                #expect(page.response.headers[.contentLanguage] == "hi", "\(path)")
                let shown = try Browser.fields(page, to: path)
                for (name, value) in typed { #expect(shown[name] == value, "\(path): \(name)") }
                for value in secrets.values { #expect(!page.body.contains(value), "\(path)") }
                #expect(try browser.get(path).response.headers[.contentLanguage] == "hi", "\(path)")
                _ = try browser.get("/?lang=en")
                #expect(try site.database.dump() == before, "\(path): a form that is not meant does nothing")
            }
        }
    }

    @Test("a registration in Hindi has its messages and its letters in Hindi")
    func wholeWay() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            _ = try browser.get("/?lang=hi")
            var page = try browser.submit(browser.get("/register"), to: "/register")
            #expect(page.status == 422)
            for field in ["iec", "gstin", "password", "captcha"] {
                #expect(Self.isHindi(page.errors(of: field)), "\(page.errors(of: field))")
            }
            page = try browser.follow(browser.identify(holder, password))
            page = try browser.submit(
                page, to: "/register/account", ["icegate_id": "a b", "new_password": "x", "confirm_password": "y"])
            for field in ["icegate_id", "new_password", "confirm_password"] {
                #expect(Self.isHindi(page.errors(of: field)), "\(page.errors(of: field))")
            }
            page = try browser.follow(browser.choose(holder.icegateID, password: holder.password))
            #expect(page.notices.allSatisfy(Self.isHindi) && page.notices.count == 1)
            page = try browser.prove(("000000", "000000"))
            #expect(Self.isHindi(page.errors(of: "mobile_otp")) && Self.isHindi(page.errors(of: "email_otp")))
            let codes = try site.codes(of: holder)
            _ = try browser.prove(codes)
            page = try browser.follow(browser.finish())
            #expect(page.notices.allSatisfy(Self.isHindi) && page.notices[0].contains(holder.icegateID))
            _ = try browser.logIn(holder.icegateID, holder.password)
            #expect(Self.isHindi(try browser.get("/account").text))

            let letters = try site.letters(to: holder.email) + site.letters(to: holder.mobile)
            let own = letters.filter { !$0.subject.contains("temporary") && !$0.body.contains("temporary") }
            #expect(own.count == 3 && own.allSatisfy { Self.isHindi($0.body) })
        }
    }

    /// Whether a text is in Hindi, names and abbreviations apart.
    private static func isHindi(_ text: String) -> Bool {
        let scalars = text.unicodeScalars
        let hindi = scalars.filter { (0x900...0x97F).contains($0.value) }.count
        return hindi > 0 && 3 * hindi > scalars.filter { $0.properties.isAlphabetic && $0.isASCII }.count
    }
}
