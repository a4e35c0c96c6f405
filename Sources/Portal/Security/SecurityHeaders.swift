import HTTP
import HTTPTypes

/// The header fields that every answer of the portal carries.
///
/// No page has inline code or style, loads anything from elsewhere, or may be framed. `same-origin` is the strictest
/// referrer policy that leaves `Origin` in place on form posts. Source: OWASP Secure Headers Project, W3C CSP 3.
enum SecurityHeaders {
    /// The fields, which no handler sets itself.
    static let block = HeaderBlock(
        [
            (
                .contentSecurityPolicy,
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
                    + "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
                    + "frame-ancestors 'none'"
            ),
            (.xContentTypeOptions, "nosniff"),
            (name("X-Frame-Options"), "DENY"),
            (name("Referrer-Policy"), "same-origin"),
            (name("Cross-Origin-Opener-Policy"), "same-origin"),
            (name("Cross-Origin-Resource-Policy"), "same-origin"),
            (name("Permissions-Policy"), "camera=(), geolocation=(), microphone=(), payment=()"),
            (.cacheControl, "no-store"),
        ].map { HTTPField(name: $0, value: $1) })

    private static func name(_ text: String) -> HTTPField.Name {
        // The names above are tokens, for which HTTPField.Name never fails.
        HTTPField.Name(text)!
    }
}
