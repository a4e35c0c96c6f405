import Files

/// How the bytes of a value are written at one position.
enum Encoding: Sendable, Equatable {
    /// Element content and quoted attributes: `& < > " '` as character references.
    case html
    /// A URL attribute's whole value, or its beginning.
    case url
    /// The first segment of a path, right after its leading "/".
    case urlFirstSegment
    /// A path segment; `keepsAt` in a mailto URL, whose "@" stands for itself.
    case urlSegment(keepsAt: Bool)
    /// A query component or a fragment.
    case urlComponent
    /// Plain text: no markup to escape, but no control characters, which would break headers and lines.
    case plain

    var isURL: Bool {
        switch self {
        case .html, .plain: false
        default: true
        }
    }

    func write(_ text: String, to output: inout [UInt8]) {
        switch self {
        case .html: Self.escape(text, to: &output)
        case .url: Self.writeURL(text, to: &output)
        case .urlFirstSegment:
            // "/" + "" + "/host" would be a URL of another host.
            if text.isEmpty { output.append(UInt8(ascii: ".")) }
            Self.writeSegment(text, keepsAt: false, to: &output)
        case .urlSegment(let keepsAt): Self.writeSegment(text, keepsAt: keepsAt, to: &output)
        case .urlComponent: Self.percentEncode(text, to: &output) { _ in false }
        case .plain: Self.writePlain(text, to: &output)
        }
    }

    /// Text that is ours, such as a translation: escaped like a value, except that plain text keeps its line breaks.
    func writeTrusted(_ text: String, to output: inout [UInt8]) {
        if self == .plain {
            output.append(copying: text.utf8.span)
        } else {
            write(text, to: &output)
        }
    }

    // MARK: - HTML

    /// Works on bytes: a quote followed by a combining mark is one `Character`, but it is still a quote.
    private static func escape(_ text: String, to output: inout [UInt8]) {
        write(text, to: &output, unless: isSpecial, appendEscaped)
    }

    /// Copies the bytes of a text, those that are special by `append`.
    private static func write(
        _ text: String, to output: inout [UInt8], unless isSpecial: (UInt8) -> Bool,
        _ append: (UInt8, inout [UInt8]) -> Void
    ) {
        let bytes = text.utf8.span
        guard bytes.indices.contains(where: { isSpecial(bytes[$0]) }) else {
            // Nearly all.
            output.append(copying: bytes)
            return
        }
        for index in bytes.indices {
            if isSpecial(bytes[index]) { append(bytes[index], &output) } else { output.append(bytes[index]) }
        }
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        // All five are among the 32 from 0x20 on: a bit for each of those.
        let specials: UInt32 = 1 << 0x02 | 1 << 0x06 | 1 << 0x07 | 1 << 0x1C | 1 << 0x1E
        return byte & 0xE0 == 0x20 && specials & (1 << UInt32(byte & 0x1F)) != 0
    }

    private static func appendEscaped(_ byte: UInt8, to output: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "&"): output.append(contentsOf: "&amp;".utf8)
        case UInt8(ascii: "<"): output.append(contentsOf: "&lt;".utf8)
        case UInt8(ascii: ">"): output.append(contentsOf: "&gt;".utf8)
        case UInt8(ascii: "\""): output.append(contentsOf: "&quot;".utf8)
        case UInt8(ascii: "'"): output.append(contentsOf: "&#39;".utf8)
        default: output.append(byte)
        }
    }

    // MARK: - URL

    /// A value that chooses the URL's scheme or host must be one of the harmless forms; all others become
    /// `about:invalid`.
    private static func writeURL(_ text: String, to output: inout [UInt8]) {
        guard isHarmlessURL(text) else {
            output.append(contentsOf: "about:invalid".utf8)
            return
        }
        write(text, to: &output, unless: isSpecialInURL) { byte, output in
            if hasNoPlaceInURL(byte) {
                appendPercentEncoded(byte, to: &output)
            } else {
                appendEscaped(byte, to: &output)
            }
        }
    }

    private static func isSpecialInURL(_ byte: UInt8) -> Bool { isSpecial(byte) || hasNoPlaceInURL(byte) }

    private static func hasNoPlaceInURL(_ byte: UInt8) -> Bool {
        switch byte {
        case ...0x20, 0x7F..., UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "`"),
            UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "|"), UInt8(ascii: "^"):
            true
        default: false
        }
    }

    private static func isHarmlessURL(_ text: String) -> Bool {
        // Browsers drop tabs and line ends inside a URL and read "\" as "/": "/<tab>/host" is another host.
        let bytes = text.utf8.span
        for index in bytes.indices {
            guard bytes[index] >= 0x20, bytes[index] != 0x7F, bytes[index] != UInt8(ascii: "\\") else { return false }
        }
        switch bytes.isEmpty ? nil : bytes[0] {
        case UInt8(ascii: "#"), UInt8(ascii: "?"): return true
        case UInt8(ascii: "/"): return bytes.count < 2 || bytes[1] != UInt8(ascii: "/")
        default:
            guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return false }
            return URLPart.isHarmlessScheme(text.utf8[..<colon].map(\.asciiLowercased))
        }
    }

    private static func writeSegment(_ text: String, keepsAt: Bool, to output: inout [UInt8]) {
        // Browsers take "%2E%2E" for ".." too, so a segment of dots alone can only be written encoded twice.
        if !text.isEmpty, text.utf8.allSatisfy({ $0 == UInt8(ascii: ".") }) {
            for _ in text.utf8 { output.append(contentsOf: "%252E".utf8) }
            return
        }
        percentEncode(text, to: &output) { byte in
            byte == UInt8(ascii: "+") || (keepsAt && byte == UInt8(ascii: "@"))
        }
    }

    /// RFC 3986, section 2.3: all but the unreserved characters.
    private static func percentEncode(_ text: String, to output: inout [UInt8], keeping isKept: (UInt8) -> Bool) {
        write(text, to: &output, unless: { !isUnreserved($0) && !isKept($0) }, appendPercentEncoded)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func appendPercentEncoded(_ byte: UInt8, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "%"))
        output.append(hexDigit(byte >> 4))
        output.append(hexDigit(byte & 15))
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    // MARK: - Plain text

    private static func writePlain(_ text: String, to output: inout [UInt8]) {
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\n") {
                output.append(UInt8(ascii: " "))
            } else if byte >= 0x20, byte != 0x7F {
                output.append(byte)
            }
        }
    }
}
