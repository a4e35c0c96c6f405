/// What a browser makes of a page, as far as a value must not change it: tags, names of attributes, comments, scripts.
///
/// The tokenizer of WHATWG HTML section 13.2.5, without the states that a page of the product's never reaches. It knows
/// nothing of templates.
public struct HTMLOutline {
    /// One attribute with its value as it stands in the page.
    public struct Attribute {
        /// The element's name.
        public let tag: String
        /// Its name, in lower case.
        public let name: String
        /// The bytes between the quotes.
        public let value: [UInt8]
    }

    /// Everything but texts and values, in order.
    public private(set) var outline: [String] = []
    /// All attributes, in order.
    public private(set) var attributes: [Attribute] = []
    /// The texts between tags, in order, those of `title` and `textarea` among them.
    public private(set) var texts: [[UInt8]] = []

    private let bytes: [UInt8]
    private var place = 0

    /// Reads a page.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        while place < bytes.count { readData() }
    }

    private static let rawTags: Set<String> = ["script", "style", "iframe", "noembed", "noframes", "xmp"]

    private mutating func readData() {
        let text = take { $0 == UInt8(ascii: "<") }
        texts.append(text)
        guard place < bytes.count else { return }
        let next = at(1)
        if next == UInt8(ascii: "/"), isLetter(at(2)) {
            place += 2
            readTag(isEnd: true)
        } else if isLetter(next) {
            place += 1
            readTag(isEnd: false)
        } else if starts(with: "<!--") {
            place += 4
            readComment()
        } else if next == UInt8(ascii: "!") || next == UInt8(ascii: "?") || next == UInt8(ascii: "/") {
            // A doctype, or what browsers take for a comment.
            outline.append("declaration " + shown(take { $0 == UInt8(ascii: ">") }))
            place += 1
        } else {
            // A text that begins with "<".
            place += 1
        }
    }

    private mutating func readTag(isEnd: Bool) {
        let name = lowercased(take { isSpace($0) || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ">") })
        outline.append(isEnd ? "</\(name)>" : "<\(name)>")
        while true {
            _ = take { !isSpace($0) && $0 != UInt8(ascii: "/") }
            guard place < bytes.count else { return outline.append("the page ends in a tag") }
            if bytes[place] == UInt8(ascii: ">") {
                place += 1
                break
            }
            readAttribute(of: name)
        }
        guard !isEnd else { return }
        if Self.rawTags.contains(name) {
            outline.append("raw " + shown(takeElementText(name)))
        } else if name == "title" || name == "textarea" {
            texts.append(takeElementText(name))
        }
    }

    private mutating func readAttribute(of tag: String) {
        // An equal sign at the start belongs to the name.
        var name: [UInt8] = [bytes[place]]
        place += 1
        name += take {
            isSpace($0) || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "=")
        }
        _ = take { !isSpace($0) }
        var value: [UInt8] = []
        if at(0) == UInt8(ascii: "=") {
            place += 1
            _ = take { !isSpace($0) }
            let quote = at(0)
            if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
                place += 1
                value = take { $0 == quote }
                place += 1
            } else {
                value = take { isSpace($0) || $0 == UInt8(ascii: ">") }
            }
        }
        outline.append(lowercased(name))
        attributes.append(Attribute(tag: tag, name: lowercased(name), value: value))
    }

    private mutating func readComment() {
        let start = place
        // "<!-->" and "<!--->" are whole.
        if at(0) == UInt8(ascii: ">") || starts(with: "->") {
            _ = take { $0 == UInt8(ascii: ">") }
        } else {
            while place < bytes.count, !starts(with: "-->"), !starts(with: "--!>") { place += 1 }
        }
        outline.append("comment " + shown(Array(bytes[start..<min(place, bytes.count)])))
        _ = take { $0 == UInt8(ascii: ">") }
        place += 1
    }

    /// Up to the end tag of this name.
    private mutating func takeElementText(_ name: String) -> [UInt8] {
        let start = place
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "<"), at(1) == UInt8(ascii: "/") {
                let found = bytes.dropFirst(place + 2).prefix(name.utf8.count)
                let next = at(2 + name.utf8.count)
                let isOver = next.map { isSpace($0) || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ">") } ?? false
                if isOver, lowercased(Array(found)) == name { break }
            }
            place += 1
        }
        return Array(bytes[start..<place])
    }

    private func at(_ offset: Int) -> UInt8? {
        place + offset < bytes.count ? bytes[place + offset] : nil
    }

    private func starts(with text: String) -> Bool { bytes.dropFirst(place).starts(with: text.utf8) }

    private mutating func take(upTo isEnd: (UInt8) -> Bool) -> [UInt8] {
        let start = place
        while place < bytes.count, !isEnd(bytes[place]) { place += 1 }
        return Array(bytes[min(start, place)..<place])
    }

    private func isLetter(_ byte: UInt8?) -> Bool {
        byte.map { (65...90).contains($0) || (97...122).contains($0) } ?? false
    }

    private func lowercased(_ bytes: [UInt8]) -> String {
        shown(bytes.map { (65...90).contains($0) ? $0 + 32 : $0 })
    }

    private func shown(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

private func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 12 || byte == 13 }
