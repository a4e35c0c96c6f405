import Courier
import HTMLTemplate
import Persistence
import Portal
import PortalConfiguration

/// What the portal says in its pages and its messages, read together: both take their translations from the same catalogues.
struct Wording {
    let pages: TemplateSet
    let messages: TextTemplateSet

    /// Reads all of it; throws the problems of all files together.
    init(_ resources: PortalConfiguration.Resources) throws(TemplateLoadError) {
        let catalogues = try Catalogues(directory: resources.localesDirectory, languages: Self.translations)
        var problems: [TemplateLoadError.Problem] = []
        func attempt<Templates>(_ load: () throws(TemplateLoadError) -> Templates) -> Templates? {
            do throws(TemplateLoadError) {
                return try load()
            } catch {
                problems += error.problems
                return nil
            }
        }
        let directory = resources.templatesDirectory
        let pages = attempt { () throws(TemplateLoadError) in
            try TemplateSet(directory: directory, catalogues: catalogues, pages: Portal.pages, frame: Portal.frame)
        }
        let messages = attempt { () throws(TemplateLoadError) in
            try TextTemplateSet(directory: directory, catalogues: catalogues, texts: MessageTexts.all)
        }
        guard let pages, let messages else { throw TemplateLoadError(problems) }
        self.pages = pages
        self.messages = messages
    }

    /// The languages beside English, which is the text of the templates.
    private static let translations = MessageLanguage.allCases.filter { $0 != .english }.map(\.rawValue)
}
