import Sodium

@testable import Portal

extension Browser {
    /// The token of the form that posts to a path in this browser's session.
    func formToken(for path: String) -> String {
        FormGuard.token(for: path, sessionHash: Digest.sha256(Array((session ?? "").utf8)), keys: portal.keys)
    }
}
