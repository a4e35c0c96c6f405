import FoundationEssentials
import Glibc
import HTTP
import HTTPTypes
import Testing

/// Pages as they were looked at and found good: status, header fields, title and content, a file for each.
///
/// A page that differs from its file fails the test; `UPDATE_GOLDENS=1` writes the files anew, for somebody to look at
/// what `git diff` shows. With `PAGES_DIRECTORY` every page is written there, whole and as it came, for the tests that
/// look at pages with a browser's eyes.
enum Golden {
    /// Compares a page with its file.
    ///
    /// - Parameter withFrame: whether header, menus and footer are part of it.
    static func compare(
        _ answer: Answer, with name: String, withFrame: Bool = false, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let path = RegistrationDatabase.root + "/Tests/IntegrationTests/Goldens/\(name).html"
        if let directory = unsafe getenv("PAGES_DIRECTORY") {
            let page = unsafe String(cString: directory) + "/\(name).html"
            try answer.body.write(toFile: page, atomically: true, encoding: .utf8)
        }
        let text = text(of: answer, withFrame: withFrame)
        if unsafe getenv("UPDATE_GOLDENS") != nil {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        }
        let expected = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        #expect(text.utf8.elementsEqual(expected.utf8), "\(name) is not as its file", sourceLocation: sourceLocation)
    }

    /// What a page is, but for what differs each time that it is made.
    private static func text(of answer: Answer, withFrame: Bool) -> String {
        var lines = ["\(answer.status)"]
        for field in answer.headers where field.name != .setCookie {
            lines.append("\(field.name.canonicalName): \(field.value)")
        }
        lines.append("")
        let body = answer.body
        guard !withFrame else { return settled((lines + [body]).joined(separator: "\n")) + "\n" }
        if let start = body.firstRange(of: "<title>")?.lowerBound, let end = body.firstRange(of: "</title>")?.upperBound
        {
            lines.append(String(body[start..<end]))
        }
        if let start = body.firstRange(of: "<main")?.lowerBound, let end = body.firstRange(of: "</main>")?.upperBound {
            lines.append(String(body[start..<end]))
        }
        return settled(lines.joined(separator: "\n")) + "\n"
    }

    /// Times, tokens and numbers of the day in place of those that the page has.
    private static func settled(_ text: String) -> String {
        var text = text
        text.replace(/[0-9a-f]{32,}/, with: "TOKEN")
        text.replace(/[0-9]{2}-[0-9]{2}-[0-9]{4}/, with: "DD-MM-YYYY")
        text.replace(/[0-9]{2}:[0-9]{2} IST/, with: "HH:MM IST")
        text.replace(/before=[0-9]+/, with: "before=NUMBER")
        text.replace(/SAR-[0-9]{8}-[0-9]{8}/, with: "SAR-REFERENCE")
        text.replace(/data-wait-seconds="[0-9]+"/, with: "data-wait-seconds=\"SECONDS\"")
        text.replace(/data-seconds-left="[0-9]+"/, with: "data-seconds-left=\"SECONDS\"")
        text.replace(/retry-after: [0-9]+/, with: "retry-after: SECONDS")
        return text
    }
}
