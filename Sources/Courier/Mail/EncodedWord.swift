import FoundationEssentials

/// Text of header fields that is not ASCII. Source: RFC 2047.
enum EncodedWord {
    /// Unstructured text, such as a subject: as it is where it is ASCII, else in words of base 64, a line each.
    ///
    /// - Parameter used: bytes that stand before it in its first line.
    static func text(_ text: String, after used: Int) -> String {
        // A line may have 998 bytes and should have 78 (RFC 5322, 2.1.1); "=?" would be taken for a word.
        if isPlain(text), used + text.utf8.count <= 200, !text.utf8.starts(with: "=?".utf8) { return text }
        // 75 bytes a word at most, 12 of them round it: 45 bytes make 60 letters of base 64.
        var words: [[UInt8]] = [[]]
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if words[words.count - 1].count + bytes.count > 42 { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words.map { "=?UTF-8?B?\(Data($0).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }

    /// A name before an address: in quotes where it is ASCII.
    static func phrase(_ text: String) -> String {
        guard isPlain(text) else { return Self.text(text, after: 6) }
        return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    private static func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { (0x20...0x7E).contains($0) } }
}
