public import HTMLTemplate
public import Persistence
public import Registration

/// What the text of a message can name: the same for every message, empty where it does not apply.
struct MessageContent: TemplateModel {
    var code = ""
    var icegateID = ""
    var iec = ""
    var gstin = ""
    var expiresAt = ""
    /// The portal's, for a last line `@{{host}} #{{code}}` of an SMS: phones offer its code to pages of that host alone.
    var host = ""

    static let fields = Fields<Self>([
        .text("code") { $0.code }, .text("icegateID") { $0.icegateID }, .text("iec") { $0.iec },
        .text("gstin") { $0.gstin }, .text("expiresAt") { $0.expiresAt }, .text("host") { $0.host },
    ])
}

/// Every text there is: a file `messages/TEMPLATE-CHANNEL.txt` for each message on each of its channels, whose first
/// line of an e-mail's is `Subject: …`.
public enum MessageTexts {
    /// The names and their model, to load the texts with.
    public static var all: [(name: String, model: any TemplateModel.Type)] {
        MessageTemplate.allCases.flatMap { template in
            template.channels.map { (name(of: template, on: $0), MessageContent.self) }
        }
    }

    /// The file of a message on a channel, below the template directory and without its suffix.
    static func name(of template: MessageTemplate, on channel: Destination.Channel) -> String {
        "messages/\(template.rawValue)-\(channel.rawValue)"
    }

    /// A message as somebody would get it, with values that are nobody's.
    ///
    /// - Parameter isLong: whether the values are as long as values can be; else as short.
    public static func sample(
        of template: MessageTemplate, on channel: Destination.Channel, language: MessageLanguage, host: String,
        from texts: TextTemplateSet, isLong: Bool = true
    ) -> (subject: String, body: String) {
        let content = MessageContent(
            code: template == .temporaryPassword ? "K7Q2-M9XT-4CDEF" : "123456",
            icegateID: isLong ? "SAMPLE-IMPORTS_EXPORTS-25" : "A1", iec: "AAAPA0000A", gstin: "27AAAPA0000A1Z5",
            expiresAt: "22-11-2026, 10:42 IST", host: host)
        return texts.message(template, on: channel, content, language: language)
    }

    /// The texts of SMS as they are to be registered with the operators: the lines of a file for ``RegisteredTemplates``, each
    /// with `id` where the id goes that the operators give the text.
    public static func registrations(of texts: TextTemplateSet, host: String, id: String) -> [String] {
        var lines: [String] = []
        for template in MessageTemplate.allCases where template.channels.contains(.sms) {
            let content = MessageContent(
                code: template == .temporaryPassword ? "{#alphanumeric#}" : "{#numeric#}",
                icegateID: "{#alphanumeric#}", expiresAt: "{#alphanumeric#}", host: host)
            for language in MessageLanguage.allCases {
                let text = texts.message(template, on: .sms, content, language: language).body
                let line = text.replacing("\n", with: "\\n")
                lines.append("\(template.rawValue) \(language.rawValue) \(id) \(line)")
            }
        }
        return lines
    }

    /// What operators would not let pass: a text that is not registered, or not as it is written.
    public static func problems(of registered: RegisteredTemplates, texts: TextTemplateSet, host: String) -> [String] {
        var problems = registered.problems
        for template in MessageTemplate.allCases where template.channels.contains(.sms) {
            for language in MessageLanguage.allCases {
                let place = "\(template.rawValue) in \(language.rawValue)"
                guard let entry = registered[template, language] else {
                    problems.append("\(place) is not registered; give its id and text")
                    continue
                }
                for isLong in [false, true] {
                    let text = sample(
                        of: template, on: .sms, language: language, host: host, from: texts, isLong: isLong
                    ).body
                    guard !entry.matches(text) else { continue }
                    problems.append("\(place) is not written as it is registered: \(text)")
                    break
                }
            }
        }
        return problems
    }
}

extension TextTemplateSet {
    /// The subject of a message, which is the first line of an e-mail's text, and what stands below it.
    func message(
        _ template: MessageTemplate, on channel: Destination.Channel, _ content: MessageContent,
        language: MessageLanguage
    ) -> (subject: String, body: String) {
        let text = render(MessageTexts.name(of: template, on: channel), content, language: language.rawValue)
        let marker = "Subject: "
        guard text.utf8.starts(with: marker.utf8), let end = text.utf8.firstIndex(of: UInt8(ascii: "\n")) else {
            return ("ICEGATE", text)
        }
        let subject = text[text.utf8.index(text.startIndex, offsetBy: marker.utf8.count)..<end]
        let body = text[end...].utf8.drop { $0 == UInt8(ascii: "\n") }
        return (String(subject), String(decoding: body, as: UTF8.self))
    }
}
