/// Plain texts, such as SMS and the bodies of e-mails: `name.txt` and `partials/name.txt`, in the syntax of
/// `TemplateSet` without frames.
///
/// Nothing is escaped. In values a line feed becomes a space and other control characters (C0, DEL) are left out, so
/// that a value can neither begin a line nor hide one. A file's last line end does not count.
public struct TextTemplateSet: Sendable {
    private let programs: ProgramSet

    /// The ids of all `{{t}}` in the texts and their partials.
    public var messageIDs: Set<String> { programs.messageIDs }

    /// Loads the texts' files from a directory, for every language of the catalogues. Throws all problems of all files
    /// together.
    ///
    /// - Parameter texts: each file's name below the directory, without `.txt`, and the model that fills it.
    public init(
        directory: String, catalogues: Catalogues, texts: [(name: String, model: any TemplateModel.Type)]
    ) throws(TemplateLoadError) {
        programs = try ProgramSet(
            directory: directory, suffix: ".txt", catalogues: catalogues, templates: texts, frame: nil)
    }

    /// The text in a language; an unknown language is English. Traps when the set was not loaded with that name for a
    /// model of this type.
    public func render(_ name: String, _ model: some TemplateModel, language: String) -> String {
        String(decoding: programs.render(name, model, frame: nil, language: language), as: UTF8.self)
    }
}
