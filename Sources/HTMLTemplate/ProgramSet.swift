/// The compiled programs of a set of templates in every language.
struct ProgramSet: Sendable {
    private struct Entry {
        let model: any TemplateModel.Type
        let program: Program
    }

    /// What there is in one language.
    private struct Language {
        let messages: [String: MessageText]
        var entries: [String: Entry] = [:]
    }

    private let languages: [String: Language]
    let messageIDs: Set<String>

    init(
        directory: String, suffix: String, catalogues: Catalogues,
        templates: [(name: String, model: any TemplateModel.Type)], frame: (any TemplateModel.Type)?
    ) throws(TemplateLoadError) {
        let files = TemplateFiles(directory: directory, suffix: suffix)
        var languages: [String: Language] = [:]
        var messageIDs: Set<String> = []
        var problems: [TemplateLoadError.Problem] = []
        for language in catalogues.languages {
            var made = Language(messages: catalogues.messages(in: language))
            for template in templates {
                let output = Compiler.compile(
                    template.name, model: template.model, frame: frame, isHTML: suffix == ".html", files: files,
                    language: language, messages: made.messages)
                guard let output else { continue }
                // The same problems are found in each language; TemplateLoadError keeps one of each.
                problems += output.problems
                messageIDs.formUnion(output.messageIDs)
                made.entries[template.name] = Entry(model: template.model, program: output.program)
            }
            languages[language] = made
        }
        problems = files.problems + problems
        guard problems.isEmpty else { throw TemplateLoadError(problems) }
        self.languages = languages
        self.messageIDs = messageIDs
    }

    /// An unknown language is English.
    func render(
        _ name: String, _ model: some TemplateModel, frame: (any TemplateModel)?, language: String
    ) -> [UInt8] {
        guard let language = languages[language] ?? languages["en"], let entry = language.entries[name],
            entry.model == type(of: model)
        else {
            preconditionFailure("this set was not loaded with \(name) for \(type(of: model))")
        }
        precondition(frame != nil || !entry.program.usesFrame, "\(name) stands in a frame")
        return entry.program.run(on: [frame ?? NoFrame(), model], messages: language.messages)
    }
}
