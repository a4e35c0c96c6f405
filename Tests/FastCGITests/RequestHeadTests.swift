import HTTP
import HTTPTypes
import Testing

@testable import FastCGI

extension CGIParameters {
    fileprivate init(_ pairs: [(name: String, value: [UInt8])]) {
        self.init()
        for (name, value) in pairs { append(name: name.utf8, value: value) }
    }
}

@Suite("Requests from CGI parameters")
struct RequestHeadTests {
    private func head(_ changes: [(String, String)] = []) throws(RequestError) -> RequestHead {
        let names = changes.map { $0.0 }
        let parameters = [("REQUEST_METHOD", "GET"), ("REQUEST_URI", "/")].filter { !names.contains($0.0) } + changes
        return try RequestHead(CGIParameters(parameters.map { ($0.0, Array($0.1.utf8)) }), limits: Limits())
    }

    private func status(_ changes: [(String, String)]) -> Int? {
        do {
            _ = try head(changes)
            return nil
        } catch {
            return error.status.code
        }
    }

    private let form = ("CONTENT_TYPE", "application/x-www-form-urlencoded")

    @Test("every part of a request is taken from its parameter")
    func parts() throws {
        let request = try head([
            ("REQUEST_METHOD", "POST"), ("REQUEST_URI", "/register%2Fotp?x=1"), ("QUERY_STRING", "lang=hi"), form,
            ("CONTENT_LENGTH", "5"), ("HTTP_COOKIE", "session=abc"), ("HTTP_USER_AGENT", "x"),
            ("HTTP_X_FORWARDED_FOR", "203.0.113.9"), ("REMOTE_ADDR", "192.0.2.7"), ("HTTPS", "on"),
            ("REQUEST_ID", "0123456789abcdef0123456789abcdef"),
        ]).request(body: Array("a=b+c".utf8))
        #expect(request.method == .post)
        #expect(request.path == "/register/otp")
        #expect(request.query["lang"] == "hi")
        #expect(request.form["a"] == "b c")
        #expect(request.cookies["session"] == "abc")
        #expect(request.header(.userAgent) == "x")
        #expect(request.header(.cookie) == nil)
        #expect(request.clientAddress == "192.0.2.7")
        #expect(request.isSecure)
        #expect(request.id == "0123456789abcdef0123456789abcdef")
    }

