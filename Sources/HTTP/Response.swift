public import HTTPTypes

/// A response: status, header fields, body.
///
/// `Content-Length` is the FastCGI server's to set.
public struct Response: Sendable {
    /// The status.
    public var status: HTTPResponse.Status
    /// The header fields. `HTTPField` turns CR, LF and NUL in a value into spaces, so no value can forge a line.
    public var headers: HTTPFields
    /// Fields that many responses have alike, which go out behind ``headers``. No name may stand in both.
    public var common: HeaderBlock?
    /// The body, as it goes out.
    public var body: [UInt8]

    /// Makes a response.
    public init(status: HTTPResponse.Status, headers: HTTPFields = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A 303 that sends the browser to a page of this site, with GET.
    ///
    /// - Parameter path: path and query, encoded. What would leave the site (`//host`, `/\host`, anything that does not
    ///   start with `/`) or is not printable ASCII leads to `/` instead.
    public static func seeOther(_ path: String) -> Response {
        Response(status: .seeOther, headers: [.location: isLocal(path) ? path : "/"])
    }

    /// Adds a cookie; cookies set before stay, each in a field of its own.
    public mutating func setCookie(_ cookie: SetCookie) {
        headers.append(HTTPField(name: .setCookie, value: cookie.headerValue))
    }

    private static func isLocal(_ path: String) -> Bool {
        var bytes = path.utf8.makeIterator()
        guard bytes.next() == UInt8(ascii: "/") else { return false }
        let second = bytes.next()
        return second != UInt8(ascii: "/") && second != UInt8(ascii: "\\")
            && path.utf8.allSatisfy { 0x21...0x7E ~= $0 }
    }
}
