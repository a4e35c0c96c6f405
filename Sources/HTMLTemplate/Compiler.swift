/// Flattens one page in one language: puts partials, frame and translations in place, resolves names, follows the HTML.
struct Compiler {
    /// What a compilation yields; the program counts only when there are no problems.
    struct Output {
        let program: Program
        let messageIDs: Set<String>
        let problems: [TemplateLoadError.Problem]
    }

    private let files: TemplateFiles
    private let messages: [String: MessageText]
    private var source: TemplateSource
    /// Nil in plain text.
    private var html: HTMLState?
    private var scopes = NameScopes()
    /// The next free place on the run's stack: 0 is the frame, 1 the page.
    private var nextSlot = 2
    private var openPartials: [String] = []
    private var page: (file: TemplateFiles.File, body: [TemplateNode], model: any TemplateModel.Type)?
    private var contentCount = 0
    private var code = InstructionBuffer()
    private var messageIDs: Set<String> = []
    private var problems: [TemplateLoadError.Problem] = []

    /// Nil when the page's file, or the frame's, cannot be read.
    static func compile(
        _ name: String, model: any TemplateModel.Type, frame: (any TemplateModel.Type)?, isHTML: Bool,
        files: TemplateFiles, language: String, messages: [String: MessageText]
    ) -> Output? {
        guard let file = files.page(name) else { return nil }
        var compiler = Compiler(files: files, messages: messages, source: file.source, html: isHTML ? HTMLState() : nil)
        compiler.scopes.enter(["language": language, "isEnglish": language == "en" ? "true" : ""])
        if let within = compiler.within(of: file) {
            guard let frame else {
                compiler.report("there is no frame here", at: within.offset)
                return compiler.output
            }
            guard let frameFile = files.page("frame", isFrame: true) else { return nil }
            compiler.page = (file, within.body, model)
            compiler.source = frameFile.source
            compiler.enter(frame, slot: 0, at: 0)
            compiler.walk(frameFile.nodes)
            if compiler.contentCount != 1 {
                compiler.report("the frame has {{content}} \(compiler.contentCount) times, not once", at: 0)
            }
        } else {
            compiler.enter(model, slot: 1, at: 0)
            compiler.walk(file.nodes)
        }
        compiler.checkEnd()
        return compiler.output
    }

    private init(files: TemplateFiles, messages: [String: MessageText], source: TemplateSource, html: HTMLState?) {
        self.files = files
        self.messages = messages
        self.source = source
        self.html = html
    }

    private var output: Output {
        Output(
            program: Program(code, innerFields: scopes.innerFields, usesFrame: page != nil), messageIDs: messageIDs,
            problems: problems)
    }

    private mutating func report(_ message: String, at offset: Int) {
        problems.append(source.problem(message, at: offset))
    }

    // MARK: - Frame and page

    private mutating func within(of file: TemplateFiles.File) -> (body: [TemplateNode], offset: Int)? {
        for case .within(let body, let offset) in file.nodes {
            let isAlone = file.nodes.allSatisfy { node in
                switch node {
                case .within(_, let other): other == offset
                case .text(let range): file.source.bytes[range].allSatisfy(\.isHTMLSpace)
                default: false
                }
            }
            if !isAlone { report("{{#within frame}} must go round the whole page", at: offset) }
            return (body, offset)
        }
        return nil
    }

    private mutating func content(at offset: Int) {
        contentCount += 1
        guard let page, contentCount == 1 else { return }
        if let state = html, state.mode != .data {
            report("{{content}} must stand in text", at: offset)
            html = HTMLState()
        }
        let frameSource = source
        source = page.file.source
        enter(page.model, slot: 1, at: 0)
        walk(page.body)
        checkEnd()
        scopes.leave()
        source = frameSource
    }

    private mutating func checkEnd() {
        guard let state = html, state.mode != .data else { return }
        report("the file ends inside \(state.place)", at: source.bytes.count)
        html = HTMLState()
    }

    private mutating func enter(_ model: any TemplateModel.Type, slot: Int, at offset: Int) {
        scopes.enter(model, slot: slot)
        for name in model.repeatedNames { report("the model \(model) declares '\(name)' twice", at: offset) }
    }

    /// What a name stands for; nil, and a problem, when nothing here is called so.
    private mutating func resolve(_ name: TemplateName) -> NameScopes.Resolved? {
        do throws(NameScopes.Unknown) {
            return try scopes.resolve(name)
        } catch {
            report(error.text, at: name.offset)
            return nil
        }
    }

    /// The model that a name stands for; nil, and a problem, when it stands for anything else.
    private mutating func model(called name: TemplateName) -> (path: FieldPath, type: any TemplateModel.Type)? {
        switch resolve(name) {
        case .field(let path, .model(let type, _))?: return (path, type)
        case .field(_, let other)?: report("'\(name.text)' is \(other.noun), not a model", at: name.offset)
        case .literal?: report("'\(name.text)' is a literal, not a model", at: name.offset)
        case nil: break
        }
        return nil
    }

