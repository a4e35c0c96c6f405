/// What a page says between its menus, read fast: thousands of pages are.
struct PageText {
    /// The text of `<main>`, white space collapsed.
    let text: String
    /// The lines of the error summary.
    let problems: [String]

    init(_ body: [UInt8]) {
        let start = Self.index(of: Array("<main".utf8), in: body, from: 0) ?? body.count
        let end = Self.index(of: Array("</main".utf8), in: body, from: start) ?? body.count
        // Each `<li>` is marked with a 1 and each `</ul>` with a 2.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(end - start)
        var index = start
        var wantsSpace = false
        while index < end {
            let byte = body[index]
            if byte == UInt8(ascii: "<") {
                let name = index + 1
                while index < end, body[index] != UInt8(ascii: ">") { index += 1 }
                if Self.matches("li>", body, name) { bytes.append(1) }
                if Self.matches("/ul>", body, name) { bytes.append(2) }
                let isInline = Self.matches("a ", body, name) || Self.matches("/a>", body, name)
                wantsSpace = wantsSpace || !isInline
            } else if byte <= 32 {
                wantsSpace = true
            } else {
                if wantsSpace { bytes.append(32) }
                wantsSpace = false
                bytes.append(byte)
            }
            index += 1
        }
        let marked = Self.decoded(String(decoding: bytes, as: UTF8.self))
        if let summary = marked.split(separator: "There is a problem", maxSplits: 1).dropFirst().first {
            let lines = summary.prefix { $0 != "\u{2}" }.split(separator: "\u{1}").map { Self.trimmed($0) }
            problems = lines.filter { !$0.isEmpty }
        } else {
            problems = []
        }
        text = marked.filter { $0 != "\u{1}" && $0 != "\u{2}" }
    }

    private static func index(of word: [UInt8], in body: [UInt8], from start: Int) -> Int? {
        var index = start
        let first = word[0]
        while index < body.count {
            if body[index] == first, body[index...].starts(with: word) { return index }
            index += 1
        }
        return nil
    }

    private static func matches(_ word: StaticString, _ body: [UInt8], _ index: Int) -> Bool {
        body[index...].starts(with: word.description.utf8)
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    private static func decoded(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
        let entities = [
            ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#34;", "\""), ("&#39;", "'"), ("&amp;", "&"),
        ]
        return entities.reduce(text) { text, entity in
            text.split(separator: entity.0, omittingEmptySubsequences: false).joined(separator: entity.1)
        }
    }
}
