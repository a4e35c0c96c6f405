import HTTP
import HTTPTypes

extension Response {
    /// The response as CGI has it: status line, header fields, empty line, body.
    ///
    /// `Content-Length` is always the body's, and a `Status` field of the handler is left out. No field can hold CR, LF or
    /// NUL: `HTTPField` makes spaces of them, and its names are tokens.
    ///
    /// - Parameter isHead: whether the body is left out, its length told all the same.
    ///
    /// Source: RFC 3875 section 6.3, RFC 9110 section 9.3.2.
    func encoded(isHead: Bool) -> [UInt8] {
        let hasBody = status.code >= 200 && status != .noContent && status != .notModified
        var bytes: [UInt8] = []
        bytes.reserveCapacity(body.count + 512)
        bytes.append("Status: \(status.code) \(status.reasonPhrase)\r\n")
        for field in headers where field.name != .contentLength && field.name.canonicalName != "status" {
            bytes.append(field.name.rawName)
            bytes.append(": ")
            bytes.append(field.value)
            bytes.append("\r\n")
        }
        if hasBody { bytes.append("Content-Length: \(body.count)\r\n") }
        bytes.append("\r\n")
        if hasBody && !isHead { bytes.append(contentsOf: body) }
        return bytes
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { unsafe append(contentsOf: $0) }
    }
}
