/// The compiled programs of a set of models in every language.
struct ProgramSet: Sendable {
    private let programs: [String: [ObjectIdentifier: Program]]
    private let messages: [String: [String: MessageText]]
    let messageIDs: Set<String>

    init(
        directory: String, suffix: String, catalogues: Catalogues,
        templates: [(name: String, model: any TemplateModel.Type)], frame: (any TemplateModel.Type)?
    ) throws(TemplateLoadError) {
        let files = TemplateFiles(directory: directory, suffix: suffix)
        var programs: [String: [ObjectIdentifier: Program]] = [:]
        var messages: [String: [String: MessageText]] = [:]
        var messageIDs: Set<String> = []
        var problems: [TemplateLoadError.Problem] = []
        for language in catalogues.languages {
            messages[language] = catalogues.messages(in: language)
            for template in templates {
                let output = Compiler.compile(
                    template.name, model: template.model, frame: frame, isHTML: suffix == ".html", files: files,
                    messages: catalogues.messages(in: language))
                guard let output else { continue }
                // The same problems are found in each language; TemplateLoadError keeps one of each.
                problems += output.problems
                messageIDs.formUnion(output.messageIDs)
                programs[language, default: [:]][ObjectIdentifier(template.model)] = output.program
            }
        }
        problems = files.problems + problems
        guard problems.isEmpty else { throw TemplateLoadError(problems) }
        self.programs = programs
        self.messages = messages
        self.messageIDs = messageIDs
    }

    /// An unknown language is English.
    func render(_ model: some TemplateModel, frame: (any TemplateModel)?, language: String) -> [UInt8] {
        let language = programs[language] == nil ? "en" : language
        guard let program = programs[language]?[ObjectIdentifier(type(of: model))] else {
            preconditionFailure("\(type(of: model)) is not among the models that this set was loaded with")
        }
        precondition(frame != nil || !program.usesFrame, "\(type(of: model)) stands in a frame")
        return program.run(frame: frame ?? NoFrame(), page: model, messages: messages[language] ?? [:])
    }
}
