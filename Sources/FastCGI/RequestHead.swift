import HTTP
import HTTPTypes

/// Everything of a request but its body, decoded from CGI parameters: a pure function of them.
///
/// The path is taken from `REQUEST_URI`, which nginx passes as it was received, and decoded once; `DOCUMENT_URI` was
/// decoded by nginx already, and what a rewrite made of it. Source: RFC 3875 section 4.1, nginx `fastcgi_params`.
struct RequestHead {
    /// The bytes of the body that are announced, within the limit.
    let contentLength: Int
    private var request: Request
    private let hasForm: Bool
    private let limits: Limits

    /// Decodes parameters.
    ///
    /// - Throws: 400 for what is ill-formed or given twice, 413 for an announced body over the limit, 414 for a path over
    ///   its limit, 415 for a body that is no form.
    init(_ parameters: CGIParameters, limits: Limits) throws(RequestError) {
        try Self.check(parameters, limits: limits)
        let length = try Self.contentLength(parameters.value(of: "CONTENT_LENGTH") ?? [], limit: limits.bodyBytes)
        let isForm = Self.isForm(parameters.value(of: "CONTENT_TYPE") ?? [])
        guard length == 0 || isForm else {
            throw RequestError(status: .unsupportedMediaType, reason: "the body is no form")
        }
        guard let name = parameters.value(of: "REQUEST_METHOD").flatMap({ String(validUTF8: $0.span) }),
            let method = HTTPRequest.Method(name)
        else {
            throw RequestError(status: .badRequest, reason: "the method is missing or ill-formed")
        }
        guard let target = parameters.value(of: "REQUEST_URI") else {
            throw RequestError(status: .badRequest, reason: "the request target is missing")
        }
        contentLength = length
        hasForm = isForm && method == .post
        self.limits = limits
        request = Request(
            id: Self.requestID(parameters.value(of: "REQUEST_ID") ?? []),
            method: method,
            path: try Request.decodePath(
                Array(target.prefix { $0 != UInt8(ascii: "?") }), limit: limits.pathBytes),
            query: try Parameters.decode(
                urlEncoded: Array(parameters.value(of: "QUERY_STRING") ?? []), limits: limits.fields),
            cookies: Cookies.parse(Array(parameters.value(of: "HTTP_COOKIE") ?? [])),
            headers: Self.headers(parameters),
            clientAddress: parameters.value(of: "REMOTE_ADDR").flatMap { String(validUTF8: $0.span) } ?? "",
            isSecure: parameters.value(of: "HTTPS").map { $0.elementsEqual("on".utf8) } ?? false)
    }

    /// The request with its body.
    ///
    /// - Parameter body: exactly `contentLength` bytes.
    /// - Throws: 400 for a form that is ill-formed, and for a name that stands in the query and in the form; 413 for too
    ///   many fields or one too long.
    consuming func request(body: [UInt8]) throws(RequestError) -> Request {
        guard body.count == contentLength else {
            throw RequestError(status: .badRequest, reason: "the body is not as long as announced")
        }
        guard hasForm else { return request }
        var request = self.request
        request.form = try Parameters.decode(urlEncoded: body, limits: limits.fields)
        guard request.form.names.allSatisfy({ request.query[$0] == nil }) else {
            throw RequestError(status: .badRequest, reason: "a field was given in the query and in the form")
        }
        return request
    }

    /// Whether the parameters are those of a HEAD request, whatever else is wrong with them.
    static func isHead(_ parameters: CGIParameters) -> Bool {
        parameters.value(of: "REQUEST_METHOD").map { $0.elementsEqual("HEAD".utf8) } ?? false
    }

    private static func check(_ parameters: CGIParameters, limits: Limits) throws(RequestError) {
        guard parameters.places.count <= limits.parameters else {
            throw RequestError(status: .badRequest, reason: "too many FastCGI parameters")
        }
        guard parameters.bytes.count <= limits.parameterBytes else {
            throw RequestError(status: .badRequest, reason: "the FastCGI parameters are too long")
        }
        guard !parameters.holdsNameTwice else {
            throw RequestError(status: .badRequest, reason: "a header field or FastCGI parameter was given twice")
        }
    }

