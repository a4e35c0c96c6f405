import HTTP
import HTTPTypes

/// A response as CGI has it: what stands before the body, and the body, which is as long as a page and not copied for it.
///
/// Source: RFC 3875 section 6.3, RFC 9110 section 9.3.2.
struct Answer {
    /// Status line, header fields, empty line.
    let head: [UInt8]
    let body: [UInt8]

    /// The bytes of both.
    var count: Int { head.count + body.count }

    /// Encodes a response.
    ///
    /// `Content-Length` is always the body's, and a `Status` field of the handler is left out. No field can hold CR, LF or
    /// NUL: `HTTPField` makes spaces of them, and its names are tokens.
    ///
    /// - Parameter isHead: whether the body is left out, its length told all the same.
    init(_ response: Response, isHead: Bool) {
        let status = response.status
        let hasBody = status.code >= 200 && status != .noContent && status != .notModified
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1_024)
        bytes.append("Status: ")
        bytes.append(String(status.code))
        bytes.append(" ")
        bytes.append(status.reasonPhrase)
        bytes.append("\r\n")
        for field in response.headers where field.name != .contentLength && field.name.canonicalName != "status" {
            bytes.append(field.name.rawName)
            bytes.append(": ")
            bytes.append(field.value)
            bytes.append("\r\n")
        }
        if hasBody {
            bytes.append("Content-Length: ")
            bytes.append(String(response.body.count))
            bytes.append("\r\n")
        }
        bytes.append("\r\n")
        head = bytes
        body = hasBody && !isHead ? response.body : []
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ text: String) {
        unsafe text.utf8.span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
