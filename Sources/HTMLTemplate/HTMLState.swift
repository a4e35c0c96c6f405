/// Where the HTML tokenizer stands (WHATWG HTML, section 13.2.5), as far as a value's safety depends on it.
///
/// Stricter than browsers: what they repair by guessing is a problem here, so that both always agree on the position.
struct HTMLState: Hashable, Sendable {
    enum Mode: Hashable, Sendable {
        case data, tagOpen, endTagOpen, tagName
        case beforeAttributeName, attributeName, afterAttributeName, beforeAttributeValue
        case attributeValue(quote: UInt8)
        case unquotedValue
        /// After a tag's name, a quoted value or a block: a space, "/" or ">" must follow.
        case needsSeparator
        case selfClosing
        case markupDeclaration, doctype, comment
        /// `title`, `textarea`
        case escapableText
        /// `script`, `style` and other elements whose text browsers take as it stands.
        case rawText
    }

    private(set) var mode = Mode.data
    private var tag: [UInt8] = []
    private var isEndTag = false
    private var attribute: [UInt8] = []
    private var use = HTMLAttributeUse.plain
    private var url = URLPart.start
    private var urlEscape = URLEscape.none
    /// The last four bytes of a comment, a declaration or raw text.
    private var recent: UInt32 = 0
    /// How much of "</tag" has been seen in raw or escapable text.
    private var endTagMatch = 0
    private var metaContentHasValue = false
    private var metaHasHTTPEquiv = false

    // MARK: - The template's own text

    /// Goes on by one byte; returns what is wrong with it.
    mutating func advance(_ byte: UInt8) -> String? {
        switch mode {
        case .data:
            if byte == UInt8(ascii: "<") { mode = .tagOpen }
            return nil
        case .tagOpen: return tagOpen(byte)
        case .endTagOpen:
            guard byte.isASCIILetter else {
                self = HTMLState()
                return "'</' begins no tag"
            }
            beginTag(byte, isEnd: true)
            return nil
        case .tagName:
            if isTagNameByte(byte) {
                tag.append(byte.asciiLowercased)
                return nil
            }
            mode = .needsSeparator
            return advance(byte)
        case .beforeAttributeName, .needsSeparator, .afterAttributeName: return betweenAttributes(byte)
        case .attributeName: return attributeName(byte)
        case .beforeAttributeValue: return beforeAttributeValue(byte)
        case .attributeValue(let quote):
            if byte == quote {
                mode = .needsSeparator
                return nil
            }
            guard use == .url else { return nil }
            urlEscape.advance(byte)
            return url.advance(byte)
        case .unquotedValue: return unquotedValue(byte)
        case .selfClosing:
            if byte == UInt8(ascii: ">") { return closeTag() }
            mode = .beforeAttributeName
            return "'/' stands in the middle of a tag"
        case .markupDeclaration, .doctype, .comment: return declaration(byte)
        case .escapableText, .rawText: return elementText(byte)
        }
    }

    private mutating func tagOpen(_ byte: UInt8) -> String? {
        switch byte {
        case let byte where byte.isASCIILetter:
            beginTag(byte, isEnd: false)
            return nil
        case UInt8(ascii: "/"):
            mode = .endTagOpen
            return nil
        case UInt8(ascii: "!"):
            mode = .markupDeclaration
            recent = 0
            return nil
        default:
            self = HTMLState()
            return "'<' begins no tag: write &lt;"
        }
    }

    private mutating func beginTag(_ byte: UInt8, isEnd: Bool) {
        mode = .tagName
        tag = [byte.asciiLowercased]
        isEndTag = isEnd
        attribute = []
        metaContentHasValue = false
        metaHasHTTPEquiv = false
    }

    private func isTagNameByte(_ byte: UInt8) -> Bool {
        byte.isASCIILetter || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
    }

    private mutating func betweenAttributes(_ byte: UInt8) -> String? {
        switch byte {
        case let byte where byte.isHTMLSpace:
            if mode != .afterAttributeName { mode = .beforeAttributeName }
            return nil
        case UInt8(ascii: "/"):
            mode = .selfClosing
            return nil
        case UInt8(ascii: ">"):
            return closeTag()
        case UInt8(ascii: "=") where mode == .afterAttributeName:
            mode = .beforeAttributeValue
            return nil
        case UInt8(ascii: "="), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"):
            return "'\(Character(Unicode.Scalar(byte)))' stands where an attribute's name is expected"
        default:
            let needsSpace = mode == .needsSeparator
            attribute = [byte.asciiLowercased]
            mode = .attributeName
            return needsSpace ? "a space is needed before an attribute" : nil
        }
    }

