import HTMLTemplate

/// One of the department's other sites, at the left of the page.
struct RelatedLink: TemplateModel, Sendable {
    /// The address as the advisory shows it, which is also the link's text.
    var site: String

    static let all = [
        "www.cbec.gov.in", "www.aces.gov.in", "www.nacen.gov.in", "www.ltu.gov.in", "www.finmin.nic.in",
        "www.ices.nic.in/ices", "www.indiantradeportal.in",
    ].map(RelatedLink.init(site:))

    static let fields = Fields<Self>([
        .text("site") { $0.site },
        .text("href") { "https://" + $0.site },
    ])
}
