import Persistence
import Testing

@testable import Courier

@Suite("The registered texts") struct RegisteredTemplateTests {
    private static let fixed = "is your mobile OTP for ICEGATE Simplified Auto Registration, valid until"

    private static func problems(_ text: String, id: String = "1107160000000000001") -> [String] {
        RegisteredTemplate(id: id, text: text).problems
    }

    @Test("let pass what operators would let pass, and nothing else")
    func matching() {
        let template = RegisteredTemplate(
            id: "1107160000000000001", text: "{#numeric#} \(Self.fixed) {#alphanumeric#}. - CBIC")
        #expect(template.problems == [])
        #expect(template.matches("123456 \(Self.fixed) 22-11-2026, 10:42 IST. - CBIC"))
        #expect(!template.matches("12345a \(Self.fixed) 22-11-2026, 10:42 IST. - CBIC"))
        #expect(!template.matches(" \(Self.fixed) 22-11-2026, 10:42 IST. - CBIC"))
        #expect(!template.matches("123456 \(Self.fixed) 22-11-2026, 10:42 IST. - CBIC "))
        #expect(!template.matches("123456 \(Self.fixed) . - CBIC"))
        #expect(!template.matches("१२३४५६ \(Self.fixed) 22-11-2026, 10:42 IST. - CBIC"))
        #expect(!template.matches("123456 \(Self.fixed) \(String(repeating: "x", count: 41)). - CBIC"))
        #expect(!template.matches("123456 \(Self.fixed) a\u{0}b. - CBIC"))
    }

    @Test("may have two typed variables, apart from each other, in a text that is mostly fixed")
    func rules() {
        #expect(Self.problems("{#var#} \(Self.fixed)").first?.contains("no type") == true)
        #expect(Self.problems("{#text#} \(Self.fixed)").first?.contains("no type of variable") == true)
        #expect(Self.problems("{#numeric#} {#numeric#} \(Self.fixed)").first?.contains("next to each other") == true)
        #expect(Self.problems("{#numeric#}{#url#} \(Self.fixed)").first?.contains("next to each other") == true)
        #expect(
            Self.problems("{#numeric#} a {#numeric#} \(Self.fixed) {#email#}").first?.contains("3 variables") == true)
        #expect(Self.problems("ICEGATE {#numeric#}").first?.contains("30 %") == true)
        #expect(
            Self.problems("{#numeric#} is your OTP for a registration at the portal of Customs").first?
                .contains("ICEGATE or CBIC") == true)
        #expect(Self.problems("{#numeric#} आपका आइसगेट ओटीपी है, इसे किसी को न बताएँ") == [])
        #expect(Self.problems(Self.fixed, id: "110").first?.contains("12 to 19 digits") == true)
        #expect(Self.problems(Self.fixed, id: "११०७१६०००००००००००००").count == 1)
        #expect(Self.problems("{#numeric#} \(Self.fixed)") == [])
    }

    @Test("stand in a file, a line each, and every line that is none is named")
    func file() {
        let texts = RegisteredTemplates(
            """
            # comment

            one-time-password en 1107160000000000001 {#numeric#} \(Self.fixed).\\n\\n@portal.example #{#numeric#}
            one-time-password hi 1107160000000000002 {#numeric#} \(Self.fixed)
            registration-finished en 1107160000000000003 {#numeric#} \(Self.fixed)
            one-time-password en 1107160000000000001 {#numeric#} \(Self.fixed)
            one-time-password fr 1107160000000000001 x
            nonsense
            """)
        #expect(texts.problems.map { $0.prefix(6) } == ["line 5", "line 6", "line 7", "line 8"])
        #expect(texts[.oneTimePassword, .hindi]?.id == "1107160000000000002")
        #expect(texts[.temporaryPassword, .english] == nil)
        let template = RegisteredTemplates(
            "one-time-password en 1107160000000000001 {#numeric#} \(Self.fixed).\\n\\n@portal.example #{#numeric#}"
        )[.oneTimePassword, .english]
        #expect(template?.matches("123456 \(Self.fixed).\n\n@portal.example #123456") == true)
    }

    @Test(
        "are counted in parts as phones count them",
        arguments: [
            (String(repeating: "a", count: 160), 160, 1), (String(repeating: "a", count: 161), 161, 2),
            (String(repeating: "a", count: 306), 306, 2), (String(repeating: "a", count: 307), 307, 3),
            (String(repeating: "€", count: 80), 160, 1), (String(repeating: "[", count: 81), 162, 2),
            (String(repeating: "न", count: 70), 70, 1), (String(repeating: "न", count: 71), 71, 2),
            (String(repeating: "न", count: 135), 135, 3), ("क😀", 3, 1), ("", 0, 1), ("क्षि", 4, 1),
        ])
    func lengths(_ text: String, _ units: Int, _ parts: Int) {
        let length = SMSLength(of: text)
        #expect(length.units == units)
        #expect(length.parts == parts)
    }
}
