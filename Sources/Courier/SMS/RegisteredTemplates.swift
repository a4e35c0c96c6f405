public import Persistence
import Registration

/// All texts that are registered, by message and language.
///
/// The file has a line for each: the message's name, the language, the template's id and the text, with a blank between;
/// `\n` in a text stands for a new line. Lines that start with `#` are comments:
///
/// ```
/// one-time-password en 1107160000000000001 {#numeric#} is your mobile OTP for …, valid until {#alphanumeric#}. … - CBIC
/// ```
public struct RegisteredTemplates: Sendable {
    private var templates: [String: RegisteredTemplate] = [:]

    /// What is wrong with the file or breaks the operators' rules, a line each.
    public private(set) var problems: [String] = []

    /// Reads a file's text.
    public init(_ text: String) {
        for (index, line) in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        {
            let line = line.last == 0x0D ? line.dropLast() : line
            guard let first = line.first, first != UInt8(ascii: "#") else { continue }
            let parts = line.split(separator: 0x20, maxSplits: 3).map { String(Substring($0)) }
            let place = "line \(index + 1)"
            guard parts.count == 4, let message = MessageTemplate(rawValue: parts[0]), message.channels.contains(.sms),
                let language = MessageLanguage(rawValue: parts[1])
            else {
                problems.append("\(place): this is not the name of a message by SMS, en or hi, an id and a text")
                continue
            }
            let template = RegisteredTemplate(id: parts[2], text: parts[3].replacing("\\n", with: "\n"))
            problems += template.problems.map { "\(place) (\(parts[0]), \(parts[1])): \($0)" }
            guard templates.updateValue(template, forKey: Self.key(message, language)) == nil else {
                problems.append("\(place): \(parts[0]) in \(parts[1]) is there already")
                continue
            }
        }
    }

    /// The text of a message in a language; `nil` when none is registered.
    public subscript(message: MessageTemplate, language: MessageLanguage) -> RegisteredTemplate? {
        templates[Self.key(message, language)]
    }

    private static func key(_ message: MessageTemplate, _ language: MessageLanguage) -> String {
        "\(message.rawValue) \(language.rawValue)"
    }
}
