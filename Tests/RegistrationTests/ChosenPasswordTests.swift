import Sodium
import Testing

@testable import Registration

@Suite("A chosen password") struct ChosenPasswordTests {
    private let personal = ["Testing123", "AAPFU0939F", "9876543210", "asha.rao"]

    private func broken(_ text: String, temporary: TemporaryPassword? = nil) -> [RuleViolation] {
        RegistrationTests.broken { () throws(InvalidValue) in
            try ChosenPassword(text, personal: personal, temporary: temporary)
        }
    }

    @Test(
        "that is long, mixed and one's own is taken as it was typed",
        arguments: [
            "Tr4de-winds&Kutch", "correct Horse 7 battery staple", "Mango!Lassi#42nd", "xK9#mQ2$vL7p", "8#2!9$aA@4%7",
            "Seven grey Parrots, 1 boat", "Kaveri_flows-South7", "  Leading 9 blanks", "Grün-4-Wälder",
            "Chai&Samosa@6pm",
            "Zürich \u{1F600} 9 Tage", "Nava-Rasa.4.Rang", "दो7 Ghar चार", "V!olet7Umbrella", "Rain9on the Roof",
        ])
    func accepted(text: String) throws {
        #expect(broken(text) == [])
        #expect(try ChosenPassword(text, personal: personal).bytes == Array(text.utf8))
    }

    @Test("C22: has 12 to 128 characters, counted as Unicode scalars")
    func length() {
        let tail = "-7Kq"
        for (count, rules) in [
            (11, [RuleViolation.passwordTooShort]), (12, []), (128, []), (129, [.passwordTooLong]),
        ] {
            // Letters that neither repeat nor follow each other.
            let ascii = String(
                decoding: (0..<(count - 4)).map { Array("mzkwtbhqfx".utf8)[$0 * $0 % 10] }, as: UTF8.self)
            #expect(broken(ascii + tail) == rules, "\(count)")
            let emoji = String(repeating: "\u{1F600}\u{1F4A5}\u{1F40D}", count: count).unicodeScalars.prefix(count - 4)
            #expect(broken(String(emoji) + tail + "").contains(.passwordTooShort) == (count < 12))
            #expect(broken(String(emoji) + tail).contains(.passwordTooLong) == (count > 128))
        }
    }

    @Test("of 128 scalars of four bytes each is within the bytes that are hashed")
    func longestInBytes() {
        let text = "Kq7-" + String(repeating: "\u{1F600}\u{1F4A5}", count: 62)
        #expect(text.unicodeScalars.count == 128)
        #expect(!broken(text).contains(.passwordTooLong))
        #expect(text.utf8.count <= ChosenPassword.maximumBytes)
    }

    @Test("C22, E17: that takes a megabyte is refused for its length, and soon")
    func megabyte() {
        #expect(broken("Kq7-" + String(repeating: "mzkw", count: 250_000)).contains(.passwordTooLong))
        #expect(broken("Kq7-a" + String(repeating: "\u{301}", count: 500_000)).contains(.passwordTooLong))
    }

    @Test("shows each rule that it breaks")
    func allRules() {
        #expect(broken("").elementsEqual([.passwordMissing]))
        #expect(broken("kutch") == [.passwordTooShort, .passwordDigit, .passwordSpecial, .passwordCases])
        #expect(broken("tradewindsofkutch") == [.passwordDigit, .passwordSpecial, .passwordCases])
        #expect(broken("TRADE-WINDS 4 KUTCH") == [.passwordCases])
        #expect(broken("trade-winds 4 kutch") == [.passwordCases])
        #expect(broken("TradewindsofKutch7") == [.passwordSpecial])
        #expect(broken("Trade-winds of Kutch") == [.passwordDigit])
        #expect(broken("Trade-winds of Kutch ७") == [.passwordDigit])
        #expect(broken("Kutch7व्यापारपवन") == [.passwordSpecial])
    }

