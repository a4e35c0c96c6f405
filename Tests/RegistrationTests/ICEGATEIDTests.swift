import Testing

@testable import Registration

@Suite("An ICEGATE ID") struct ICEGATEIDTests {
    @Test(
        "of letters, digits, hyphens and underscores is read, in upper case",
        arguments: [
            ("Testing123", "TESTING123"), ("a", "A"), ("7", "7"), ("-a-", "-A-"), ("__0", "__0"),
            ("abcdefghijklmnopqrstuvwxy", "ABCDEFGHIJKLMNOPQRSTUVWXY"),
        ])
    func valid(typed: String, text: String) throws {
        #expect(try ICEGATEID(typed).text == text)
        #expect(try ICEGATEID(typed.lowercased()) == ICEGATEID(typed.uppercased()))
        #expect(try ICEGATEID(typed).description == text)
    }

    @Test("A5, A16: holds no ASCII character but letters, digits, hyphen and underscore")
    func everyASCIICharacter() {
        for value in UInt8(0)...127 {
            let text = "A\(Unicode.Scalar(value))B"
            let isAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8.contains(value)
            let rule: RuleViolation =
                value == 32 || (9...13).contains(value) ? .icegateIDBlank : .icegateIDSpecialCharacter
            #expect(broken { () throws(InvalidValue) in try ICEGATEID(text) } == (isAllowed ? [] : [rule]), "\(value)")
        }
    }

    @Test("has at most 25 characters")
    func length() {
        for count in [1, 24, 25, 26, 100_000] {
            let text = String(repeating: "x", count: count)
            #expect(broken { () throws(InvalidValue) in try ICEGATEID(text) } == (count > 25 ? [.icegateIDLength] : []))
        }
    }

    @Test("counts scalars, not what a reader takes for one character")
    func combiningMarks() {
        let text = "a" + String(repeating: "\u{301}", count: 100_000)
        #expect(
            broken { () throws(InvalidValue) in try ICEGATEID(text) } == [.icegateIDSpecialCharacter, .icegateIDLength])
    }

    @Test(
        "A17: has a blank nowhere, the ends included",
        arguments: [
            " Testing123", "Testing123 ", "Testing 123", "Testing123\n", "\tTesting123", "Testing123\r\n",
        ])
    func blanks(text: String) {
        #expect(broken { () throws(InvalidValue) in try ICEGATEID(text) } == [.icegateIDBlank])
    }

    @Test("A18: has a letter or a digit", arguments: ["-", "_", "___", "-_-"])
    func alphanumeric(text: String) {
        #expect(broken { () throws(InvalidValue) in try ICEGATEID(text) } == [.icegateIDAlphanumeric])
    }

    @Test("that breaks several rules tells all of them")
    func allRules() {
        #expect(
            broken { () throws(InvalidValue) in try ICEGATEID(String(repeating: "@ ", count: 13)) }
                == [.icegateIDBlank, .icegateIDSpecialCharacter, .icegateIDLength, .icegateIDAlphanumeric])
        #expect(
            broken { () throws(InvalidValue) in try ICEGATEID("Asha Rao & Sons, Mumbai, India") }
                == [.icegateIDBlank, .icegateIDSpecialCharacter, .icegateIDLength])
        #expect(
            broken { () throws(InvalidValue) in try ICEGATEID("- -") } == [.icegateIDBlank, .icegateIDAlphanumeric])
    }

    @Test("that was not typed is asked for, alone")
    func missing() {
        #expect(broken { () throws(InvalidValue) in try ICEGATEID("") } == [.icegateIDMissing])
    }

    @Test(
        "A18: that passes for an office, a role or a program is kept back, in either case",
        arguments: [
            "admin", "ADMIN", "Icegate", "null", "root", "cbic", "Customs", "helpdesk",
        ])
    func reserved(text: String) {
        #expect(broken { () throws(InvalidValue) in try ICEGATEID(text) } == [.icegateIDReserved])
    }

    @Test("A16: holds ASCII alone", arguments: hostileScalars.filter { $0.value > 127 })
    func hostile(scalar: Unicode.Scalar) {
        for text in variants(of: "Testing123", with: scalar) {
            #expect(broken { () throws(InvalidValue) in try ICEGATEID(text) } == [.icegateIDSpecialCharacter])
        }
    }

    @Test(
        "A16: that looks like another one in another script is refused",
        arguments: ["АDMIN", "Ｔesting", "\u{212A}ing", "ſita"])
    func homoglyphs(text: String) {
        #expect(broken { () throws(InvalidValue) in try ICEGATEID(text) } == [.icegateIDSpecialCharacter])
    }
}
