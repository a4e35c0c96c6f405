import Courier
import Testing

@Suite("The texts of SMS") struct RegisteredTextTests {
    @Test("can be registered with the operators as they are: two typed variables at most, apart, in fixed text")
    func registrable() throws {
        let texts = try Resources.loaded().texts
        let lines = MessageTexts.registrations(of: texts, host: "portal.example", id: "1107160000000000001")
            .joined(separator: "\n")
        let registered = RegisteredTemplates(lines)
        #expect(registered.problems == [])
        #expect(MessageTexts.problems(of: registered, texts: texts, host: "portal.example") == [])
        // A word that differs is found.
        let other = RegisteredTemplates(lines.replacing("mobile OTP", with: "OTP"))
        #expect(!MessageTexts.problems(of: other, texts: texts, host: "portal.example").isEmpty)
    }
}
