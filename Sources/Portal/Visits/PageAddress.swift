import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence

/// Where a page is to be found again: its path, and of the query what makes it that page.
///
/// What a query says of preferences, and what a redirect had the page say once, is left out.
struct PageAddress {
    /// The path alone.
    let path: String
    /// What of the query makes it that page.
    let query: [Parameter]

    /// The parameters that choose what a page shows: the words of a search, the end of a list, the form begun anew.
    static let parameters = ["q", "before", RegisterHandler.again]

    /// The page that a request is answered with; `nil` where it cannot be opened by a link.
    init?(_ request: borrowing Request) {
        guard let route = Route(path: request.path)?.page else { return nil }
        path = route.path
        query = request.method == .post ? [] : Self.kept(request.query)
    }

    /// Reads an address that a form sent back; `nil` where there is no such page.
    init?(_ text: String) {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let route = Route(path: String(parts[0])), route.methods.contains(.get) else { return nil }
        path = route.path
        query = parts.count < 2 ? [] : (try? Parameters.decode(urlEncoded: Array(parts[1].utf8))).map(Self.kept) ?? []
    }

    /// The page of a route.
    init(route: Route) {
        path = route.path
        query = []
    }

    /// The address as a redirect or a field has it. Links write its parts, each encoded by its place.
    var text: String { path + Self.written(query) }

    /// The address of this page in a language, which ``Preferences`` then keep.
    func text(in language: MessageLanguage) -> String {
        path + Self.written(query + [Parameter(name: "lang", value: language.rawValue)])
    }

    private static func written(_ query: [Parameter]) -> String {
        query.isEmpty ? "" : "?" + Parameters(query.map { (name: $0.name, value: $0.value) }).urlEncoded()
    }

    private static func kept(_ query: Parameters) -> [Parameter] {
        guard !query.isEmpty else { return [] }
        return parameters.compactMap { name in query[name].map { Parameter(name: name, value: $0) } }
    }

    /// One parameter of the query.
    struct Parameter: TemplateModel {
        let name: String
        let value: String

        static let fields = Fields<Self>([
            .text("name") { $0.name },
            .text("value") { $0.value },
        ])
    }
}
