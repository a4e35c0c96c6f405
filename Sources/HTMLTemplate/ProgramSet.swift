/// The compiled programs of a set of templates in every language.
struct ProgramSet: Sendable {
    private struct Entry {
        let model: any TemplateModel.Type
        let program: Program
    }

    private let entries: [String: [String: Entry]]
    private let messages: [String: [String: MessageText]]
    let messageIDs: Set<String>

    init(
        directory: String, suffix: String, catalogues: Catalogues,
        templates: [(name: String, model: any TemplateModel.Type)], frame: (any TemplateModel.Type)?
    ) throws(TemplateLoadError) {
        let files = TemplateFiles(directory: directory, suffix: suffix)
        var entries: [String: [String: Entry]] = [:]
        var messages: [String: [String: MessageText]] = [:]
        var messageIDs: Set<String> = []
        var problems: [TemplateLoadError.Problem] = []
        for language in catalogues.languages {
            messages[language] = catalogues.messages(in: language)
            for template in templates {
                let output = Compiler.compile(
                    template.name, model: template.model, frame: frame, isHTML: suffix == ".html", files: files,
                    language: language, messages: catalogues.messages(in: language))
                guard let output else { continue }
                // The same problems are found in each language; TemplateLoadError keeps one of each.
                problems += output.problems
                messageIDs.formUnion(output.messageIDs)
                entries[language, default: [:]][template.name] = Entry(
                    model: template.model, program: output.program)
            }
        }
        problems = files.problems + problems
        guard problems.isEmpty else { throw TemplateLoadError(problems) }
        self.entries = entries
        self.messages = messages
        self.messageIDs = messageIDs
    }

    /// An unknown language is English.
    func render(
        _ name: String, _ model: some TemplateModel, frame: (any TemplateModel)?, language: String
    ) -> [UInt8] {
        let language = entries[language] == nil ? "en" : language
        guard let entry = entries[language]?[name], entry.model == type(of: model) else {
            preconditionFailure("this set was not loaded with \(name) for \(type(of: model))")
        }
        precondition(frame != nil || !entry.program.usesFrame, "\(name) stands in a frame")
        return entry.program.run(frame: frame ?? NoFrame(), page: model, messages: messages[language] ?? [:])
    }
}
