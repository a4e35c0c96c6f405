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
        bytes += "Status: ".utf8
        bytes += String(status.code).utf8
        bytes += " ".utf8
        bytes += status.reasonPhrase.utf8
        bytes += "\r\n".utf8
        for field in response.headers where field.name != .contentLength && field.name.canonicalName != "status" {
            field.appendLine(to: &bytes)
        }
        if let common = response.common { bytes += common.lines }
        if hasBody {
            bytes += "Content-Length: ".utf8
            bytes += String(response.body.count).utf8
            bytes += "\r\n".utf8
        }
        bytes += "\r\n".utf8
        head = bytes
        body = hasBody && !isHead ? response.body : []
    }
}
