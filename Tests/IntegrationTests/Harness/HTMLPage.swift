/// A page's elements and forms, as far as a browser needs them to fill a form in.
///
/// Reads the HTML that the portal writes: attributes in double quotes, every element but void ones closed.
struct HTMLPage: Sendable {
    struct Element: Sendable {
        let name: String
        let attributes: [String: String]
        /// Where its text stands in the text of the page.
        fileprivate var textRange: Range<Int>
        fileprivate let page: TextOfPage

        /// The text inside, with entities decoded and white space collapsed.
        var text: String { page.text(textRange) }
    }

    struct Form: Sendable {
        let identifier: String?
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

    init(_ html: [UInt8]) {
        var scanner = Scanner(html)
        var text: [UInt8] = []
        var tags: [(tag: Scanner.Tag, start: Int, end: Int)] = []
        var open: [Int] = []
        while let tag = scanner.next(textInto: &text) {
            if !Self.inline.contains(tag.name) { text.append(UInt8(ascii: " ")) }
            if tag.isEnd {
                guard let place = open.lastIndex(where: { tags[$0].tag.name == tag.name }) else { continue }
                for index in open[place...] { tags[index].end = text.count }
                open.removeSubrange(place...)
            } else {
                tags.append((tag, text.count, text.count))
                if !tag.isEmpty { open.append(tags.count - 1) }
            }
            note(tag)
        }
        for (owner, button) in buttonsOfOtherForms {
            guard let form = forms.firstIndex(where: { $0.identifier == owner }) else { continue }
            forms[form].buttons.append(button)
        }
        let page = TextOfPage(bytes: text)
        elements = tags.map { tag, start, end in
            Element(name: tag.name, attributes: tag.attributes, textRange: start..<end, page: page)
        }
        // What stands in a text area is its value.
        for area in elements where area.name == "textarea" {
            for form in forms.indices {
                for field in forms[form].fields.indices where forms[form].fields[field].name == area.attributes["name"]
                {
                    forms[form].fields[field].value = area.text
                }
            }
        }
    }

    /// The elements that have an attribute with a value.
    func elements(_ attribute: String, _ value: String) -> [Element] {
        elements.filter { $0.attributes[attribute] == value }
    }

    private var formIsOpen = false
    /// Buttons that name the form that they belong to, wherever they stand.
    private var buttonsOfOtherForms: [(owner: String, button: (name: String, value: String))] = []

    private mutating func note(_ tag: Scanner.Tag) {
        if tag.name == "form" {
            formIsOpen = !tag.isEnd
            if formIsOpen {
                forms.append(
                    Form(
                        identifier: tag.attributes["id"], action: tag.attributes["action"] ?? "",
                        method: tag.attributes["method"] ?? "get"))
            }
        }
        if tag.name == "button", let owner = tag.attributes["form"], let name = tag.attributes["name"] {
            buttonsOfOtherForms.append((owner, (name, tag.attributes["value"] ?? "")))
            return
        }
        guard formIsOpen, let name = tag.attributes["name"] else { return }
        let entry = (name, tag.attributes["value"] ?? "")
        if ["input", "textarea"].contains(tag.name) { forms[forms.count - 1].fields.append(entry) }
        if tag.name == "button" { forms[forms.count - 1].buttons.append(entry) }
    }

    private static let inline: Set = ["a", "span", "strong", "em", "b", "abbr"]
}

/// The text of a page between its tags, as it came.
private struct TextOfPage: Sendable {
    let bytes: [UInt8]

    func text(_ range: Range<Int>) -> String {
        let words = bytes[range].split { $0 == 0x20 || (9...13).contains($0) }
        return words.map { decoded($0) }.joined(separator: " ")
    }
}

/// Bytes of HTML text as text: entities decoded.
private func decoded(_ bytes: ArraySlice<UInt8>) -> String {
    var text = String(decoding: bytes, as: UTF8.self)
    guard bytes.contains(UInt8(ascii: "&")) else { return text }
    let entities = [
        ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#34;", "\""), ("&#39;", "'"), ("&#x27;", "'"),
        ("&amp;", "&"),
    ]
    for (entity, character) in entities { text = text.replacing(entity, with: character) }
    return text
}

extension String {
    func replacing(_ part: String, with other: String) -> String {
        split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
    }
}

private struct Scanner {
    struct Tag {
        var name = ""
        var attributes: [String: String] = [:]
        var isEnd = false
        var isEmpty = false
    }

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next tag; the text before it is appended.
    mutating func next(textInto text: inout [UInt8]) -> Tag? {
        let start = find(UInt8(ascii: "<"), from: position) ?? bytes.count
        text += bytes[position..<start]
        guard start < bytes.count, let end = find(UInt8(ascii: ">"), from: start) else { return nil }
        position = end + 1
        var tag = Tag()
        var index = start + 1
        if bytes[index] == UInt8(ascii: "/") {
            tag.isEnd = true
            index += 1
        }
        tag.name = word(&index, before: end).lowercased()
        while index < end {
            if bytes[index] <= 0x20 {
                index += 1
                continue
            }
            let name = word(&index, before: end)
            guard index < end, bytes[index] == UInt8(ascii: "=") else {
                if name == "/" { tag.isEmpty = true } else { tag.attributes[name] = "" }
                continue
            }
            let close = find(UInt8(ascii: "\""), from: index + 2) ?? end
            tag.attributes[name] = decoded(bytes[min(index + 2, close)..<close])
            index = close + 1
        }
        tag.isEmpty = tag.isEmpty || bytes[end - 1] == UInt8(ascii: "/") || Self.void.contains(tag.name)
        return tag
    }

    private func find(_ byte: UInt8, from start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            if bytes[index] == byte { return index }
            index += 1
        }
        return nil
    }

    private func word(_ index: inout Int, before end: Int) -> String {
        let start = index
        while index < end, bytes[index] > 0x20, bytes[index] != UInt8(ascii: "=") { index += 1 }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private static let void: Set = ["input", "br", "meta", "link", "img", "hr", "!doctype"]
}
