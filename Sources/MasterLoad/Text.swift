/// Small operations on text from files, by Unicode scalars.
enum Text {
    /// Without spaces, tabs and line ends at both ends.
    static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !isBlank($0) }),
            let last = scalars.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(scalars[first...last])
    }

    /// In lower case, letters of ASCII alone.
    static func lowercased(_ text: String) -> String {
        String(decoding: text.utf8.map { (0x41...0x5A).contains($0) ? $0 + 32 : $0 }, as: UTF8.self)
    }

    /// Most of it hidden: the first two and the last two scalars of eight or more stay.
    static func masked(_ text: String) -> String {
        let scalars = Array(shown(text, limit: 24).unicodeScalars)
        return String(
            String.UnicodeScalarView(
                scalars.enumerated().map { index, scalar in
                    scalars.count >= 8 && (index < 2 || index >= scalars.count - 2) ? scalar : "*"
                }))
    }

    /// As it may be printed: cut, and with `?` for what people can't see.
    static func shown(_ text: String, limit: Int = 40) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit).map { isInvisible($0.value) ? "?" : $0 }))
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\t" || scalar == "\r" || scalar == "\n"
    }

    /// Whether it is a character that people can't see: a control, or a mark that turns the direction of writing.
    static func isInvisible(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF, 0xFFF9...0xFFFD: true
        default: false
        }
    }
}
