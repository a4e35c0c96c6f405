/// A parsed piece of a template file; offsets count bytes of its file.
indirect enum TemplateNode: Sendable {
    case text(Range<Int>)
    case value(TemplateName)
    case translation(Translation)
    case conditional(Conditional)
    case each(TemplateName, body: [TemplateNode], end: Int)
    case partial(Partial)
    case within(body: [TemplateNode], offset: Int)
    case content(offset: Int)

    /// `{{t "text" name=value …}}`, `{{t key}}`
    struct Translation: Sendable {
        let text: Text
        let arguments: [Argument]
        let offset: Int

        enum Text: Sendable {
            case id(String)
            case literal(TemplateName)
        }

        struct Argument: Sendable {
            let name: String
            let value: Value
            let offset: Int

            enum Value: Sendable {
                case name(TemplateName)
                case literal(String)
            }
        }
    }

    /// `{{#if name}}…{{else}}…{{/if}}`, and `{{#unless}}` with its branches exchanged.
    struct Conditional: Sendable {
        let name: TemplateName
        let whenPresent: [TemplateNode]
        let whenAbsent: [TemplateNode]
        /// Where each branch ends, for the problems found there.
        let presentEnd: Int
        let absentEnd: Int
    }

    /// `{{> name model key="literal" …}}`
    struct Partial: Sendable {
        let name: String
        let model: TemplateName?
        let literals: [(key: String, value: String, offset: Int)]
        let offset: Int
    }
}

/// A name as it is written: `name` or `outer.inner`.
struct TemplateName: Sendable {
    let parts: [String]
    let offset: Int

    var text: String { parts.joined(separator: ".") }

    /// Nil when the word is no name.
    init?(_ word: String, offset: Int) {
        let parts = word.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.allSatisfy(Self.isIdentifier) else { return nil }
        self.parts = parts
        self.offset = offset
    }

    static func isIdentifier(_ word: String) -> Bool {
        guard let first = word.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}
