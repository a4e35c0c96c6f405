public import ArgumentParser
import Courier
import HTMLTemplate
public import Persistence
import PortalConfiguration
import Registration

struct DeliveryPreviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview", abstract: "Shows messages as they would arrive, with values that are nobody's.",
        discussion: """
            Without --message every one. An SMS is followed by its length and the parts that it goes in.

            --registrations writes the texts of all SMS as operators want them registered (DLT), with {#numeric#} and \
            {#alphanumeric#} for what differs: register them, put the id of each in place of TEMPLATE-ID, and the file is one for \
            SMS_TEMPLATES_FILE.

            Examples: icegatectl delivery preview --message one-time-password --language hi
                      icegatectl delivery preview --registrations >sms-templates
            """)

    @OptionGroup var options: CommonOptions

    @Option(name: .long, help: "One message by its name.")
    var message: MessageTemplate?

    @Option(name: .long, help: "One language: en or hi.")
    var language: MessageLanguage?

    @Flag(name: .long, help: "The file of texts to register with the operators.")
    var registrations = false

    func validate() throws {
        guard !registrations || (message == nil && language == nil) else {
            throw ValidationError("The file of texts holds every message in every language.")
        }
    }

    func run() throws {
        let configuration = try options.load()
        let texts = try reportingProblems { () throws(TemplateLoadError) in
            let resources = configuration.resources
            let catalogues = try Catalogues(
                directory: resources.localesDirectory, languages: MessageLanguage.translations)
            return try TextTemplateSet(
                directory: resources.templatesDirectory, catalogues: catalogues, texts: MessageTexts.all)
        }
        if registrations {
            let lines = MessageTexts.registrations(of: texts, host: configuration.publicHost, id: "TEMPLATE-ID")
            options.print(
                [("registrations", .list(lines.map(JSONValue.text)))], orText: lines.joined(separator: "\n"))
            return
        }
        var objects: [JSONValue] = []
        var blocks: [String] = []
        for template in message.map({ [$0] }) ?? MessageTemplate.allCases {
            for language in language.map({ [$0] }) ?? MessageLanguage.allCases {
                for channel in template.channels {
                    let (subject, body) = MessageTexts.sample(
                        of: template, on: channel, language: language, host: configuration.publicHost, from: texts)
                    let length = channel == .sms ? SMSLength(of: body) : nil
                    var object: [(name: String, value: JSONValue)] = [
                        ("message", .text(template.rawValue)), ("language", .text(language.rawValue)),
                        ("channel", .text(channel.rawValue)), ("subject", .text(channel == .email ? subject : "")),
                        ("body", .text(body)),
                    ]
                    if let length { object.append(("parts", .number(length.parts))) }
                    objects.append(.object(object))
                    let heading = "== \(template.rawValue), \(channel.rawValue), \(language.rawValue)"
                    let end = length.map { "\n-- \($0)" } ?? ""
                    blocks.append(
                        heading + (channel == .email ? "\nSubject: \(subject)\n" : "") + "\n\(body)\(end)\n")
                }
            }
        }
        options.print([("messages", .list(objects))], orText: blocks.joined(separator: "\n"))
    }

    private func reportingProblems<T>(_ body: () throws(TemplateLoadError) -> T) throws -> T {
        do throws(TemplateLoadError) {
            return try body()
        } catch {
            throw options.refused(error.description)
        }
    }
}

extension MessageTemplate: ExpressibleByArgument {}
