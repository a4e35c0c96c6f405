import HTMLTemplate
import Persistence
import Synchronization

/// An index for each language, made when somebody first searches, and again after the pages were loaded again.
final class SearchIndexes: Sendable {
    private let templates: TemplateStore
    private let made = Mutex<[MessageLanguage: SearchIndex]>([:])

    init(of templates: TemplateStore) { self.templates = templates }

    /// The index of a language.
    subscript(language: MessageLanguage) -> SearchIndex {
        made.withLock { made in
            if let index = made[language] { return index }
            let index = SearchIndex(of: templates.current, language: language.rawValue)
            made[language] = index
            return index
        }
    }

    /// Forgets what the pages said before they were loaded again.
    func clear() { made.withLock { $0 = [:] } }
}
