import HTMLTemplate
import Persistence
import Threading

/// An index for each language, made at start, and anew when the pages were loaded again.
final class SearchIndexes: Sendable {
    private let templates: Replaceable<TemplateSet>
    private let made: Monitor<[MessageLanguage: SearchIndex]>

    init(of templates: Replaceable<TemplateSet>) {
        self.templates = templates
        made = Monitor(Self.indexes(of: templates))
    }

    private static func indexes(of templates: Replaceable<TemplateSet>) -> [MessageLanguage: SearchIndex] {
        let pages = templates.current
        return Dictionary(
            uniqueKeysWithValues: MessageLanguage.allCases.map { ($0, SearchIndex(of: pages, language: $0.rawValue)) })
    }

    /// The pages in a language that have all words of a query, the best first; where there is none, those that have them
    /// in another language: terms such as OTP are written in English by who reads Hindi.
    func find(_ query: String, in language: MessageLanguage) -> [SearchIndex.Hit] {
        let indexes = made.withLock { $0 }
        // There is one for each language.
        guard let own = indexes[language] else { return [] }
        let hits = own.find(query)
        guard hits.isEmpty else { return hits }
        return own.hits(at: indexes.values.flatMap { $0.find(query).map(\.path) })
    }

    /// Reads the pages once more.
    func renew() {
        let fresh = Self.indexes(of: templates)
        made.withLock { $0 = fresh }
    }
}
