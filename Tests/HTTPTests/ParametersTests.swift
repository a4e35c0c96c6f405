import HTTP
import HTTPTypes
import Testing

@Suite("Form and query fields")
struct ParametersTests {
    private func decode(_ text: String) throws(RequestError) -> Parameters {
        try Parameters.decode(urlEncoded: Array(text.utf8))
    }

    private func status(of bytes: [UInt8]) -> Int? {
        do {
            _ = try Parameters.decode(urlEncoded: bytes)
            return nil
        } catch {
            return error.status.code
        }
    }

    private func status(of text: String) -> Int? { status(of: Array(text.utf8)) }

    @Test("fields are decoded in their order, + is a space, %2B a plus")
    func order() throws {
        let fields = try decode("b=1+2&a=%2B&empty=&none&&d=x=y")
        #expect(fields.names == ["b", "a", "empty", "none", "d"])
        #expect(fields["b"] == "1 2")
        #expect(fields["a"] == "+")
        #expect(fields["empty"] == "")
        #expect(fields["none"] == "")
        #expect(fields["d"] == "x=y")
        #expect(fields["absent"] == nil)
        #expect(try decode("").isEmpty)
        #expect(try decode("&&&").isEmpty)
    }

    @Test("fields without a name are passed over, as lynx sends those that are only shown")
    func nameless() throws {
        let fields = try decode("a=1&=shown@example.com&=9876543210&b=2")
        #expect(fields.names == ["a", "b"])
        #expect(fields[""] == nil)
        #expect(try decode("=x").isEmpty)
        #expect(try decode("=&=%&=%00").isEmpty)
    }

    @Test("percent signs are decoded once, in either case, and UTF-8 in pieces is put together")
    func decodesOnce() throws {
        #expect(try decode("a=%2541")["a"] == "%41")
        #expect(try decode("a=%e0%A4%95%E0%A5%8D%20b")["a"] == "क् b")
        #expect(try decode("a=%0d%0aSet-Cookie:x")["a"] == "\r\nSet-Cookie:x")
    }

    @Test(
        "B15: what is malformed is a 400",
        arguments: [
            "a=%", "a=%4", "a=%4g", "a=%E0%A4%A", "a=%-1", "a=%+1", "a=%00", "%00=a", "a=\u{0}", "a[]=1",
            "a[b][c]=1", "a%5B%5D=1", "a=1&a=2", "a=1&%61=2", "a&a", "%FF=1", "na%20me=1", "é=1", "a\u{7F}=1",
        ])
    func malformed(_ text: String) {
        #expect(status(of: text) == 400)
    }

