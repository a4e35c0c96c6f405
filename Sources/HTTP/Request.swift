public import HTTPTypes

/// A request as the portal sees it: decoded once, validated, within limits.
public struct Request: Sendable {
    /// The number that nginx gave the request, 32 lower-case hex digits; empty when it gave none or an ill-formed one.
    public var id: String
    /// The method.
    public var method: HTTPRequest.Method
    /// The path, percent-decoded once: valid UTF-8 without NUL, starts with `/`, has no `.` or `..` segment.
    public var path: String
    /// The fields of the query.
    public var query: Parameters
    /// The fields of a POST with `application/x-www-form-urlencoded`; empty otherwise.
    public var form: Parameters
    /// The cookies.
    public var cookies: Cookies
    /// The header fields in their order, each name once; `Cookie` left out.
    public var headers: [HTTPField]
    /// The address of the client as nginx saw it, never what the client says of itself.
    public var clientAddress: String
    /// Whether the client came over HTTPS.
    public var isSecure: Bool

    /// Makes a request; every part has a default, for tests.
    public init(
        id: String = "",
        method: HTTPRequest.Method = .get,
        path: String = "/",
        query: Parameters = Parameters(),
        form: Parameters = Parameters(),
        cookies: Cookies = Cookies(),
        headers: [HTTPField] = [],
        clientAddress: String = "127.0.0.1",
        isSecure: Bool = false
    ) {
        self.id = id
        self.method = method
        self.path = path
        self.query = query
        self.form = form
        self.cookies = cookies
        self.headers = headers
        self.clientAddress = clientAddress
        self.isSecure = isSecure
    }

    /// The value of a header field; `nil` when the request does not have it.
    public func header(_ name: HTTPField.Name) -> String? { headers.first { $0.name == name }?.value }

    /// Decodes a path that is still percent-encoded.
    ///
    /// - Parameters:
    ///   - encoded: the path of a request target, without the query.
    ///   - limit: the most bytes, encoded. Default 1,024.
    /// - Returns: the path, decoded once; `%2F` in it becomes a slash like any other.
    /// - Throws: 414 for a path over the limit; 400 for one that does not start with `/`, a malformed `%XX`, invalid
    ///   UTF-8, control characters, and a `.` or `..` segment.
    public static func decodePath(_ encoded: [UInt8], limit: Int = 1_024) throws(RequestError) -> String {
        guard encoded.count <= limit else {
            throw RequestError(status: .uriTooLong, reason: "the path is too long")
        }
        guard let path = PercentEncoding.decode(encoded[...], plusIsSpace: false) else {
            throw RequestError(status: .badRequest, reason: "the path is not percent-encoded UTF-8")
        }
        guard path.utf8.first == UInt8(ascii: "/") else {
            throw RequestError(status: .badRequest, reason: "the path does not start with a slash")
        }
        guard Octets.areAll(of: path, { $0 >= 0x20 && $0 != 0x7F }) else {
            throw RequestError(status: .badRequest, reason: "the path holds control characters")
        }
        guard !holdsDotSegment(path) else {
            throw RequestError(status: .badRequest, reason: "the path holds a dot segment")
        }
        return path
    }

    /// Whether a segment of a path is "." or "..".
    private static func holdsDotSegment(_ path: String) -> Bool {
        let bytes = path.utf8.span
        var start = 0
        for end in 0...bytes.count where end == bytes.count || bytes[end] == UInt8(ascii: "/") {
            let segment = bytes.extracting(start..<end)
            if 1...2 ~= segment.count, segment.indices.allSatisfy({ segment[$0] == UInt8(ascii: ".") }) { return true }
            start = end + 1
        }
        return false
    }
}
