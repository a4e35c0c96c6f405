import HTTP
import HTTPTypes
import Testing

@Suite("Cookies")
struct CookiesTests {
    private func parse(_ text: String) -> Cookies { Cookies.parse(Array(text.utf8)) }

    @Test("pairs are read, with and without spaces and quotes")
    func pairs() {
        let cookies = parse("a=1; __Host-session=abc;b=\"q\" ;\tc=x=y; d=")
        #expect(cookies.names == ["a", "__Host-session", "b", "c", "d"])
        #expect(cookies["__Host-session"] == "abc")
        #expect(cookies["b"] == "q")
        #expect(cookies["c"] == "x=y")
        #expect(cookies["d"] == "")
        #expect(parse("").names.isEmpty)
    }

    @Test("pairs that are junk are left out, the others stay")
    func junk() {
        for junk in [
            "", ";", "novalue", "=v", " =v", "a b=v", "a=b c", "a=\"", "a=é", "é=a", "a=\u{1}", "a=,", "a=\\", "a\"=1",
        ] {
            let cookies = parse("\(junk); ok=1; \(junk)")
            #expect(cookies.names == ["ok"], "\(junk)")
        }
        #expect(Cookies.parse([0xFF, 0x3D, 0x61, 0x3B, 0x6F, 0x3D, 0x31]).names == ["o"])
    }

    @Test("B6: a name twice counts as not sent, whatever its values, and leaves the others alone")
    func twice() {
        for text in ["a=1; a=2", "a=1; a=1", "a=; b=2;a=\"1\"", "a=1;a=2;a=3"] {
            #expect(parse(text)["a"] == nil, "\(text)")
        }
        #expect(parse("a=; b=2;a=\"1\"")["b"] == "2")
        #expect(parse("a=1; A=2").names == ["a", "A"])
    }

    @Test("a cookie to set has all its attributes")
    func setCookie() {
        #expect(
            SetCookie(name: "__Host-session", value: "abc", maxAge: .seconds(900), isSecure: true)?.headerValue
                == "__Host-session=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=900; Secure")
        #expect(
            SetCookie(name: "session", value: "", maxAge: .seconds(-5), isSecure: false)?.headerValue
                == "session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
        #expect(
            SetCookie(name: "s", value: "v", isSecure: true)?.headerValue
                == "s=v; Path=/; HttpOnly; SameSite=Lax; Secure")
    }

    @Test("A10: a cookie whose name or value could forge a header is not made")
    func forgedSetCookie() {
        for byte: UInt8 in 0...127 {
            let text = String(decoding: [byte], as: UTF8.self)
            let isAllowed = byte > 0x20 && byte < 0x7F && !"\",;\\".utf8.contains(byte)
            #expect((SetCookie(name: "a", value: "x\(text)y", isSecure: true) != nil) == isAllowed, "\(byte)")
        }
        for bad in ["", "a b", "a=b", "a;b", "a\r\nb", "a\u{0}", "é", "a\u{301}"] {
            #expect(SetCookie(name: bad, value: "v", isSecure: true) == nil)
        }
        for bad in ["a\r\nSet-Cookie: b=c", "\r\n", "é", "a\u{301}", "\u{0}"] {
            #expect(SetCookie(name: "a", value: bad, isSecure: true) == nil)
        }
    }

    @Test("a cookie with a prefix that browsers refuse without Secure is not made without it")
    func prefixes() {
        #expect(SetCookie(name: "__Host-a", value: "v", isSecure: false) == nil)
        #expect(SetCookie(name: "__Secure-a", value: "v", isSecure: false) == nil)
    }
}
