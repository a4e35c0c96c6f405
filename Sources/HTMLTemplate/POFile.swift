/// One gettext catalogue (GNU gettext manual, section "The Format of PO Files"): entries with one form each.
///
/// Contexts, plural forms and whatever else is not understood are problems, so that no translation is lost unnoticed.
struct POFile {
    /// Translations by id, without empty and fuzzy ones.
    private(set) var translations: [String: String] = [:]
    /// Every id of the file, translated or not.
    private(set) var ids: Set<String> = []
    private(set) var problems: [TemplateLoadError.Problem] = []

    private enum Keyword {
        case id
        case translation
    }

    private struct Entry {
        var id: String?
        var translation: String?
        var idOffset = 0
        var translationOffset = 0
        var isFuzzy = false
    }

    private let source: TemplateSource
    private var entry = Entry()
    private var current: Keyword?
    /// `#, fuzzy` stands before the entry it belongs to.
    private var nextIsFuzzy = false

    init(_ source: TemplateSource) {
        self.source = source
        var offset = 0
        for line in source.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            read(line, at: offset)
            offset += line.count + 1
        }
        finish()
    }

    private mutating func read(_ line: ArraySlice<UInt8>, at offset: Int) {
        var start = line.startIndex
        var end = line.endIndex
        while start < end, line[start].isHTMLSpace { start += 1 }
        while end > start, line[end - 1].isHTMLSpace { end -= 1 }
        let content = line[start..<end]
        if content.isEmpty { return }
        if content.first == UInt8(ascii: "#") {
            if content.starts(with: "#,".utf8), String(decoding: content, as: UTF8.self).contains("fuzzy") {
                nextIsFuzzy = true
            }
            return
        }
        if content.first == UInt8(ascii: "\"") {
            append(content)
            return
        }
        let word = content.prefix { $0.isASCIILetter || $0 == UInt8(ascii: "_") }
        let rest = content[word.endIndex...].drop { $0 == 0x20 || $0 == 0x09 }
        switch String(decoding: word, as: UTF8.self) {
        case "msgid":
            finish()
            (entry.id, entry.idOffset, entry.isFuzzy) = ("", start, nextIsFuzzy)
            nextIsFuzzy = false
            current = .id
            append(rest, at: start)
        case "msgstr" where entry.id != nil && entry.translation == nil && rest.first != UInt8(ascii: "["):
            (entry.translation, entry.translationOffset) = ("", start)
            current = .translation
            append(rest, at: start)
        default:
            report("'\(String(decoding: content.prefix(40), as: UTF8.self))' is not understood here", at: start)
            // Strings that follow belong to what was not understood.
            current = nil
        }
    }

    private mutating func append(_ quoted: ArraySlice<UInt8>, at offset: Int? = nil) {
        guard let text = unquote(quoted, at: offset ?? quoted.startIndex) else { return }
        switch current {
        case .id: entry.id?.append(text)
        case .translation: entry.translation?.append(text)
        case nil: if problems.isEmpty { report("a text belongs to nothing", at: quoted.startIndex) }
        }
    }

    private mutating func unquote(_ quoted: ArraySlice<UInt8>, at offset: Int) -> String? {
        guard quoted.count >= 2, quoted.first == UInt8(ascii: "\""), quoted.last == UInt8(ascii: "\"") else {
            report("expected a quoted text", at: offset)
            return nil
        }
        var text: [UInt8] = []
        var index = quoted.startIndex + 1
        while index < quoted.endIndex - 1 {
            let byte = quoted[index]
            if byte == UInt8(ascii: "\"") {
                report("a quote inside a text needs a backslash", at: index)
                return nil
            }
            if byte == UInt8(ascii: "\\") {
                index += 1
                let escaped: UInt8? =
                    switch index < quoted.endIndex - 1 ? quoted[index] : 0 {
                    case UInt8(ascii: "n"): UInt8(ascii: "\n")
                    case UInt8(ascii: "t"): UInt8(ascii: "\t")
                    case UInt8(ascii: "r"): UInt8(ascii: "\r")
                    case UInt8(ascii: "\""): UInt8(ascii: "\"")
                    case UInt8(ascii: "\\"): UInt8(ascii: "\\")
                    default: nil
                    }
                guard let escaped else {
                    report("the escapes are \\n \\t \\r \\\" \\\\", at: index - 1)
                    return nil
                }
                text.append(escaped)
            } else {
                text.append(byte)
            }
            index += 1
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Takes in the entry that has been read.
    private mutating func finish() {
        defer {
            entry = Entry()
            current = nil
        }
        guard let id = entry.id else { return }
        guard let translation = entry.translation else {
            report("the msgid has no msgstr", at: entry.idOffset)
            return
        }
        guard !id.isEmpty else {
            checkHeader(translation)
            return
        }
        guard ids.insert(id).inserted else {
            report("the msgid occurs twice", at: entry.idOffset)
            return
        }
        let original = MessageText(id)
        if let problem = original.problem { report(problem, at: entry.idOffset) }
        if translation.isEmpty || entry.isFuzzy { return }
        let text = MessageText(translation)
        if let problem = text.problem { report(problem, at: entry.translationOffset) }
        let expected = original.placeholders
        if text.placeholders != expected {
            let names = text.placeholders.symmetricDifference(expected).sorted().map { "%{\($0)}" }
            report("msgid and msgstr differ in \(names.joined(separator: ", "))", at: entry.translationOffset)
        }
        translations[id] = translation
    }

    private mutating func checkHeader(_ header: String) {
        for line in header.utf8.split(separator: UInt8(ascii: "\n")) {
            let line = String(decoding: line.map(\.asciiLowercased), as: UTF8.self)
            if line.hasPrefix("content-type:"), !line.hasSuffix("charset=utf-8") {
                report("the charset must be UTF-8", at: entry.idOffset)
            }
        }
    }

    private mutating func report(_ message: String, at offset: Int) {
        problems.append(source.problem(message, at: offset))
    }
}
