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
    ///
    /// - Parameter sessionHash: the SHA-256 of the session's identifier.
    static func token(for path: String, sessionHash: [UInt8], keys: KeyRing) -> String {
        Hexadecimal.encode(keys.code(for: .formToken, sessionHash, Array(path.utf8)))
    }

    /// Why a post is refused; `nil` when it may go on.
    static func refusal(of visit: Visit, at route: Route) -> Response? {
        let request = visit.request
        if request.isOfAnotherSite { return visit.error(.forbidden) }
        if let origin = request.header(.origin), origin != visit.portal.settings.origin {
            return visit.error(.forbidden)
        }
        guard !visit.isNewSession, let sent = request.form[field] else { return visit.error(.forbidden) }
        if isToken(sent, of: visit.sessionID.hash, visit) { return nil }
        // The form of the session that this one took the place of: another tab, or the second half of a double click.
        // Nothing is done; the visitor sees how far they are.
        if let old = visit.replacedHash, isToken(sent, of: old, visit) {
            // A language is chosen for whatever page the other tab shows.
            if route == .language { return nil }
            if let place = visit.placeReached { return visit.redirect(to: place) }
        }
        return visit.error(.forbidden)
    }

    private static func isToken(_ sent: String, of sessionHash: [UInt8], _ visit: Visit) -> Bool {
        visit.portal.keys.turns.contains { keys in
            let expected = token(for: visit.request.path, sessionHash: sessionHash, keys: keys)
            return Digest.areEqual(Array(sent.utf8), Array(expected.utf8))
        }
    }
}
