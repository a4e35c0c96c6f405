import HTMLTemplate

/// Search over the pages that everybody may read.
struct SearchPage: PageModel, Sendable {
    /// What was looked for, as it was typed.
    var query: String
    var isAsked: Bool
    var hits: [Result]

    /// A page that was found.
    struct Result: TemplateModel, Sendable {
        var hit: SearchIndex.Hit

        static let fields = Fields<Self>([
            .text("path") { $0.hit.path },
            .text("title") { $0.hit.title },
            .text("excerpt") { $0.hit.excerpt },
        ])
    }

    static let template = "search"
    static let title: Message = "Search"

    static let fields = Fields<Self>([
        .text("query") { $0.query },
        .flag("isAsked") { $0.isAsked },
        .message("finding") { page in
            page.hits.count == 1
                ? "1 page was found." : Message("%{count} pages were found.", ["count": String(page.hits.count)])
        },
        .list("hits") { $0.hits },
    ])
}
