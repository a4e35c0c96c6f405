import HTMLTemplate
import HTTP
import HTTPTypes

/// What the pages that everybody may read say of some words.
struct SearchHandler {
    let visit: Visit

    func answer() -> Response {
        let query = visit.request.query["q"] ?? ""
        let hits = visit.portal.search.find(query, in: visit.preferences.language)
        let page = SearchPage(
            query: query, isAsked: !query.isEmpty, hits: hits.map { SearchPage.Result(hit: $0) })
        return visit.page(page, title: SearchPage.title)
    }
}
