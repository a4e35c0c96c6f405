public import HTTPTypes

/// Header fields that stand in many responses alike: encoded once, not for each.
public struct HeaderBlock: Sendable {
    /// The fields in their order, no name twice.
    public let fields: [HTTPField]
    /// The fields as they go out, each a line.
    public let lines: [UInt8]

    /// Encodes fields. Traps where a name stands twice, or is a response's own by its nature (`Content-Length`,
    /// `Set-Cookie`, CGI's `Status`).
    public init(_ fields: [HTTPField]) {
        precondition(Set(fields.map(\.name)).count == fields.count, "a common field stands twice")
        for field in fields {
            precondition(
                field.name != .contentLength && field.name != .setCookie && field.name.canonicalName != "status",
                "\(field.name) is no common field")
        }
        self.fields = fields
        lines = fields.reduce(into: []) { $1.appendLine(to: &$0) }
    }
}

extension HTTPField {
    /// Adds the field as a line, with its end. It can hold no other line end: `HTTPField` makes spaces of them.
    ///
    /// Source: RFC 9112 section 5, RFC 3875 section 6.3.
    public func appendLine(to bytes: inout [UInt8]) {
        bytes += name.rawName.utf8
        bytes += ": ".utf8
        bytes += value.utf8
        bytes += "\r\n".utf8
    }
}