    private static func contentLength(_ digits: ArraySlice<UInt8>, limit: Int) throws(RequestError) -> Int {
        var length = 0
        for digit in digits {
            guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit else {
                throw RequestError(status: .badRequest, reason: "the content length is no number")
            }
            // Under the limit before, so ten times it and nine more fits.
            length = length * 10 + Int(digit - UInt8(ascii: "0"))
            guard length <= limit else {
                throw RequestError(status: .contentTooLarge, reason: "the body is too long")
            }
        }
        return length
    }

    private static func isForm(_ contentType: ArraySlice<UInt8>) -> Bool {
        let type = contentType.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        return type.lazy.map { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 ? $0 | 0x20 : $0 }
            .elementsEqual("application/x-www-form-urlencoded".utf8)
    }

    private static func requestID(_ bytes: ArraySlice<UInt8>) -> String {
        let isHex = bytes.allSatisfy {
            UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0
        }
        return bytes.count == 32 && isHex ? String(decoding: bytes, as: UTF8.self) : ""
    }

    private static func headers(_ parameters: CGIParameters) -> [HTTPField] {
        let bytes = parameters.bytes.span
        let prefix = "HTTP_".utf8.span
        var fields: [HTTPField] = []
        for place in parameters.places where bytes.extracting(place.name).begins(with: prefix) {
            // By the field's name, whatever the case of the parameter's: cookies stand in their own place alone.
            guard let name = fieldName(of: parameters.bytes[place.name]), name != .cookie else { continue }
            let value = parameters.bytes[place.value]
            if let text = String(validUTF8: value.span) {
                fields.append(HTTPField(name: name, value: text))
            } else {
                fields.append(HTTPField(name: name, value: value))
            }
        }
        return fields
    }

    private static func fieldName(of parameter: ArraySlice<UInt8>) -> HTTPField.Name? {
        let bytes = parameter.span
        for usual in usualNames where usual.parameter.span.equals(bytes) { return usual.name }
        return madeName(of: parameter)
    }

    /// What nearly all header fields of browsers are called, by their parameters: made once.
    private static let usualNames: [(parameter: [UInt8], name: HTTPField.Name)] =
        [
            "HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "HTTP_ACCEPT_LANGUAGE", "HTTP_CACHE_CONTROL", "HTTP_CONNECTION",
            "HTTP_CONTENT_LENGTH", "HTTP_CONTENT_TYPE", "HTTP_COOKIE", "HTTP_DNT", "HTTP_HOST", "HTTP_ORIGIN",
            "HTTP_PRAGMA", "HTTP_PRIORITY", "HTTP_REFERER", "HTTP_SEC_CH_UA", "HTTP_SEC_CH_UA_MOBILE",
            "HTTP_SEC_CH_UA_PLATFORM", "HTTP_SEC_FETCH_DEST", "HTTP_SEC_FETCH_MODE", "HTTP_SEC_FETCH_SITE",
            "HTTP_SEC_FETCH_USER", "HTTP_SEC_GPC", "HTTP_UPGRADE_INSECURE_REQUESTS", "HTTP_USER_AGENT",
        ].compactMap { (text: String) in
            let parameter = Array(text.utf8)
            return madeName(of: parameter[...]).map { (parameter, $0) }
        }

    /// The name of the header field that a parameter `HTTP_…` holds.
    ///
    /// Web servers write it in capitals, digits and underscores: what has anything else is no field, so that no two
    /// parameters are one field.
    private static func madeName(of parameter: ArraySlice<UInt8>) -> HTTPField.Name? {
        let isWellFormed = parameter.allSatisfy { byte in
            UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || byte == UInt8(ascii: "_")
        }
        guard isWellFormed else { return nil }
        let dashed = parameter.dropFirst(5).map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }
        return HTTPField.Name(String(decoding: dashed, as: UTF8.self))
    }
}