    @Test("HTTPS is on only when it says on, and an ill-formed number of the request is none")
    func oddValues() throws {
        for value in ["", "off", "1", "ON", "on "] { #expect(try !head([("HTTPS", value)]).request(body: []).isSecure) }
        for value in ["", "xyz", String(repeating: "g", count: 32), String(repeating: "a", count: 33), "a\nb"] {
            #expect(try head([("REQUEST_ID", value)]).request(body: []).id == "")
        }
    }

    @Test("a body must be a form, a charset beside it is no matter, its case neither")
    func contentType() throws {
        let length = ("CONTENT_LENGTH", "3")
        for type in ["", "text/plain", "multipart/form-data; boundary=x", "application/json", form.1 + "x"] {
            #expect(status([("REQUEST_METHOD", "POST"), length, ("CONTENT_TYPE", type)]) == 415)
        }
        for type in [form.1, form.1 + "; charset=UTF-8", form.1 + ";charset=x", "Application/X-WWW-Form-UrlEncoded"] {
            #expect(status([("REQUEST_METHOD", "POST"), length, ("CONTENT_TYPE", type)]) == nil)
        }
        #expect(status([("REQUEST_METHOD", "POST"), ("CONTENT_TYPE", "text/plain")]) == nil)
    }

    @Test("E5: a length is digits up to the limit")
    func contentLength() throws {
        #expect(try head([form, ("CONTENT_LENGTH", "16384")]).contentLength == 16_384)
        #expect(try head([form, ("CONTENT_LENGTH", "")]).contentLength == 0)
        #expect(try head([form, ("CONTENT_LENGTH", "007")]).contentLength == 7)
        for text in ["16385", "9223372036854775807", "9223372036854775808", "99999999999999999999999999"] {
            #expect(status([form, ("CONTENT_LENGTH", text)]) == 413)
        }
        for text in ["-1", "+1", " 1", "1 ", "1\n", "0x10", "1e3", "१", "1,1", "3, 3"] {
            #expect(status([form, ("CONTENT_LENGTH", text)]) == 400)
        }
    }

    @Test("E5: a body of another length than announced is a 400")
    func bodyLength() throws {
        let head = try head([("REQUEST_METHOD", "POST"), form, ("CONTENT_LENGTH", "3")])
        for body in ["", "a=", "a=bc"] {
            #expect(throws: RequestError.self) { try head.request(body: Array(body.utf8)) }
        }
    }

    @Test("B15: a field in the query and in the form is a 400, the body of another method no form")
    func fieldInBoth() throws {
        let post = try head([
            ("REQUEST_METHOD", "POST"), form, ("CONTENT_LENGTH", "3"), ("QUERY_STRING", "a=1"),
        ])
        #expect(throws: RequestError.self) { try post.request(body: Array("a=b".utf8)) }
        let put = try head([("REQUEST_METHOD", "PUT"), form, ("CONTENT_LENGTH", "3")])
        #expect(try put.request(body: Array("a=b".utf8)).form.isEmpty)
    }

    @Test("a method that is no token is a 400, an unknown one is passed on")
    func method() throws {
        for text in ["", "GET ", "G\nT", "é", "(GET)"] { #expect(status([("REQUEST_METHOD", text)]) == 400) }
        #expect(try head([("REQUEST_METHOD", "BREW")]).request(body: []).method.rawValue == "BREW")
    }

    @Test("B3, E1: parameters over the limits, and one given twice, are a 400")
    func limits() {
        #expect(status((0..<126).map { ("X\($0)", "") }) == nil)
        #expect(status((0..<127).map { ("X\($0)", "") }) == 400)
        #expect(status([("X", String(repeating: "x", count: 65_000))]) == nil)
        #expect(status([("X", String(repeating: "x", count: 65_536))]) == 400)
        for name in ["HTTP_COOKIE", "HTTP_ORIGIN", "CONTENT_TYPE", "REMOTE_ADDR", "X"] {
            #expect(status([(name, "a=1"), (name, "a=1")]) == 400)
        }
    }

    @Test("bytes of any kind in a header field are taken without CR, LF and NUL")
    func headerBytes() throws {
        for byte: UInt8 in 0...255 {
            let parameters = CGIParameters([
                ("REQUEST_METHOD", Array("GET".utf8)), ("REQUEST_URI", Array("/".utf8)), ("HTTP_X_A", [65, byte, 66]),
                ("HTTP_\u{E9}", [byte]), ("HTTP_", [byte]),
            ])
            let request = try RequestHead(parameters, limits: Limits()).request(body: [])
            #expect(request.headers.count == 1)
            #expect(request.headers.allSatisfy { $0.value.utf8.allSatisfy { $0 != 0 && $0 != 10 && $0 != 13 } })
        }
    }

    @Test("cookies are no header field, in whatever case the parameter's name is written")
    func cookieHeader() throws {
        for name in ["HTTP_COOKIE", "HTTP_Cookie", "HTTP_cookie"] {
            #expect(try head([(name, "session=abc")]).request(body: []).headers.isEmpty, "\(name)")
        }
    }

    @Test("a header field is a parameter in capitals alone, so that none stands twice")
    func headerTwice() throws {
        let parameters = [
            ("HTTP_Origin", "https://a.example"), ("HTTP_ORIGIN", "https://b.example"), ("HTTP_X-A", "c"),
        ]
        let request = try head(parameters).request(body: [])
        #expect(request.headers == [HTTPField(name: .origin, value: "https://b.example")])
    }
}