    @Test("A15: bytes that are not UTF-8 are a 400: alone, overlong, surrogates, beyond Unicode, cut short")
    func invalidUTF8() {
        let sequences: [[UInt8]] = [
            [0xFF], [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
            [0xF0, 0x80, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE0, 0xA4], [0xC3, 0x28],
        ]
        for sequence in sequences {
            #expect(status(of: Array("a=".utf8) + sequence) == 400)
            let escaped = sequence.flatMap { [UInt8(ascii: "%")] + Array(hex($0).utf8) }
            #expect(status(of: Array("a=".utf8) + escaped) == 400)
        }
    }

    @Test("A15: every byte as a value, raw and escaped, is either itself or a 400")
    func everyByte() throws {
        for byte: UInt8 in 0...255 {
            let escaped = "a=%\(hex(byte))"
            if byte == 0 || byte >= 0x80 {
                #expect(status(of: escaped) == 400)
                #expect(status(of: Array("a=".utf8) + [byte]) == 400)
            } else {
                #expect(try decode(escaped)["a"]?.utf8.elementsEqual([byte]) == true)
            }
        }
    }

    @Test("E1: 32 fields of 1,024 bytes are taken, one more field or byte is a 413")
    func limits() throws {
        let fields = (0..<32).map { "f\($0)=" + String(repeating: "x", count: 1_024) }
        #expect(try decode(fields.joined(separator: "&")).names.count == 32)
        #expect(status(of: (fields + ["g=1"]).joined(separator: "&")) == 413)
        #expect(status(of: "a=" + String(repeating: "x", count: 1_025)) == 413)
        #expect(status(of: String(repeating: "x", count: 1_025) + "=1") == 413)
        #expect(try decode("a=" + String(repeating: "%20", count: 1_024))["a"]?.utf8.count == 1_024)
        #expect(status(of: "a=" + String(repeating: "%20", count: 1_025)) == 413)
        #expect(status(of: "a=" + String(repeating: "%", count: 100_000)) == 413)
    }

    @Test("passwords may have 4,096 bytes and NUL, so that their policy judges them; other fields may not")
    func passwords() throws {
        for name in ["password", "new_password", "confirm_password"] {
            for length in [1_024, 1_025, 4_096] {
                #expect(try decode("\(name)=" + String(repeating: "x", count: length))[name]?.utf8.count == length)
                let escaped = "\(name)=" + String(repeating: "%20", count: length)
                #expect(try decode(escaped)[name]?.utf8.count == length)
            }
            #expect(status(of: "\(name)=" + String(repeating: "x", count: 4_097)) == 413)
            #expect(status(of: "\(name)=" + String(repeating: "%20", count: 4_097)) == 413)
            let held = try decode("\(name)=a%00b")[name]
            #expect(held.map { Array($0.utf8) } == [97, 0, 98])
            #expect(status(of: "\(name)=%FF") == 400)
            #expect(status(of: "\(name)=1&\(name)=2") == 400)
        }
        for name in ["Password", "password2", "old_password", "captcha", "passwor%00d"] {
            #expect(status(of: "\(name)=%00") == 400, "\(name)")
        }
        #expect(status(of: "password2=" + String(repeating: "x", count: 1_025)) == 413)
        #expect(status(of: "password=" + String(repeating: "x", count: 2_000) + "&a=%00") == 400)
    }

    @Test("the limit counts bytes, not characters: a letter with a thousand marks is long")
    func limitCountsBytes() {
        #expect(status(of: "a=a" + String(repeating: "\u{301}", count: 600)) == 413)
    }

    @Test("E1: 10,000 fields are refused at the 33rd")
    func manyFields() {
        let text = (0..<10_000).map { "f\($0)=1" }.joined(separator: "&")
        let time = ContinuousClock().measure { #expect(status(of: text) == 413) }
        #expect(time < .milliseconds(500))
    }

    @Test("what is encoded is decoded to the same")
    func roundTrip() throws {
        let values = ["", " ", "a b+c", "&=%#?/\\\"'<>", "क्षत्रिय", "\u{202E}x", "e\u{301}", "\r\n\t", "😀"]
        let fields = Parameters(values.enumerated().map { (name: "n\($0.offset)", value: $0.element) })
        let decoded = try decode(fields.urlEncoded())
        #expect(decoded.names == fields.names)
        for name in fields.names {
            // Equal text may be other bytes ("é" and "e" with an accent), so the bytes are compared.
            #expect(decoded[name].map { Array($0.utf8) } == fields[name].map { Array($0.utf8) })
        }
        #expect(Parameters([("a b", "1&2"), ("c", "~-._")]).urlEncoded() == "a+b=1%262&c=~-._")
    }

    @Test("fields that differ, or are cut elsewhere, have other bytes")
    func bytes() {
        let all: [[(name: String, value: String)]] = [
            [], [("", "")], [("a", "bc")], [("ab", "c")], [("a", "b"), ("c", "")], [("a", ""), ("b", "c")],
            [("a", "BC")],
        ]
        #expect(Set(all.map { Parameters($0).distinctBytes }).count == all.count)
        #expect(Parameters([("a", "bc")]).distinctBytes == Array("a".utf8) + [0xFF] + Array("bc".utf8) + [0xFF])
    }

    @Test("of names given twice in the program the first is kept")
    func firstWins() {
        let fields = Parameters([("a", "1"), ("a", "2")])
        #expect(fields.names == ["a"])
        #expect(fields["a"] == "1")
    }

    @Test("an error's reason holds nothing that was sent")
    func reasonIsFixed() {
        let error = #expect(throws: RequestError.self) { try decode("secret=1&secret=2") }
        #expect(error?.reason.contains("secret") == false)
    }

    private func hex(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return text.utf8.count == 1 ? "0" + text : text
    }
}