    // MARK: - Nodes

    private mutating func walk(_ nodes: [TemplateNode]) {
        for node in nodes {
            switch node {
            case .text(let range): text(range)
            case .value(let name): value(name)
            case .translation(let translation): translate(translation)
            case .conditional(let conditional): branch(conditional)
            case .each(let name, let body, let end): loop(name, body, end: end)
            case .partial(let partial): inline(partial)
            case .within(_, let offset): report("{{#within frame}} may only stand round a whole page", at: offset)
            case .content(let offset): content(at: offset)
            }
        }
    }

    private mutating func text(_ range: Range<Int>) {
        if let start = html {
            html = files.end(of: range, in: source, from: start) ?? advance(over: range, from: start)
        }
        code.append(source.bytes[range])
    }

    /// Looks a text through. Where nothing is wrong with it, no page looks again that comes to it from the same place: the
    /// frame stands round them all.
    private mutating func advance(over range: Range<Int>, from start: HTMLState) -> HTMLState {
        let known = problems.count
        var state = start
        for offset in range {
            if let problem = state.advance(source.bytes[offset]) { report(problem, at: offset) }
        }
        if problems.count == known { files.note(end: state, of: range, in: source, from: start) }
        return state
    }

    private mutating func value(_ name: TemplateName) {
        guard let resolved = resolve(name), let encoding = position(at: name.offset) else { return }
        switch resolved {
        case .literal(let text):
            code.append(constant: text, encoding)
        case .field(let path, .text):
            code.append(.value(path, encoding))
        case .field(let path, .message):
            if encoding.isURL { report("a message may not stand in a URL", at: name.offset) }
            code.append(.value(path, encoding))
        case .field(_, let kind):
            report("'\(name.text)' is \(kind.noun), not a text", at: name.offset)
        }
    }

    /// How a value is written here; nil, and a problem, where none may stand.
    private mutating func position(at offset: Int) -> Encoding? {
        guard var state = html else { return .plain }
        switch state.encoding() {
        case .success(let encoding):
            state.passValue()
            html = state
            return encoding
        case .failure(let problem):
            report(problem.text, at: offset)
            state.passRefusedValue()
            html = state
            return nil
        }
    }

    // MARK: - Translations

    private mutating func translate(_ translation: TemplateNode.Translation) {
        let id: String
        switch translation.text {
        case .id(let text): id = text
        case .literal(let name):
            guard let resolved = resolve(name) else { return }
            guard case .literal(let text) = resolved else {
                report(
                    "'\(name.text)' is no literal of a partial; a field of kind message is translated by itself",
                    at: name.offset)
                return
            }
            id = text
        }
        guard let encoding = position(at: translation.offset) else { return }
        if encoding.isURL { report("a message may not stand in a URL", at: translation.offset) }
        // An empty literal means "no text"; in catalogues the empty id is the header.
        if id.isEmpty { return }
        messageIDs.insert(id)
        let original = MessageText(id)
        if let problem = original.problem { report(problem, at: translation.offset) }
        let arguments = arguments(of: translation, placeholders: original.placeholders)
        for piece in (messages[id] ?? original).pieces {
            switch piece {
            case .text(let text): code.append(trusted: text, encoding)
            case .placeholder(let name):
                switch arguments[name] {
                case .literal(let text)?: code.append(constant: text, encoding)
                case .field(let path, _)?: code.append(.value(path, encoding))
                case nil: break
                }
            }
        }
    }

    private mutating func arguments(
        of translation: TemplateNode.Translation, placeholders: Set<String>
    ) -> [String: NameScopes.Resolved] {
        var arguments: [String: NameScopes.Resolved] = [:]
        for argument in translation.arguments {
            if !placeholders.contains(argument.name) {
                report("the text has no %{\(argument.name)}", at: argument.offset)
            }
            switch argument.value {
            case .literal(let text): arguments[argument.name] = .literal(text)
            case .name(let name):
                switch resolve(name) {
                case .field(_, let kind)? where !kind.isText:
                    report("'\(name.text)' is \(kind.noun), not a text", at: name.offset)
                case let resolved: arguments[argument.name] = resolved
                }
            }
        }
        let given = translation.arguments.map(\.name)
        for name in placeholders.subtracting(given).sorted() {
            report("%{\(name)} is given no value", at: translation.offset)
        }
        return arguments
    }

    // MARK: - Blocks

