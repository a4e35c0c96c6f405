import Courier
import Persistence
import Registration
import Testing

@Suite("The texts of SMS") struct RegisteredTextTests {
    @Test("can be registered with the operators as they are: two typed variables at most, apart, in fixed text")
    func registrable() throws {
        let texts = try Resources.loaded().texts
        var lines = ""
        for template in MessageTemplate.allCases where template.channels.contains(.sms) {
            for language in MessageLanguage.allCases {
                var text = MessageTexts.sample(
                    of: template, on: .sms, language: language, host: "portal.example", from: texts
                ).body
                for (value, variable) in [
                    ("123456", "{#numeric#}"), ("K7Q2-M9XT-4CDEF", "{#alphanumeric#}"),
                    ("SAMPLE-IMPORTS_EXPORTS-25", "{#alphanumeric#}"), ("22-11-2026, 10:42 IST", "{#alphanumeric#}"),
                ] {
                    text = text.replacing(value, with: variable)
                }
                lines += "\(template.rawValue) \(language.rawValue) 1107160000000000001 \(text)\n"
            }
        }
        let registered = RegisteredTemplates(lines)
        #expect(registered.problems == [])
        #expect(MessageTexts.problems(of: registered, texts: texts, host: "portal.example") == [])
        // A word that differs is found.
        let other = RegisteredTemplates(lines.replacing("mobile OTP", with: "OTP"))
        #expect(!MessageTexts.problems(of: other, texts: texts, host: "portal.example").isEmpty)
    }
}
