import HTTP
import HTTPTypes
import Testing

@Suite("Paths")
struct RequestTests {
    @Test("a path is decoded once")
    func decodes() throws {
        #expect(try Request.decodePath(Array("/".utf8)) == "/")
        #expect(try Request.decodePath(Array("/a%20b+c/%E0%A4%95".utf8)) == "/a b+c/क")
        #expect(try Request.decodePath(Array("/%2541".utf8)) == "/%41")
        #expect(try Request.decodePath(Array("/..a/...".utf8.dropLast(4))) == "/..a")
    }

    @Test(
        "what could lead elsewhere is a 400",
        arguments: [
            "", "a", "*", "http://host/", "/..", "/../", "/a/../b", "/a/..", "/.", "/./a", "/%2e%2e/a", "/.%2E/a",
            "/a%2f..%2Fb", "/%00", "/a%", "/a%4", "/%zz", "/%C0%AE", "/%ED%A0%80", "/a%0d%0ab", "/a%7F", "/a\u{1}b",
        ])
    func refuses(_ path: String) {
        let error = #expect(throws: RequestError.self) { try Request.decodePath(Array(path.utf8)) }
        #expect(error?.status == .badRequest)
    }

    @Test("raw bytes that are not UTF-8 are a 400")
    func invalidUTF8() {
        let error = #expect(throws: RequestError.self) { try Request.decodePath([0x2F, 0xFF]) }
        #expect(error?.status == .badRequest)
    }

    @Test("a path over its limit is a 414")
    func limit() throws {
        let longest = "/" + String(repeating: "a", count: 1_023)
        #expect(try Request.decodePath(Array(longest.utf8)) == longest)
        let error = #expect(throws: RequestError.self) { try Request.decodePath(Array((longest + "a").utf8)) }
        #expect(error?.status == .uriTooLong)
    }

    @Test("a header field is found by its name in any case, and one that did not come is not there")
    func header() throws {
        let request = Request(
            headers: [(.accept, "*/*"), (.origin, "https://a.example"), (.userAgent, "")].map {
                HTTPField(name: $0, value: $1)
            })
        #expect(request.header(try #require(HTTPField.Name("ORIGIN"))) == "https://a.example")
        #expect(request.header(.userAgent) == "")
        #expect(request.header(.referer) == nil)
    }
}
