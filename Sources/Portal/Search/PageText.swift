/// The text that a page of this portal shows between `<main>` and `</main>`: without tags, with single blanks, and a dot
/// between headings, cells and points of a list, which the page keeps apart by their places.
enum PageText {
    /// - Parameter html: a whole page, as the templates write it.
    static func content(of html: [UInt8]) -> String {
        let start = index(of: "<main", in: html, from: 0) ?? html.count
        let end = index(of: "</main>", in: html, from: start) ?? html.count
        var text: [UInt8] = []
        var isTag = false
        for place in start..<end {
            let byte = html[place]
            switch byte {
            case UInt8(ascii: "<"):
                isTag = true
                // What stands in two elements is two words.
                text.append(UInt8(ascii: " "))
                let tag = html[(place + 1)..<end]
                if tag.first == UInt8(ascii: "/"), blocks.contains(where: tag.dropFirst().starts(with:)) {
                    text += Array("\(separator) ".utf8)
                }
            case UInt8(ascii: ">") where isTag: isTag = false
            default: if !isTag { text.append(byte) }
            }
        }
        var words: [String] = []
        for word in text.split(whereSeparator: { $0 == 0x20 || (9...13).contains($0) }) {
            let word = decoded(String(decoding: word, as: UTF8.self))
            // None in the beginning, none behind another one, and none where a sentence has ended.
            guard word != separator || words.last.map({ !endsOfSentences.contains($0.last ?? ".") }) ?? false else {
                continue
            }
            words.append(word)
        }
        if words.last == separator { words.removeLast() }
        return words.joined(separator: " ")
    }

    /// Stands where one block of a page ends and another begins.
    static let separator = "·"

    private static let endsOfSentences: Set<Character> = [".", ":", "?", "!", "।", "·"]

    /// Elements that are read by themselves.
    private static let blocks = ["h1", "h2", "h3", "th", "td", "dt", "dd", "li", "p", "summary"].map {
        Array("\($0)>".utf8)
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