    @Test(
        "holds no control character",
        arguments: ["\u{0}", "\u{1}", "\t", "\n", "\r", "\u{1B}", "\u{7F}", "\u{85}", "\u{9B}"])
    func control(text: String) {
        #expect(broken("Tr4de-winds\(text)&Kutch") == [.passwordControl])
        #expect(broken("Tr4de-winds&Kutch\(text)") == [.passwordControl])
    }

    @Test("C22: of spaces alone breaks the rules of what it must contain")
    func spaces() {
        #expect(broken(String(repeating: " ", count: 12)) == [.passwordDigit, .passwordCases, .passwordCommon])
    }

    @Test("C22: is one password however its accents are composed")
    func normalization() throws {
        let composed = "Caf\u{E9}-9-Zo\u{EB}-k\u{AC00}"
        let decomposed = "Cafe\u{301}-9-Zoe\u{308}-k\u{1100}\u{1161}"
        #expect(Array(composed.utf8) != Array(decomposed.utf8))
        let passwords = try [composed, decomposed].map { try ChosenPassword($0, personal: []) }
        #expect(passwords[0].bytes == Array(composed.utf8))
        #expect(passwords[1].bytes == passwords[0].bytes)
        #expect(ChosenPassword.bytesForLogin(decomposed) == passwords[0].bytes)
        // 12 characters when composed, 13 as typed: the composed ones count, and at 11 they are too few.
        #expect(broken("Cafe\u{301}-9-Zuvw") == [.passwordTooShort])
        #expect(broken("Cafe\u{301}-9-Zuvwk") == [])
    }

    @Test("C22: differs from one that is alike up to byte 72 and behind a NUL at login")
    func nothingCutOff() {
        let common = "Kq7-" + String(repeating: "mzkwtbhq", count: 9)
        #expect(ChosenPassword.bytesForLogin(common + "a") != ChosenPassword.bytesForLogin(common + "b"))
        #expect(ChosenPassword.bytesForLogin("a\u{0}b") == [97, 0, 98])
    }

    @Test("at login is anything of 1 to 1,024 bytes")
    func login() {
        #expect(ChosenPassword.bytesForLogin("") == nil)
        #expect(ChosenPassword.bytesForLogin(" ") == [32])
        #expect(ChosenPassword.bytesForLogin(String(repeating: "x", count: 1_024))?.count == 1_024)
        #expect(ChosenPassword.bytesForLogin(String(repeating: "x", count: 1_025)) == nil)
    }

    @Test(
        "C24: holds nothing that is known of its owner, in either case or backwards",
        arguments: [
            "Testing123-Kutch!", "my-tEsTiNg123-Kutch", "321gnitseT-Kutch!", "Kutch-aapfu0939F!", "Kutch-F9390UFPAA-x",
            "Kutch+9876543210-x", "Kutch+0123456789-Xq", "Asha.Rao-Kutch-7", "Kutch-oar.ahsA-7", "Zq-Icegate-Kutch-7",
            "Kutch-7-CUSTOMS-Zq", "Kutch-7-etagecI-Zq", "Zq7-customs\u{337}-Kutch",
        ])
    func personalWords(text: String) {
        #expect(broken(text).contains(.passwordPersonal))
    }

    @Test("may hold a personal word of fewer than 3 characters")
    func shortPersonalWords() {
        let rules = RegistrationTests.broken { () throws(InvalidValue) in
            try ChosenPassword("Tr4de-winds&Kutch", personal: ["", "t", "tr"])
        }
        #expect(rules == [])
    }

    @Test("C14: is not the temporary password, however that is written")
    func temporaryPassword() throws {
        let temporary = try #require(TemporaryPassword(typed: "K7Q2-M9XT-4CDEF"))
        for text in ["K7q2-m9xt-4cdef", "k7Q2 M9xt 4cdef", "K7Q2-M9XT-4CDEf"] {
            #expect(broken(text, temporary: temporary) == [.passwordTemporary])
            #expect(broken(text) == [])
        }
        #expect(broken("K7q2-m9xt-4cdeg", temporary: temporary) == [])
        #expect(broken("Tr4de-winds&Kutch", temporary: temporary) == [])
    }
}
