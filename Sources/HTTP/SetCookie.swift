/// A cookie to set: for the whole site, out of reach of scripts, and not sent with cross-site posts.
///
/// Always `Path=/; HttpOnly; SameSite=Lax`, never `Domain`. Source: RFC 6265 section 4.1, RFC 6265bis section 4.1.3.2.
public struct SetCookie: Sendable, Equatable {
    /// The name, a token.
    public let name: String
    /// The value, cookie octets.
    public let value: String
    /// How long the browser keeps it; zero deletes it; `nil` until the browser is closed.
    public let maxAge: Duration?
    /// Whether the browser sends it over HTTPS alone.
    public let isSecure: Bool

    /// Makes a cookie.
    ///
    /// - Parameters:
    ///   - name: a token of RFC 9110.
    ///   - value: cookie octets of RFC 6265; may be empty.
    ///   - maxAge: how long the browser keeps it, in whole seconds; zero and less deletes it; `nil` for a session cookie.
    ///   - isSecure: whether it is sent over HTTPS alone.
    /// - Returns: `nil` when the name or the value holds another byte, so that no header can be forged with it, and for
    ///   a name that starts with `__Host-` or `__Secure-` without `isSecure`, which browsers refuse.
    public init?(name: String, value: String, maxAge: Duration? = nil, isSecure: Bool) {
        guard !name.isEmpty, Octets.areAll(of: name, Octets.isToken), Octets.areAll(of: value, Octets.isCookie) else {
            return nil
        }
        guard isSecure || !(name.hasPrefix("__Host-") || name.hasPrefix("__Secure-")) else { return nil }
        self.name = name
        self.value = value
        self.maxAge = maxAge
        self.isSecure = isSecure
    }

    /// The value of the `Set-Cookie` field.
    public var headerValue: String {
        var text = name + "=" + value + "; Path=/; HttpOnly; SameSite=Lax"
        if let maxAge { text += "; Max-Age=\(max(0, maxAge.components.seconds))" }
        if isSecure { text += "; Secure" }
        return text
    }
}
