import HTTP
import HTTPTypes

/// What came back: the response, and the page in it.
struct Answer: Sendable {
    /// The path that was asked for, without the query.
    let path: String
    let response: Response
    let html: HTMLPage

    init(path: String, _ response: Response) {
        self.path = path
        self.response = response
        html = HTMLPage(response.body)
    }

    var status: Int { response.status.code }

    /// Every header field: the response's own, then the common ones.
    var headers: HTTPFields { (response.common?.fields ?? []).reduce(into: response.headers) { $0.append($1) } }

    /// Where a redirect leads, without the code of the notice that it carries: the code is another in each session.
    var location: String? { response.headers[.location].map(Self.withoutCode) }

    static func withoutCode(_ location: String) -> String { location.replacing(/[?&]code=[0-9a-f]{16}$/, with: "") }

    /// The body as it came.
    var body: String { String(decoding: response.body, as: UTF8.self) }

    /// What the page says between its menus.
    var text: String { html.elements("id", "content").first?.text ?? "" }

    /// What the page's alerts say.
    var alerts: [String] { html.elements("role", "alert").map(\.text) }

    /// What the error summary says below its heading.
    var problem: String {
        let heading = "There is a problem "
        return alerts.filter { $0.hasPrefix(heading) }.map { String($0.dropFirst(heading.utf8.count)) }.joined()
    }

    /// What the page's notices say.
    var notices: [String] { html.elements("role", "status").map(\.text) }

    /// The cookies that the response sets.
    var setCookies: [String] { response.headers[values: .setCookie] }

    /// The field with a name.
    func field(_ name: String) -> HTMLPage.Element? {
        html.elements("name", name).first {
            ["input", "textarea"].contains($0.name) && $0.attributes["type"] != "hidden"
        }
    }

    /// The texts that `aria-describedby` ties to a field and that are errors.
    func errors(of field: String) -> String {
        let described = self.field(field)?.attributes["aria-describedby"] ?? ""
        return described.split(separator: " ").filter { $0.hasSuffix("-error") }
            .flatMap { html.elements("id", String($0)).map(\.text) }.joined(separator: " ")
            .replacing("Error: ", with: "")
    }

    /// The page without what is different each time that it is made: tokens.
    var withoutTokens: String {
        var text = body
        for form in html.forms {
            for (_, value) in form.fields where value.utf8.count >= 64 { text = text.replacing(value, with: "TOKEN") }
        }
        return text
    }
}
