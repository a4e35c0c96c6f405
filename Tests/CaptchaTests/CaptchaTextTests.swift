import Captcha
import Testing

@Suite("A captcha's text") struct CaptchaTextTests {
    @Test("what is drawn has six characters of the alphabet and is read back as it was")
    func drawn() {
        var generator = SplitMix64(state: 1)
        var seen: Set<Character> = []
        for _ in 0..<500 {
            let text = CaptchaText(using: &generator)
            #expect(text.value.utf8.count == 6)
            #expect(CaptchaText(text.value) == text)
            seen.formUnion(text.value)
        }
        #expect(seen == Set(CaptchaText.alphabet))
    }

    @Test("what is typed is read without case and spaces", arguments: ["B2W4P4", "b2w4p4", " b2w 4p4 "])
    func typed(_ typed: String) {
        #expect(CaptchaText(typed)?.value == "B2W4P4")
    }

    @Test(
        "what no captcha shows is not read",
        arguments: [
            "", "B2W4P", "B2W4P44", "B1W4P4", "B0W4P4", "BOW4P4", "BIW4P4", "B2W4P\u{17F}", "B2W4P\n",
            "\u{966}\u{967}B2W4", "B2W4P4" + String(repeating: " ", count: 100),
        ])
    func refused(_ typed: String) {
        #expect(CaptchaText(typed) == nil)
    }
}
