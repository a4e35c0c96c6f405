import HTTP
import HTTPTypes
import Persistence
import Testing

@testable import Portal

extension Browser {
    /// Opens a page with a notice that the portal itself has led to in this browser's session.
    func open(_ route: Route, telling notice: Notice) throws -> Answer {
        let session = try #require(session)
        let request = Request(method: .get, path: "/", cookies: Cookies([(name: Self.sessionCookie, value: session)]))
        let redirect = Visit(portal: portal, request: request, state: .none).redirect(to: route, notice: notice)
        return try get(#require(redirect.headers[.location]))
    }
}
