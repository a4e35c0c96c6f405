/// The translations of messages into the portal's languages, read from gettext files.
///
/// English texts are the ids of their messages, so English needs no file. A message without a translation is written in
/// English.
public struct Catalogues: Sendable {
    /// Language codes in the order they were given; English is always among them.
    public let languages: [String]

    private let texts: [String: [String: MessageText]]
    private let ids: [String: Set<String>]

    /// English only.
    public init() {
        languages = ["en"]
        texts = [:]
        ids = [:]
    }

    /// Reads `hi.po` for the language `hi`, and so on, from a directory.
    ///
    /// An entry is missing when its `msgstr` is empty or it is marked fuzzy. Throws every problem of every file: a file
    /// that is not there or not UTF-8, what is not understood (contexts, plural forms), an id twice, a `msgstr` whose
    /// `%{…}` differ from its `msgid`'s.
    public init(directory: String, languages: [String]) throws(TemplateLoadError) {
        var texts: [String: [String: MessageText]] = [:]
        var ids: [String: Set<String>] = [:]
        var problems: [TemplateLoadError.Problem] = []
        for language in languages where language != "en" {
            switch TemplateSource.read(language + ".po", in: directory) {
            case .failure(let error):
                problems += error.problems
            case .success(let source):
                let file = POFile(source)
                problems += file.problems
                texts[language] = file.translations.mapValues { MessageText($0) }
                ids[language] = file.ids
            }
        }
        guard problems.isEmpty else { throw TemplateLoadError(problems) }
        self.languages = languages.contains("en") ? languages : ["en"] + languages
        self.texts = texts
        self.ids = ids
    }

    /// The ids that have no translation into a language, sorted; none for English.
    public func missing(_ ids: some Sequence<String>, language: String) -> [String] {
        if language == "en" { return [] }
        return Set(ids).filter { texts[language]?[$0] == nil }.sorted()
    }

    /// The ids in a language's file that are not among those used, sorted.
    public func unused(_ ids: some Sequence<String>, language: String) -> [String] {
        (self.ids[language] ?? []).subtracting(ids).sorted()
    }

    /// A message as plain text, not escaped.
    public func text(_ message: Message, language: String) -> String {
        var text = ""
        for piece in (messages(in: language)[message.id] ?? MessageText(message.id)).pieces {
            switch piece {
            case .text(let literal): text += literal
            case .placeholder(let name): text += message.value(of: name) ?? "%{\(name)}"
            }
        }
        return text
    }

    func messages(in language: String) -> [String: MessageText] {
        texts[language] ?? [:]
    }
}
