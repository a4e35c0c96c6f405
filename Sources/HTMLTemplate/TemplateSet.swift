/// HTML pages, each a file and a model, checked whole when they are loaded: what loads can be rendered, and is escaped
/// by position.
///
/// Files: `name.html` for `PageModel.template == "name"`, `frame.html`, `partials/name.html`. UTF-8.
///
/// | written | means |
/// |---|---|
/// | `{{name}}`, `{{outer.inner}}` | a text or message of the model; nothing when it is absent |
/// | `{{#if name}}…{{else}}…{{/if}}` | by a flag, a text or list not empty, an optional that is there |
/// | `{{#unless name}}…{{else}}…{{/unless}}` | the reverse |
/// | `{{#each items}}…{{/each}}` | once for each element; names are looked up in the element first, then outwards |
/// | `{{> partial}}` | the file `partials/partial.html`, without its last line end |
/// | `{{> partial model key="text" …}}` | names: the model's, the keys, then outwards; nothing if the model is absent |
/// | `{{key}}`, `{{t key}}`, `{{#if key}}` | in a partial: the text, translated, whether not empty |
/// | `{{#within frame}}…{{/within}}` | round a whole page: puts it into the frame and sees its names |
/// | `{{content}}` | in `frame.html`, once: the page |
/// | `{{t "English text"}}` | its translation, by the text as id; a line break counts as a space |
/// | `{{t "%{tries} left." tries=name}}` | with values for all its placeholders: names or quoted texts |
/// | `{{language}}`, `{{#if isEnglish}}` | the code of the language that the page is written in, and whether it is English |
/// | `{{! comment }}` | nothing |
///
/// A block's tag, `{{else}}` or a comment alone on its line leaves no empty line. In quoted texts `\"` and `\\` stand
/// for `"` and `\`.
///
/// Values may stand in text, in `title` and `textarea`, and in quoted attributes, with `& < > " '` escaped. They may
/// not stand in script, style, comments, names of tags and attributes, unquoted attributes, or the attributes `on…`,
/// `style`, `srcdoc`, `srcset`. In a URL attribute (`href`, `src`, `action`…) a value at the start must begin with a
/// single `/`, `?`, `#`, or `https:`, `http:`, `mailto:`, `tel:`, and hold no backslash or control character, or else
/// `about:invalid` is written; after it only `?` or `#` may follow. Later values are percent-encoded, and none may
/// stand in the host, or right behind an unfinished `&…` or `%X`. A block must end in the place of the HTML where it
/// began; inside a tag it holds whole attributes: `<input {{#if error}}aria-invalid="true"{{/if}}>`.
///
/// A reference, since each page takes the set in use, and all threads would count the references of its parts.
public final class TemplateSet: Sendable {
    private let programs: ProgramSet
    private let catalogues: Catalogues
    private let frame: (any TemplateModel.Type)?

    /// The ids of all `{{t}}` in the pages, their partials and the frame; fields of kind message are not among them.
    public var messageIDs: Set<String> { programs.messageIDs }

    /// Loads the pages' files from a directory, for every language of the catalogues.
    ///
    /// `frame` is the model of `frame.html`; nil when no page stands in a frame. Throws all problems of all files
    /// together.
    public init(
        directory: String, catalogues: Catalogues, pages: [any PageModel.Type], frame: (any TemplateModel.Type)? = nil
    ) throws(TemplateLoadError) {
        programs = try ProgramSet(
            directory: directory, suffix: ".html", catalogues: catalogues, templates: pages.map { ($0.template, $0) },
            frame: frame)
        self.catalogues = catalogues
        self.frame = frame
    }

    /// A message by itself, for what is no page; an unknown language is English.
    public func text(of message: Message, language: String) -> String {
        catalogues.text(message, language: language)
    }

    /// The page in a language, as UTF-8; an unknown language is English.
    ///
    /// Traps when the page's type is not among those loaded or the frame is of another type than the one loaded: both
    /// are slips that the first rendering in a test shows, and no input can cause them.
    public func render(_ page: some PageModel, frame: some TemplateModel, language: String) -> [UInt8] {
        precondition(self.frame.map { $0 == type(of: frame) } ?? true, "the frame is not of the type that was loaded")
        return programs.render(type(of: page).template, page, frame: frame, language: language)
    }

    /// A page without `{{#within frame}}`; traps when it has one.
    public func render(_ page: some PageModel, language: String) -> [UInt8] {
        programs.render(type(of: page).template, page, frame: nil, language: language)
    }
}
