import Courier
import HTMLTemplate
import Portal

/// The templates and catalogues of the portal, loaded as the portal loads them.
struct Resources {
    static let templates = "Sources/Portal/Resources/Templates"
    static let locales = "Sources/Portal/Resources/Locales"

    let catalogues: Catalogues
    let pages: TemplateSet
    let texts: TextTemplateSet

    /// Loaded once for all tests; a test that wants them fails where they do not load.
    static func loaded() throws -> Resources { try result.get() }

    private static let result = Result { try Resources() }

    private init() throws {
        let directory = "\(Tree.root)/\(Self.templates)"
        catalogues = try Catalogues(directory: "\(Tree.root)/\(Self.locales)", languages: ["en", "hi"])
        pages = try TemplateSet(
            directory: directory, catalogues: catalogues, pages: Portal.pages, frame: Portal.frame)
        texts = try TextTemplateSet(directory: directory, catalogues: catalogues, texts: MessageTexts.all)
    }
}
