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

    /// The pages in a language that have all words of a query, the best first; where there is none, those that have them
    /// in another language: terms such as OTP are written in English by who reads Hindi.
    func find(_ query: String, in language: MessageLanguage) -> [SearchIndex.Hit] {
        let hits = self[language].find(query)
        guard hits.isEmpty else { return hits }
        let others = MessageLanguage.allCases.filter { $0 != language }
        return self[language].hits(at: others.flatMap { self[$0].find(query).map(\.path) })
    }

    /// Forgets what the pages said before they were loaded again.
    func clear() { made.withLock { $0 = [:] } }
}
