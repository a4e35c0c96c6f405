import HTTP
import HTTPTypes
import Testing

@Suite("Responses")
struct ResponseTests {
    @Test("cookies are kept apart")
    func cookies() throws {
        var response = Response(status: .ok)
        response.setCookie(try #require(SetCookie(name: "a", value: "1", isSecure: true)))
        response.setCookie(try #require(SetCookie(name: "b", value: "2", isSecure: true)))
        #expect(response.headers[values: .setCookie].count == 2)
        #expect(response.headers[values: .setCookie].first?.hasPrefix("a=1;") == true)
    }

    @Test("A10: common fields are encoded each as a line that nothing in it can end")
    func commonFields() {
        let block = HeaderBlock([
            HTTPField(name: .vary, value: "Cookie"), HTTPField(name: .cacheControl, value: "a\r\nX: y"),
        ])
        #expect(String(decoding: block.lines, as: UTF8.self) == "Vary: Cookie\r\nCache-Control: a  X: y\r\n")
        #expect(block.fields.map(\.name) == [.vary, .cacheControl])
    }

    @Test("A10: a redirect stays on this site")
    func seeOther() {
        #expect(Response.seeOther("/register?lang=hi").headers[.location] == "/register?lang=hi")
        #expect(Response.seeOther("/register").status.code == 303)
        for path in [
            "", "//evil.example", "/\\evil.example", "https://evil.example", "register", "/a\r\nX: y", "/a b", "/é",
        ] {
            #expect(Response.seeOther(path).headers[.location] == "/", "\(path)")
        }
    }

    @Test("A10: a header value can't hold CR, LF or NUL, however it is made")
    func headerValues() {
        for bad in ["a\r\nX: y", "a\nb", "a\rb", "a\u{0}b"] {
            var headers: HTTPFields = [.location: bad]
            headers[.server] = bad
            headers.append(HTTPField(name: .vary, value: bad))
            headers.append(HTTPField(name: .eTag, lenientValue: Array(bad.utf8)))
            for field in headers {
                #expect(field.value.utf8.allSatisfy { $0 != 13 && $0 != 10 && $0 != 0 })
            }
        }
    }
}
