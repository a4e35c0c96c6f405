import HTTP
import Persistence
import Registration
import Sodium

/// What a redirect has the next page say: a parameter of its query, beside a code without which the page is silent.
///
/// The code is made with the portal's key over the session that the answer leaves the browser with, the page and the notice:
/// a link that somebody else wrote cannot make a page say that a password was changed.
struct Notice: Sendable, Equatable {
    /// The name of the query parameter.
    let parameter: String
    /// Its value, where pages know more than one of the name.
    let value: String

    init(_ parameter: String, _ value: String = "1") {
        self.parameter = parameter
        self.value = value
    }

    /// The name of the query parameter for the code.
    static let codeParameter = "code"

    /// 16 hexadecimal digits, good on one page in one session.
    fileprivate func code(on route: Route?, session: SessionID, keys: KeyRing) -> String {
        let path = route?.path ?? ""
        let code = keys.code(for: .notice, session.hash, Array(path.utf8), Array(parameter.utf8), Array(value.utf8))
        return Hexadecimal.encode(Array(code.prefix(8)))
    }
}

extension Visit {
    /// A 303 to a page that says a notice.
    ///
    /// - Parameter session: the session that the answer gives the browser; `nil` leaves it with the one that it has.
    func redirect(to route: Route, notice: Notice, session: SessionID? = nil) -> Response {
        let kept = session ?? sessionID
        let code = notice.code(on: route, session: kept, keys: portal.keys)
        var response = redirect(
            to: route, query: "?\(notice.parameter)=\(notice.value)&\(Notice.codeParameter)=\(code)")
        if session != nil || isNewSession { setSession(kept, on: &response) }
        return response
    }

    /// Whether this request's query carries a notice that the portal wrote for this session.
    func carries(_ notice: Notice) -> Bool {
        guard !isNewSession, request.query[notice.parameter] == notice.value,
            let code = request.query[Notice.codeParameter]
        else { return false }
        return portal.keys.turns.contains { keys in
            let expected = notice.code(on: Route(path: request.path), session: sessionID, keys: keys)
            return Digest.areEqual(Array(code.utf8), Array(expected.utf8))
        }
    }
}
