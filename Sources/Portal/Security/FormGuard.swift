import HTTP
import HTTPTypes
import Persistence
import Registration
import Sodium

/// What every form post has to prove before anything is done: that it comes from a page of this portal, which this
/// browser was given.
enum FormGuard {
    /// The name of the hidden field that carries the token.
    static let field = "form_token"

    /// The token of the form that posts to `path` in a session.
    static func token(for path: String, session: String, portal: Portal) -> String {
        Hexadecimal.encode(portal.keys.code(for: .formToken, Array(session.utf8), Array(path.utf8)))
    }

    /// Why a post is refused; `nil` when it may go on.
    static func refusal(of visit: Visit) -> Response? {
        let request = visit.request
        let sites = ["same-origin", "none"]
        if let site = request.headers[HTTPField.Name.secFetchSite], !sites.contains(site) {
            return visit.error(.forbidden)
        }
        if let origin = request.headers[.origin], origin != visit.portal.settings.origin {
            return visit.error(.forbidden)
        }
        let expected = token(for: request.path, session: visit.sessionID.text, portal: visit.portal)
        guard !visit.isNewSession, let sent = request.form[field],
            Digest.areEqual(Array(sent.utf8), Array(expected.utf8))
        else { return visit.error(.forbidden) }
        return nil
    }
}

extension HTTPField.Name {
    // "Sec-Fetch-Site" is a token, for which the initialiser never fails.
    fileprivate static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
}
