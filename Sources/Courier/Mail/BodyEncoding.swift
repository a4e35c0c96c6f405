import FoundationEssentials

/// A text in lines of at most 76 ASCII bytes: quoted-printable where most of it is ASCII, else base 64.
///
/// Source: RFC 2045, 6.7 and 6.8.
struct BodyEncoding {
    /// The Content-Transfer-Encoding.
    let name: String
    /// The lines, without their ends.
    let lines: [String]

    init(_ text: String) {
        let others = text.utf8.count { $0 > 0x7E }
        if others * 6 > text.utf8.count {
            name = "base64"
            let letters = Array(
                Data(text.replacing("\n", with: "\r\n").utf8).base64EncodedString().utf8)
            lines = stride(from: 0, to: letters.count, by: 76).map {
                String(decoding: letters[$0..<min($0 + 76, letters.count)], as: UTF8.self)
            }
        } else {
            name = "quoted-printable"
            lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                .flatMap { Self.quoted(Array($0)) }
        }
    }

    private static func quoted(_ line: [UInt8]) -> [String] {
        var lines: [String] = []
        var current = ""
        for (index, byte) in line.enumerated() {
            let isBlank = byte == 0x20 || byte == 0x09
            let isPlain = (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "=") || isBlank
            // A blank at the end of a line could be lost; a dot at the beginning could end the mail at a careless relay.
            let isSafe =
                isPlain && !(isBlank && index == line.count - 1) && !(byte == UInt8(ascii: ".") && current.isEmpty)
            let part =
                isSafe
                ? String(Unicode.Scalar(byte)) : "=" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            if current.utf8.count + part.utf8.count > 75 {
                lines.append(current + "=")
                current = ""
            }
            current += part
        }
        return lines + [current]
    }
}
