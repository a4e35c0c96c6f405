/// The text that a page of this portal shows between `<main>` and `</main>`: without tags, with single blanks.
enum PageText {
    /// - Parameter html: a whole page, as the templates write it.
    static func content(of html: [UInt8]) -> String {
        let start = index(of: "<main", in: html, from: 0) ?? html.count
        let end = index(of: "</main>", in: html, from: start) ?? html.count
        var text: [UInt8] = []
        var isTag = false
        for byte in html[start..<end] {
            switch byte {
            case UInt8(ascii: "<"):
                isTag = true
                // What stands in two elements is two words.
                text.append(UInt8(ascii: " "))
            case UInt8(ascii: ">") where isTag: isTag = false
            default: if !isTag { text.append(byte) }
            }
        }
        let words = text.split { $0 == 0x20 || (9...13).contains($0) }
        return words.map { decoded(String(decoding: $0, as: UTF8.self)) }.joined(separator: " ")
    }

    private static func index(of part: String, in html: [UInt8], from start: Int) -> Int? {
        let part = Array(part.utf8)
        guard start + part.count <= html.count else { return nil }
        return (start...(html.count - part.count)).first { html[$0...].starts(with: part) }
    }

    /// The five characters that the templates escape.
    private static func decoded(_ word: String) -> String {
        guard word.utf8.contains(UInt8(ascii: "&")) else { return word }
        var word = word
        for (entity, character) in [
            ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#34;", "\""), ("&#39;", "'"), ("&amp;", "&"),
        ] {
            word = word.replacing(entity, with: character)
        }
        return word
    }
}
