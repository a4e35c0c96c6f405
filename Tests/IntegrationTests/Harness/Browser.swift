import HTTP
import HTTPTypes
import Portal
import Threading

/// A client that keeps cookies and posts back what the forms of a page hold.
final class Browser: Sendable {
    /// The portal that it talks to.
    let portal: Portal
    let address: String
    private let jar = Monitor<[String: String]>([:])

    init(_ portal: Portal, address: String = "192.0.2.1") {
        self.portal = portal
        self.address = address
    }

    convenience init(_ site: Site, address: String = "192.0.2.1") { self.init(site.portal, address: address) }

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// The cookies that it has.
    var cookies: [String: String] {
        get { jar.withLock { $0 } }
        set { jar.withLock { $0 = newValue } }
    }

    /// The session cookie.
    var session: String? {
        get { cookies[Self.sessionCookie] }
        set { jar.withLock { $0[Self.sessionCookie] = newValue } }
    }

    static let sessionCookie = "__Host-icegate_session"

    /// The same browser, of which another portal gets the next request.
    func on(_ portal: Portal) -> Browser {
        let other = Browser(portal, address: address)
        other.cookies = cookies
        return other
    }

    /// Another browser with the same cookies.
    func copy() -> Browser { on(portal) }

    /// Opens a page, and does not follow a redirect.
    func get(_ target: String, method: HTTPRequest.Method = .get, headers: HTTPFields = [:]) throws -> Answer {
        try send(Request(method: method, headers: Array(headers)), to: target)
    }

    /// Opens a page and follows redirects.
    func open(_ target: String) throws -> Answer { try follow(get(target)) }

    /// Follows redirects to a page.
    func follow(_ answer: Answer) throws -> Answer {
        var answer = answer
        for _ in 0..<5 {
            guard answer.status == 303, let location = answer.response.headers[.location] else { return answer }
            answer = try get(location)
        }
        throw Failed(description: "redirects without end at \(answer.path)")
    }

    /// Posts fields as they are, with the header fields of a form of this site.
    func post(_ target: String, _ fields: [String: String], headers: HTTPFields? = nil) throws -> Answer {
        try post(target, Self.parameters(fields), headers: headers)
    }

    /// Posts fields that are encoded and decoded on the way, as those of a real browser are.
    func postEncoded(_ target: String, _ fields: [String: String]) throws -> Answer {
        let form: Parameters
        do throws(RequestError) {
            form = try Parameters.decode(urlEncoded: Array(Self.parameters(fields).urlEncoded().utf8))
        } catch {
            return Answer(path: target, portal.respond(to: .failure(error)))
        }
        return try post(target, form, headers: nil)
    }

    private func post(_ target: String, _ form: Parameters, headers: HTTPFields?) throws -> Answer {
        try send(Request(method: .post, form: form, headers: Array(headers ?? Self.sameSite)), to: target)
    }

    private static func parameters(_ fields: [String: String]) -> Parameters {
        Parameters(fields.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) })
    }

    /// Sends a form of a page: what it holds, and what is typed in its place.
    ///
    /// - Parameter button: name and value of the button that is pressed, where it has them.
    func submit(
        _ page: Answer, to action: String, _ typed: [String: String] = [:], button: (name: String, value: String)? = nil
    ) throws -> Answer {
        let form = try Self.form(page, action)
        for name in typed.keys where !form.fields.contains(where: { $0.name == name }) {
            throw Failed(description: "the form to \(action) on \(page.path) has no field \(name)")
        }
        if let button, !form.buttons.contains(where: { $0 == button }) {
            throw Failed(description: "the form to \(action) on \(page.path) has no button \(button)")
        }
        return try post(action, Self.filled(form, typed, button: button))
    }

    /// What a form of a page would send.
    static func fields(_ page: Answer, to action: String, _ typed: [String: String] = [:]) throws -> [String: String] {
        filled(try form(page, action), typed, button: nil)
    }

    private static func form(_ page: Answer, _ action: String) throws -> HTMLPage.Form {
        guard let form = page.html.forms.first(where: { $0.action == action && $0.method == "post" }) else {
            throw Failed(description: "no form to \(action) on \(page.path), status \(page.status): \(page.text)")
        }
        return form
    }

    private static func filled(
        _ form: HTMLPage.Form, _ typed: [String: String], button: (name: String, value: String)?
    ) -> [String: String] {
        var fields = Dictionary(form.fields.map { ($0.name, $0.value) }) { first, _ in first }
        fields.merge(typed) { $1 }
        if let button { fields[button.name] = button.value }
        return fields
    }

    /// What browsers say of a form that a page of this site holds.
    static let sameSite: HTTPFields = {
        var fields: HTTPFields = [.origin: Site.origin]
        if let name = HTTPField.Name("Sec-Fetch-Site") { fields[name] = "same-origin" }
        return fields
    }()

    private func send(_ request: Request, to target: String) throws -> Answer {
        let parts = target.split(separator: "?", maxSplits: 1)
        var request = request
        request.id = "0123456789abcdef0123456789abcdef"
        request.path = try Request.decodePath(Array((parts.first ?? "/").utf8))
        if parts.count == 2 { request.query = try Parameters.decode(urlEncoded: Array(parts[1].utf8)) }
        request.cookies = Cookies(cookies.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) })
        request.clientAddress = address
        request.isSecure = true
        let answer = Answer(path: request.path, portal.respond(to: .success(request)))
        for field in answer.setCookies {
            guard let pair = field.split(separator: ";").first, let equals = pair.firstIndex(of: "=") else { continue }
            jar.withLock { $0[String(pair[..<equals])] = String(pair[pair.index(after: equals)...]) }
        }
        return answer
    }
}
