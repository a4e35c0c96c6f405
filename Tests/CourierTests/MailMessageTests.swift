import FoundationEssentials
import Persistence
import Registration
import Testing

@testable import Courier

@Suite("Mails") struct MailMessageTests {
    private static func lines(
        subject: String = "Your OTP", body: String = "Your OTP is 123456.\n\nKeep it.",
        language: MessageLanguage = .english
    ) throws -> [String] {
        let letter = Letter(
            serial: 42, template: .oneTimePassword, language: language,
            destination: Destination(try EmailAddress("a@example.in")), subject: subject, body: body)
        let message = MailMessage(
            sender: try EmailAddress("noreply@portal.example"), senderName: "ICEGATE", host: "portal.example")
        let bytes = message.bytes(of: letter, at: Date(timeIntervalSince1970: 1_795_373_101))
        let text = try #require(String(validating: bytes, as: UTF8.self))
        #expect(text.utf8.allSatisfy { $0 < 128 })
        #expect(text.hasSuffix("\r\n"))
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines.allSatisfy { !$0.contains("\n") && !$0.contains("\r") && $0.utf8.count <= 200 })
        return lines
    }

    @Test("have the fields that programs for mail look for, the same whenever one letter is written")
    func header() throws {
        let header = try Self.lines().prefix { !$0.isEmpty }
        #expect(
            Array(header) == [
                "Date: Sun, 22 Nov 2026 18:45:01 +0000", "From: \"ICEGATE\" <noreply@portal.example>",
                "To: <a@example.in>", "Subject: Your OTP", "Message-ID: <42.outbox@portal.example>",
                "Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All", "Content-Language: en",
                "MIME-Version: 1.0", "Content-Type: multipart/alternative; boundary=\"=_icegate_42\"",
            ])
    }

    @Test("carry Hindi subjects in encoded words that no character is cut by")
    func subject() throws {
        let subject = "आइसगेट पंजीकरण के लिए आपका ई-मेल ओटीपी और कुछ और शब्द भी"
        let lines = try Self.lines(subject: subject, language: .hindi)
        let start = try #require(lines.firstIndex { $0.hasPrefix("Subject: ") })
        let words =
            [String(lines[start].dropFirst(9))]
            + lines[(start + 1)...].prefix { $0.hasPrefix(" ") }.map { String($0.dropFirst()) }
        #expect(words.count > 1)
        var decoded = ""
        for word in words {
            #expect(word.hasPrefix("=?UTF-8?B?") && word.hasSuffix("?=") && word.utf8.count <= 75)
            let data = try #require(Data(base64Encoded: String(word.dropFirst(10).dropLast(2))))
            decoded += try #require(String(validating: data, as: UTF8.self))
        }
        #expect(decoded == subject)
    }

    @Test("say the same in plain text and in HTML, where nothing of the text becomes markup")
    func parts() throws {
        let lines = try Self.lines(body: "Line <b>one</b>\nline & \"two\"\n\nNext.")
        #expect(lines.filter { $0 == "--=_icegate_42" }.count == 2)
        #expect(lines.contains("--=_icegate_42--"))
        #expect(lines.contains("Line <b>one</b>"))
        #expect(lines.contains("<p>Line &lt;b&gt;one&lt;/b&gt;<br>"))
        #expect(lines.contains("line &amp; &quot;two&quot;</p>"))
        #expect(lines.contains("Content-Transfer-Encoding: quoted-printable"))
        #expect(!lines.contains { $0.contains("http") || $0.contains("src") })
    }

    @Test("in Hindi are base 64")
    func hindi() throws {
        let body = String(repeating: "आपका ओटीपी 123456 है।\n", count: 100)
        let lines = try Self.lines(body: body, language: .hindi)
        let start = try #require(lines.firstIndex(of: "Content-Transfer-Encoding: base64"))
        let letters = lines[(start + 2)...].prefix { !$0.hasPrefix("--") }
        #expect(letters.allSatisfy { $0.utf8.count <= 76 })
        let data = try #require(Data(base64Encoded: letters.joined()))
        #expect(String(decoding: data, as: UTF8.self) == body.replacing("\n", with: "\r\n"))
    }

    @Test("A8: keep lines short, blanks at their ends and dots at their beginning")
    func quotedPrintable() throws {
        let long = String(repeating: "x", count: 1_200)
        let body = ".\n..two\nblank \n=3D\n\(long)\nनम: 1 and some more text in plain ASCII to stay quoted-printable"
        let encoded = BodyEncoding(body)
        #expect(encoded.name == "quoted-printable")
        #expect(encoded.lines.allSatisfy { $0.utf8.count <= 76 && !$0.hasPrefix(".") && !$0.hasSuffix(" ") })
        #expect(encoded.lines.prefix(4) == ["=2E", "=2E.two", "blank=20", "=3D3D"])
        // Decoded again.
        var decoded = ""
        for line in encoded.lines { decoded += line.hasSuffix("=") ? String(line.dropLast()) : line + "\n" }
        #expect(decoded.contains(long))
    }
}