    private mutating func attributeName(_ byte: UInt8) -> String? {
        switch byte {
        case UInt8(ascii: "="):
            mode = .beforeAttributeValue
            return nil
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"):
            return "'\(Character(Unicode.Scalar(byte)))' stands in an attribute's name"
        case let byte where byte.isHTMLSpace || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">"):
            mode = .afterAttributeName
            return betweenAttributes(byte)
        default:
            attribute.append(byte.asciiLowercased)
            return nil
        }
    }

    private mutating func beforeAttributeValue(_ byte: UInt8) -> String? {
        switch byte {
        case let byte where byte.isHTMLSpace:
            return nil
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            mode = .attributeValue(quote: byte)
            use = HTMLAttributeUse(attribute, of: tag)
            url = .start
            urlEscape = .none
            if attribute.elementsEqual("http-equiv".utf8) {
                metaHasHTTPEquiv = true
                if metaContentHasValue {
                    metaContentHasValue = false
                    return Self.metaProblem
                }
            }
            return nil
        case UInt8(ascii: ">"):
            self = HTMLState()
            return "an attribute has no value after '='"
        default:
            mode = .unquotedValue
            if attribute.elementsEqual("http-equiv".utf8) { metaHasHTTPEquiv = true }
            return unquotedValue(byte)
        }
    }

    private mutating func unquotedValue(_ byte: UInt8) -> String? {
        switch byte {
        case let byte where byte.isHTMLSpace:
            mode = .beforeAttributeName
            return nil
        case UInt8(ascii: ">"):
            return closeTag()
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: "="), UInt8(ascii: "`"):
            return "'\(Character(Unicode.Scalar(byte)))' stands in an unquoted attribute"
        default:
            return nil
        }
    }

    private mutating func closeTag() -> String? {
        let name = tag
        let hadMetaProblem = metaHasHTTPEquiv && metaContentHasValue
        let wasEnd = isEndTag
        self = HTMLState()
        if hadMetaProblem { return Self.metaProblem }
        if wasEnd { return nil }
        switch String(decoding: name, as: UTF8.self) {
        case "title", "textarea":
            mode = .escapableText
            tag = name
        case "script", "style", "iframe", "noembed", "noframes", "xmp":
            mode = .rawText
            tag = name
        case "plaintext":
            return "nothing ends a plaintext element"
        default:
            break
        }
        return nil
    }

    private static let metaProblem = "a value may not stand in the content of a meta element with http-equiv"

    /// Comments, `<!doctype …>`; nothing else begins with `<!`.
    private mutating func declaration(_ byte: UInt8) -> String? {
        let before = recent
        recent = recent << 8 | UInt32(byte)
        switch mode {
        case .markupDeclaration where byte == UInt8(ascii: "-"):
            guard before & 0xFF == UInt32(UInt8(ascii: "-")) else { return nil }
            mode = .comment
            // Marks the comment's beginning: "<!-->" and "<!--->" would end it at once.
            recent = 0
        case .markupDeclaration where byte.asciiLowercased == UInt8(ascii: "d") && before == 0:
            mode = .doctype
        case .markupDeclaration:
            self = HTMLState()
            return "'<!' begins neither a comment nor a doctype"
        case .doctype:
            if byte == UInt8(ascii: ">") { self = HTMLState() }
        default:
            guard byte == UInt8(ascii: ">") else { return nil }
            if before == 0 || before == 0x2D {
                self = HTMLState()
                return "the comment ends where it begins"
            }
            if before & 0xFF_FFFF == 0x2D_2D21 {
                self = HTMLState()
                return "a comment ends with '-->'"
            }
            if before & 0xFFFF == 0x2D2D { self = HTMLState() }
        }
        return nil
    }

    /// The text of `title`, `textarea`, `script`, `style`…, up to the end tag of the same name.
    private mutating func elementText(_ byte: UInt8) -> String? {
        recent = recent << 8 | UInt32(byte)
        let end = [UInt8(ascii: "<"), UInt8(ascii: "/")] + tag
        if endTagMatch == end.count, byte.isHTMLSpace || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">") {
            isEndTag = true
            endTagMatch = 0
            recent = 0
            mode = .needsSeparator
            return betweenAttributes(byte)
        }
        if endTagMatch < end.count, byte.asciiLowercased == end[endTagMatch] {
            endTagMatch += 1
            return nil
        }
        let brokeOff = endTagMatch > 0
        endTagMatch = byte == UInt8(ascii: "<") ? 1 : 0
        if mode == .escapableText {
            return brokeOff ? "'<' begins no tag in a title or textarea: write &lt;" : nil
        }
        // "<!--" in a script changes which "</script>" ends it.
        return recent == 0x3C21_2D2D ? "'<!--' stands in a script or style" : nil
    }

    // MARK: - Values

    /// How a value is written here, or why none may be.
    func encoding() -> Result<Encoding, HTMLPositionProblem> {
        switch mode {
        case .data:
            return .success(.html)
        case .escapableText where endTagMatch == 0:
            return .success(.html)
        case .attributeValue:
            let name = String(decoding: attribute, as: UTF8.self)
            switch use {
            case .plain where metaHasHTTPEquiv && name == "content":
                return .failure(.init(text: Self.metaProblem))
            case .plain:
                return .success(.html)
            case .url where urlEscape != .none:
                return .failure(.init(text: urlEscape.problem))
            case .url:
                return url.encoding.map { .success($0) } ?? .failure(.init(text: url.problem))
            case .forbidden:
                return .failure(.init(text: "a value may not stand in the attribute '\(name)'"))
            }
        default:
            return .failure(.init(text: "a value may not stand in \(place)"))
        }
    }

    /// Goes on past a value.
    mutating func passValue() {
        guard case .attributeValue = mode else { return }
        if use == .url { url.passValue() }
        if tag.elementsEqual("meta".utf8), attribute.elementsEqual("content".utf8) { metaContentHasValue = true }
    }

    /// Goes on past a value that may not be here as if it were a word, so that it makes one problem and not several.
    mutating func passRefusedValue() {
        switch mode {
        case .tagOpen: beginTag(UInt8(ascii: "x"), isEnd: false)
        case .endTagOpen: beginTag(UInt8(ascii: "x"), isEnd: true)
        case .beforeAttributeName, .needsSeparator, .afterAttributeName, .selfClosing: mode = .attributeName
        case .beforeAttributeValue: mode = .unquotedValue
        case .escapableText, .rawText: endTagMatch = 0
        case .attributeValue: urlEscape = .none
        default: break
        }
    }

    var place: String {
        switch mode {
        case .data: "text"
        case .tagOpen, .endTagOpen, .tagName: "a tag's name"
        case .beforeAttributeName, .needsSeparator, .selfClosing: isEndTag ? "an end tag" : "a tag"
        case .attributeName, .afterAttributeName: "an attribute's name"
        case .beforeAttributeValue, .unquotedValue: "an unquoted attribute"
        case .attributeValue: "the attribute '\(String(decoding: attribute, as: UTF8.self))'"
        case .markupDeclaration, .doctype: "a doctype"
        case .comment: "a comment"
        case .escapableText, .rawText:
            endTagMatch > 0 ? "a tag's name" : "a \(String(decoding: tag, as: UTF8.self)) element"
        }
    }

    // MARK: - Blocks

    /// Prepares for a block, a branch's end or a block's end; returns why none may be here.
    ///
    /// Inside a tag all places between attributes count as one; `needsSeparator` is the strictest of them.
    mutating func passBlockBoundary() -> String? {
        switch mode {
        case .data:
            return nil
        case .escapableText where endTagMatch == 0:
            recent = 0
            return nil
        case .attributeValue:
            return use == .forbidden ? "a block may not stand in \(place)" : nil
        case .tagName, .attributeName, .needsSeparator, .afterAttributeName, .beforeAttributeName:
            if isEndTag { return "a block may not stand in an end tag" }
            if mode == .tagName || mode == .attributeName { mode = .needsSeparator }
            if mode == .afterAttributeName { mode = .beforeAttributeName }
            attribute = []
            use = .plain
            url = .start
            urlEscape = .none
            return nil
        default:
            return "a block may not stand in \(place)"
        }
    }

    /// A loop's body may follow itself, so it has to bring its own space.
    mutating func requireSeparator() {
        if mode == .beforeAttributeName { mode = .needsSeparator }
    }

    /// What holds after either of two ways; nil when they end at different places. Both have passed a block's boundary.
    func joined(with other: HTMLState) -> HTMLState? {
        var (left, right) = (self, other)
        if left.mode == .needsSeparator { right.requireSeparator() }
        if right.mode == .needsSeparator { left.requireSeparator() }
        let hasValue = left.metaContentHasValue || right.metaContentHasValue
        let hasHTTPEquiv = left.metaHasHTTPEquiv || right.metaHasHTTPEquiv
        (left.metaContentHasValue, right.metaContentHasValue) = (hasValue, hasValue)
        (left.metaHasHTTPEquiv, right.metaHasHTTPEquiv) = (hasHTTPEquiv, hasHTTPEquiv)
        return left == right ? left : nil
    }
}

/// Why a value may not stand where it does.
struct HTMLPositionProblem: Error {
    let text: String
}
