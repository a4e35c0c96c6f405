import HTTP
import HTTPTypes

/// Where a page is to be found again: its path, and of the query what makes it that page.
///
/// What a query says of preferences, and what a redirect had the page say once, is left out.
struct PageAddress {
    /// The path alone.
    let path: String
    private let query: String

    /// The parameters that choose what a page shows: the words of a search, the end of a list, the form begun anew.
    static let parameters = ["q", "before", RegisterHandler.again]

    /// The page that a request is answered with; `nil` where it cannot be opened by a link.
    init?(_ request: Request) {
        guard let route = Route(path: request.path)?.page else { return nil }
        path = route.path
        query = request.method == .post ? "" : Self.kept(request.query)
    }

    /// Reads an address that a form sent back; `nil` where there is no such page.
    init?(_ text: String) {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let route = Route(path: String(parts[0])), route.methods.contains(.get) else { return nil }
        path = route.path
        query = parts.count < 2 ? "" : (try? Parameters.decode(urlEncoded: Array(parts[1].utf8))).map(Self.kept) ?? ""
    }

    /// The page of a route.
    init(route: Route) {
        path = route.path
        query = ""
    }

    /// The address as links write it.
    var text: String { query.isEmpty ? path : "\(path)?\(query)" }

    /// The address of this page as a visitor wants it who chooses a preference by a link.
    func choosing(_ parameter: String, _ value: some RawRepresentable<String>) -> String {
        text + (query.isEmpty ? "?" : "&") + parameter + "=" + value.rawValue
    }

    private static func kept(_ query: Parameters) -> String {
        Parameters(parameters.compactMap { name in query[name].map { (name: name, value: $0) } }).urlEncoded()
    }
}
