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

    @Test("a page that outlived its session leads on to itself in the language that was chosen")
    func outlived() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            let page = try browser.get("/help")
            // Another tab has begun a registration: the page belongs to the session before.
            _ = try browser.identify(holder, password)
            let answer = try browser.submit(page, to: "/language", button: ("to", "hi"))
            #expect(answer.status == 303 && answer.location == "/help")
            #expect(try browser.get("/help").response.headers[.contentLanguage] == "hi")

            let forgetful = Browser(site)
            let refused = try forgetful.post(
                "/language", Browser.fields(page, to: "/language", ["next": "/help"]).merging(["to": "hi"]) { $1 })
            #expect(refused.status == 403 && refused.response.headers[.contentLanguage] == "hi")
            #expect(refused.html.elements("href", "/help?lang=hi").count >= 1)
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

    /// Those of a registration, of an account and of a forgotten password.
    private static let later: [(path: String, typed: [String: String], secrets: [String: String])] = [
        ("/register/account", ["icegate_id": "half a name"], ["new_password": "Correct-Horse-9"]),
        ("/register/otp", [:], ["mobile_otp": "918273", "email_otp": "827364"]),
        ("/register/alternate", ["alternate_email": "half", "alternate_mobile": "98"], [:]),
        ("/account/contact", ["email": "half", "mobile": "98"], ["password": "Correct-Horse-9"]),
        ("/account/password", [:], ["password": "Correct-Horse-9", "new_password": "Other-Horse-99"]),
        ("/forgot-password/otp", ["icegate_id": "HALF"], ["mobile_otp": "918273"]),
    ]

    @Test("so are the forms behind the first step, and none of their tries is counted")
    func typedLater() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            for (path, typed, secrets) in Self.later {
                switch path {
                case "/register/account": _ = try browser.identify(holder, password)
                case "/register/otp": _ = try browser.choose(holder.icegateID, password: holder.password)
                case "/register/alternate": _ = try browser.prove(site.codes(of: holder))
                case "/account/contact":
                    _ = try browser.finish()
                    _ = try browser.logIn(holder.icegateID, holder.password)
                default: break
                }
                let form = try browser.get(path)
                let before = try site.database.dump()
                let page = try browser.submit(form, to: path, typed.merging(secrets) { $1 }, button: ("to", "hi"))
                #expect(page.status == 200 && page.response.headers[.contentLanguage] == "hi", "\(path)")
                let shown = try Browser.fields(page, to: path)
                for (name, value) in typed { #expect(shown[name] == value, "\(path): \(name)") }
                for value in secrets.values { #expect(!page.body.contains(value), "\(path)") }
                _ = try browser.get("/?lang=en")
                #expect(try site.database.dump() == before, "\(path): a form that is not meant does nothing")
            }
        }
    }

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
