/// A page's elements and forms, as far as a browser needs them to fill a form in.
struct HTMLPage: Sendable {
    struct Element: Sendable {
        let name: String
        let attributes: [String: String]
        /// The text inside, with entities decoded and white space collapsed.
        fileprivate(set) var text = ""
    }

    struct Form: Sendable {
        let action: String
        let method: String
        /// What is posted unless something else is typed.
        fileprivate(set) var fields: [(name: String, value: String)] = []
        /// Names and values of the buttons that have them.
        fileprivate(set) var buttons: [(name: String, value: String)] = []
    }

    /// In the order of their start tags.
    private(set) var elements: [Element] = []
    private(set) var forms: [Form] = []

    /// Reads the HTML that the portal writes: attributes in double quotes, every element but void ones closed.
    init(_ html: String) {
        var rest = html.utf8[...]
        var open: [Int] = []
        var formIsOpen = false
        func append(_ text: String) { for index in open { elements[index].text += text } }
        while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
            append(Self.decoded(rest[..<start]))
            guard let tag = Self.tag(in: rest[start...]) else { break }
            rest = rest[tag.end...]
            if !Self.inline.contains(tag.name) { append(" ") }
            if tag.isEnd {
                if tag.name == "form" { formIsOpen = false }
                if let place = open.lastIndex(where: { elements[$0].name == tag.name }) {
                    open.removeSubrange(place...)
                }
                continue
            }
            elements.append(Element(name: tag.name, attributes: tag.attributes))
            if tag.name == "form" {
                forms.append(
                    Form(action: tag.attributes["action"] ?? "", method: tag.attributes["method"] ?? "get"))
                formIsOpen = true
            }
            if formIsOpen, let name = tag.attributes["name"] {
                let entry = (name, tag.attributes["value"] ?? "")
                if tag.name == "input" { forms[forms.count - 1].fields.append(entry) }
                if tag.name == "button" { forms[forms.count - 1].buttons.append(entry) }
            }
            if !tag.isEmpty { open.append(elements.count - 1) }
        }
        for index in elements.indices { elements[index].text = Self.collapsed(elements[index].text) }
    }

    /// The elements that have an attribute with a value.
    func elements(_ attribute: String, _ value: String) -> [Element] {
        elements.filter { $0.attributes[attribute] == value }
    }

    private struct Tag {
        var name = ""
        var attributes: [String: String] = [:]
        var isEnd = false
        var isEmpty = false
        var end: Substring.UTF8View.Index
    }

    private static let void: Set = ["input", "br", "meta", "link", "img", "hr", "!doctype"]
    private static let inline: Set = ["a", "span", "strong", "em", "b", "abbr"]

    private static func tag(in text: Substring.UTF8View) -> Tag? {
        guard let end = text.firstIndex(of: UInt8(ascii: ">")) else { return nil }
        var body = text[text.index(after: text.startIndex)..<end]
        var tag = Tag(end: text.index(after: end))
        if body.first == UInt8(ascii: "/") {
            tag.isEnd = true
            body = body.dropFirst()
        }
        if body.last == UInt8(ascii: "/") {
            tag.isEmpty = true
            body = body.dropLast()
        }
        let name = body.prefix { $0 > 0x20 }
        tag.name = String(decoding: name, as: UTF8.self).lowercased()
        tag.isEmpty = tag.isEmpty || void.contains(tag.name)
        body = body[name.endIndex...]
        while let start = body.firstIndex(where: { $0 > 0x20 }) {
            let name = body[start...].prefix { $0 > 0x20 && $0 != UInt8(ascii: "=") }
            body = body[name.endIndex...]
            var value = ""
            if body.first == UInt8(ascii: "=") {
                let quoted = body.dropFirst(2).prefix { $0 != UInt8(ascii: "\"") }
                value = decoded(quoted)
                body = body[quoted.endIndex...].dropFirst()
            }
            tag.attributes[String(decoding: name, as: UTF8.self)] = value
        }
        return tag
    }

    private static func decoded(_ bytes: Substring.UTF8View) -> String {
        var text = String(decoding: bytes, as: UTF8.self)
        guard bytes.contains(UInt8(ascii: "&")) else { return text }
        let entities = [
            ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#34;", "\""), ("&#39;", "'"), ("&#x27;", "'"),
            ("&amp;", "&"),
        ]
        for (entity, character) in entities {
            text = text.split(separator: entity, omittingEmptySubsequences: false).joined(separator: character)
        }
        return text
    }

    private static func collapsed(_ text: String) -> String {
        text.unicodeScalars.split { $0 == " " || $0 == "\n" || $0 == "\t" || $0 == "\r" }.map { String($0) }
            .joined(separator: " ")
    }
}
