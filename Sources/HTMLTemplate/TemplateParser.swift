/// Parses one file into nodes; goes on after a problem, so that all of them are found.
struct TemplateParser {
    private let source: TemplateSource
    /// Only there is `{{content}}` the place of the page; elsewhere it is a name like others.
    private let isFrame: Bool
    private var problems: [TemplateLoadError.Problem] = []
    private var open: [Block] = []
    private var nodes: [TemplateNode] = []

    private struct Block {
        let kind: String
        let name: TemplateName?
        let offset: Int
        let outer: [TemplateNode]
        var first: [TemplateNode]?
        var firstEnd = 0
    }

    private typealias Failure = TemplateLexer.Failure
    private typealias Tokens = ArraySlice<(token: TemplateLexer.Token, offset: Int)>

    static func parse(
        _ source: TemplateSource, isFrame: Bool = false
    ) -> (nodes: [TemplateNode], problems: [TemplateLoadError.Problem]) {
        var parser = TemplateParser(source: source, isFrame: isFrame)
        parser.parse()
        return (parser.nodes, parser.problems)
    }

    private init(source: TemplateSource, isFrame: Bool) {
        self.source = source
        self.isFrame = isFrame
    }

    private mutating func parse() {
        let bytes = source.bytes
        var textStart = 0
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "{"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "{")
            else {
                index += 1
                continue
            }
            guard let end = TemplateLexer.end(of: bytes, from: index + 2) else {
                report("the {{ is not closed", at: index)
                textStart = bytes.count
                break
            }
            var (textEnd, next) = (index, end + 2)
            if Self.mayStandAlone(bytes, index + 2), let line = aloneOnLine(from: index, to: next) {
                (textEnd, next) = (max(line.lowerBound, textStart), line.upperBound)
            }
            if textStart < textEnd { nodes.append(.text(textStart..<textEnd)) }
            do {
                try tag(index + 2..<end, at: index)
            } catch {
                report(error.message, at: error.offset)
            }
            textStart = next
            index = next
        }
        if textStart < bytes.count { nodes.append(.text(textStart..<bytes.count)) }
        while let block = open.last {
            report("{{#\(block.kind)}} is not closed", at: block.offset)
            open.removeLast()
            nodes = block.outer + (block.first ?? []) + nodes
        }
    }

    // MARK: - Tags that stand alone on their line leave no empty line behind.

    private static func mayStandAlone(_ bytes: [UInt8], _ start: Int) -> Bool {
        let rest = bytes[start...]
        guard let first = rest.first else { return false }
        return first == UInt8(ascii: "#") || first == UInt8(ascii: "/") || first == UInt8(ascii: "!")
            || rest.starts(with: "else}}".utf8)
    }

    private func aloneOnLine(from start: Int, to end: Int) -> Range<Int>? {
        let bytes = source.bytes
        var first = start
        while first > 0, bytes[first - 1] != UInt8(ascii: "\n") {
            guard bytes[first - 1] == 0x20 || bytes[first - 1] == 0x09 else { return nil }
            first -= 1
        }
        var last = end
        while last < bytes.count, bytes[last] != UInt8(ascii: "\n") {
            guard bytes[last].isHTMLSpace else { return nil }
            last += 1
        }
        return first..<min(last + 1, bytes.count)
    }

    // MARK: - Tags

    private mutating func tag(_ range: Range<Int>, at offset: Int) throws(Failure) {
        let bytes = source.bytes
        let sign = range.isEmpty ? 0 : bytes[range.lowerBound]
        let inside = range.lowerBound + 1..<max(range.lowerBound + 1, range.upperBound)
        switch sign {
        case UInt8(ascii: "!"):
            return
        case UInt8(ascii: "#"):
            try openBlock(try TemplateLexer.tokens(of: bytes, in: inside)[...], at: offset)
        case UInt8(ascii: "/"):
            try closeBlock(try TemplateLexer.tokens(of: bytes, in: inside)[...], at: offset)
        case UInt8(ascii: ">"):
            try partial(try TemplateLexer.tokens(of: bytes, in: inside)[...], at: offset)
        default:
            let tokens = try TemplateLexer.tokens(of: bytes, in: range)[...]
            switch tokens.first?.token {
            case .word("else"): try elseBranch(tokens.dropFirst(), at: offset)
            case .word("t"): try translation(tokens.dropFirst(), at: offset)
            case .word("content") where isFrame && tokens.count == 1: nodes.append(.content(offset: offset))
            default: nodes.append(.value(try onlyName(tokens, at: offset)))
            }
        }
    }

    private mutating func openBlock(_ tokens: Tokens, at offset: Int) throws(Failure) {
        guard case .word(let kind)? = tokens.first?.token else {
            throw Failure(message: "'{{#' needs if, unless, each or within", offset: offset)
        }
        var name: TemplateName?
        switch kind {
        case "if", "unless", "each":
            // A block whose name is wrong is opened all the same, so that its end is not a second problem.
            do {
                name = try onlyName(tokens.dropFirst(), at: offset)
            } catch {
                report(error.message, at: error.offset)
            }
        case "within":
            if tokens.count != 2 || tokens.last?.token != .word("frame") {
                report("the only form is {{#within frame}}", at: offset)
            }
        default:
            throw Failure(message: "'\(kind)' is no block: there are if, unless, each and within", offset: offset)
        }
        open.append(Block(kind: kind, name: name, offset: offset, outer: nodes))
        nodes = []
    }

    private mutating func elseBranch(_ tokens: Tokens, at offset: Int) throws(Failure) {
        guard tokens.isEmpty else { throw Failure(message: "{{else}} takes nothing", offset: offset) }
        guard let block = open.last, block.kind == "if" || block.kind == "unless" else {
            throw Failure(message: "{{else}} stands in no {{#if}} or {{#unless}}", offset: offset)
        }
        guard block.first == nil else { throw Failure(message: "a second {{else}}", offset: offset) }
        open[open.count - 1].first = nodes
        open[open.count - 1].firstEnd = offset
        nodes = []
    }

    private mutating func closeBlock(_ tokens: Tokens, at offset: Int) throws(Failure) {
        guard tokens.count == 1, case .word(let kind)? = tokens.first?.token else {
            throw Failure(message: "'{{/' needs the name of a block", offset: offset)
        }
        guard let block = open.last else { throw Failure(message: "{{/\(kind)}} closes nothing", offset: offset) }
        guard block.kind == kind else {
            throw Failure(message: "{{/\(kind)}} stands where {{/\(block.kind)}} is needed", offset: offset)
        }
        open.removeLast()
        let body = nodes
        nodes = block.outer
        let first = block.first ?? body
        let firstEnd = block.first == nil ? offset : block.firstEnd
        let second = block.first == nil ? [] : body
        switch (kind, block.name) {
        case ("within", _):
            nodes.append(.within(body: body, offset: block.offset))
        case ("each", let name?):
            nodes.append(.each(name, body: body, end: offset))
        case ("if", let name?):
            nodes.append(
                .conditional(
                    .init(
                        name: name, whenPresent: first, whenAbsent: second, presentEnd: firstEnd, absentEnd: offset)))
        case ("unless", let name?):
            nodes.append(
                .conditional(
                    .init(
                        name: name, whenPresent: second, whenAbsent: first, presentEnd: offset, absentEnd: firstEnd)))
        default:
            break
        }
    }

    private mutating func partial(_ tokens: Tokens, at offset: Int) throws(Failure) {
        guard case .word(let name)? = tokens.first?.token,
            name.utf8.allSatisfy({ $0.isASCIILetter || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") })
        else {
            throw Failure(message: "'{{>' needs the name of a partial", offset: offset)
        }
        var rest = tokens.dropFirst()
        var model: TemplateName?
        if case .word(let word)? = rest.first?.token, rest.dropFirst().first?.token != .equals, let first = rest.first {
            guard let modelName = TemplateName(word, offset: first.offset) else {
                throw Failure(message: "'\(word)' is no name", offset: first.offset)
            }
            model = modelName
            rest = rest.dropFirst()
        }
        var literals: [(key: String, value: String, offset: Int)] = []
        for (key, value, keyOffset) in try pairs(rest) {
            guard case .string(let text) = value else {
                throw Failure(message: "the value of '\(key)' must be a quoted text", offset: keyOffset)
            }
            literals.append((key, text, keyOffset))
        }
        nodes.append(.partial(.init(name: name, model: model, literals: literals, offset: offset)))
    }

    private mutating func translation(_ tokens: Tokens, at offset: Int) throws(Failure) {
        let text: TemplateNode.Translation.Text
        switch tokens.first?.token {
        case .string(let id): text = .id(id)
        case .word(let word):
            guard let name = TemplateName(word, offset: tokens[tokens.startIndex].offset), name.parts.count == 1 else {
                throw Failure(message: "'\(word)' is no name", offset: tokens[tokens.startIndex].offset)
            }
            text = .literal(name)
        default: throw Failure(message: "{{t}} needs a quoted text or a partial's literal", offset: offset)
        }
        var arguments: [TemplateNode.Translation.Argument] = []
        for (key, value, keyOffset) in try pairs(tokens.dropFirst()) {
            switch value {
            case .string(let text): arguments.append(.init(name: key, value: .literal(text), offset: keyOffset))
            case .word(let word):
                guard let name = TemplateName(word, offset: keyOffset) else {
                    throw Failure(message: "'\(word)' is no name", offset: keyOffset)
                }
                arguments.append(.init(name: key, value: .name(name), offset: keyOffset))
            case .equals: throw Failure(message: "'\(key)' has no value", offset: keyOffset)
            }
        }
        nodes.append(.translation(.init(text: text, arguments: arguments, offset: offset)))
    }

    /// `key=value` repeated, each key once.
    private func pairs(
        _ tokens: Tokens
    ) throws(Failure) -> [(key: String, value: TemplateLexer.Token, offset: Int)] {
        var rest = tokens
        var pairs: [(key: String, value: TemplateLexer.Token, offset: Int)] = []
        while let first = rest.first {
            guard case .word(let key) = first.token, TemplateName.isIdentifier(key), rest.count >= 3,
                rest[rest.startIndex + 1].token == .equals
            else {
                throw Failure(message: "expected key=value", offset: first.offset)
            }
            guard !pairs.contains(where: { $0.key == key }) else {
                throw Failure(message: "'\(key)' is given twice", offset: first.offset)
            }
            pairs.append((key, rest[rest.startIndex + 2].token, first.offset))
            rest = rest.dropFirst(3)
        }
        return pairs
    }

    private func onlyName(_ tokens: Tokens, at offset: Int) throws(Failure) -> TemplateName {
        guard tokens.count == 1, let first = tokens.first, case .word(let word) = first.token,
            let name = TemplateName(word, offset: first.offset)
        else {
            throw Failure(message: "expected one name", offset: tokens.first?.offset ?? offset)
        }
        return name
    }

    private mutating func report(_ message: String, at offset: Int) {
        problems.append(source.problem(message, at: offset))
    }
}