    private mutating func branch(_ conditional: TemplateNode.Conditional) {
        let name = conditional.name
        let start = passBoundary(at: name.offset)
        let resolved = resolve(name)
        if case .field(_, .model(_, isOptional: false))? = resolved {
            report("'\(name.text)' is a model that is always there", at: name.offset)
        }
        switch resolved {
        case .field(let path, _)?:
            let condition = code.begin(.skipUnlessPresent(path, to: 0))
            walk(conditional.whenPresent)
            let present = endBranch(start, at: conditional.presentEnd)
            let exit = conditional.whenAbsent.isEmpty ? nil : code.begin(.skip(to: 0))
            code.settle(condition, .skipUnlessPresent(path, to: code.endRange()))
            html = start
            walk(conditional.whenAbsent)
            let absent = endBranch(start, at: conditional.absentEnd)
            if let exit { code.settle(exit, .skip(to: code.endRange())) }
            html = join(present, absent)
        case .literal(let text)?:
            // The literal is known now: the other branch is checked and left out.
            var ends: [HTMLState?] = []
            for (branch, end, isTaken) in [
                (conditional.whenPresent, conditional.presentEnd, !text.isEmpty),
                (conditional.whenAbsent, conditional.absentEnd, text.isEmpty),
            ] {
                var kept = (code: InstructionBuffer(), messageIDs: Set<String>())
                // What is left out is checked, and written aside.
                if !isTaken { setAside(&kept.code, &kept.messageIDs) }
                html = start
                walk(branch)
                ends.append(endBranch(start, at: end))
                if !isTaken { setAside(&kept.code, &kept.messageIDs) }
            }
            html = join(ends[0], ends[1])
        case nil:
            walk(conditional.whenPresent)
            html = start
            walk(conditional.whenAbsent)
            html = start
        }
    }

    /// Exchanges what is written for what lies aside.
    private mutating func setAside(_ code: inout InstructionBuffer, _ messageIDs: inout Set<String>) {
        swap(&self.code, &code)
        swap(&self.messageIDs, &messageIDs)
    }

    private mutating func loop(_ name: TemplateName, _ body: [TemplateNode], end: Int) {
        var start = passBoundary(at: name.offset)
        start?.requireSeparator()
        html = start
        let resolved = resolve(name)
        guard case .field(let path, .list(let element))? = resolved else {
            if case .field(_, let kind)? = resolved {
                report("'\(name.text)' is \(kind.noun), not a list", at: name.offset)
            } else if resolved != nil {
                report("'\(name.text)' is a literal, not a list", at: name.offset)
            }
            // Names in the body cannot be judged without the list's model.
            return
        }
        let index = code.begin(.each(path, end: 0))
        enter(element, slot: nextSlot, at: name.offset)
        nextSlot += 1
        walk(body)
        nextSlot -= 1
        scopes.leave()
        let last = endBranch(start, at: end)
        code.settle(index, .each(path, end: code.endRange()))
        html = join(start, last)
    }

    private mutating func inline(_ partial: TemplateNode.Partial) {
        guard !openPartials.contains(partial.name) else {
            report("the partial '\(partial.name)' contains itself", at: partial.offset)
            return
        }
        guard let file = files.partial(partial.name) else {
            report("there is no partial '\(partial.name)'", at: partial.offset)
            return
        }
        let start = passBoundary(at: partial.offset)
        let literals = Dictionary(partial.literals.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        var block: (index: Int, path: FieldPath)?
        var model: any TemplateModel.Type = NoFrame.self
        if let name = partial.model {
            guard let found = self.model(called: name) else { return }
            block = (code.begin(.with(found.path, end: 0)), found.path)
            model = found.type
        }
        scopes.enter(literals)
        enter(model, slot: nextSlot, at: partial.offset)
        if block != nil { nextSlot += 1 }
        openPartials.append(partial.name)
        let outer = source
        source = file.source
        walk(file.nodes)
        source = outer
        openPartials.removeLast()
        scopes.leave()
        let used = scopes.leave()
        for literal in partial.literals where !used.contains(literal.key) {
            report("the partial '\(partial.name)' does not use '\(literal.key)'", at: literal.offset)
        }
        if let block {
            nextSlot -= 1
            // The model may be absent, and then nothing of the partial is written.
            let last = endBranch(start, at: partial.offset)
            code.settle(block.index, .with(block.path, end: code.endRange()))
            html = join(start, last)
        }
    }

    // MARK: - Blocks and HTML

    private mutating func passBoundary(at offset: Int) -> HTMLState? {
        guard var state = html else { return nil }
        if let problem = state.passBlockBoundary() { report(problem, at: offset) }
        html = state
        return state
    }

    /// The state at a branch's end, which must be the place where the block began.
    private mutating func endBranch(_ start: HTMLState?, at offset: Int) -> HTMLState? {
        guard var state = html, let start else { return nil }
        if state.passBlockBoundary() == nil, start.joined(with: state) != nil { return state }
        report("the block begins in \(start.place) and ends elsewhere, in \(state.place)", at: offset)
        return start
    }

    private func join(_ one: HTMLState?, _ other: HTMLState?) -> HTMLState? {
        guard let one, let other else { return nil }
        // Both were joined with the block's start, or put back to it, so they go together.
        return one.joined(with: other) ?? one
    }
}
