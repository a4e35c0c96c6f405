import Files

/// Where a field is read: the model on the scope stack, the field's number in it, the numbers inside models below it, which
/// are a part of ``Program/innerFields``.
struct FieldPath: Sendable {
    let slot: Int
    let field: Int
    let inner: Range<Int>
}

/// A page in one language, flattened: partials, frame and translations are in place, names are numbers.
///
/// What is written under a condition is skipped where the condition does not hold. A block's instruction knows where its body
/// ends, so the body is the range behind it. Instructions hold numbers alone, so that reading one counts no references.
struct Program: Sendable {
    enum Instruction: Sendable {
        /// Writes a part of ``Program/constants``.
        case bytes(Range<Int>)
        case value(FieldPath, Encoding)
        /// Goes on at another instruction.
        case skip(to: Int)
        /// Goes on at another instruction where there is nothing, or a flag that is not set.
        case skipUnlessPresent(FieldPath, to: Int)
        case each(FieldPath, end: Int)
        /// Runs the body with a model on top of the stack; not at all when the model is absent.
        case with(FieldPath, end: Int)
    }

    let instructions: [Instruction]
    let constants: [UInt8]
    let innerFields: [Int]
    /// Names of the frame's model are used.
    let usesFrame: Bool

    init(_ code: InstructionBuffer, innerFields: [Int], usesFrame: Bool) {
        // Without the room that growing arrays leave, for as long as the process runs: an empty one grows by what it needs.
        instructions = [] + code.instructions
        constants = [] + code.constants
        self.innerFields = innerFields
        self.usesFrame = usesFrame
    }

    /// Writes a page.
    ///
    /// - Parameter scopes: the frame, the page.
    func run(on scopes: [any TemplateModel], messages: [String: MessageText]) -> [UInt8] {
        var run = Run(messages: messages, scopes: scopes)
        // A guess at the page's length, for one allocation.
        run.output.reserveCapacity(constants.count + constants.count / 4 + 512)
        run.perform(0..<instructions.count, of: self)
        return run.output
    }

    private struct Run {
        let messages: [String: MessageText]
        var scopes: [any TemplateModel]
        var output: [UInt8] = []

        mutating func perform(_ range: Range<Int>, of program: Program) {
            let instructions = program.instructions.span
            // A span, and no slice for a part: a slice would count references that all threads share.
            let constants = program.constants.span
            var index = range.lowerBound
            while index < range.upperBound {
                switch instructions[index] {
                case .bytes(let part):
                    output.append(copying: constants.extracting(part))
                    index += 1
                case .value(let path, let encoding):
                    write(value(at: path, of: program), encoding)
                    index += 1
                case .skip(let next):
                    index = next
                case .skipUnlessPresent(let path, let next):
                    index = value(at: path, of: program).isPresent ? index + 1 : next
                case .each(let path, let end):
                    if case .list(let models) = value(at: path, of: program) {
                        for number in 0..<models.count {
                            perform(index + 1..<end, of: program, with: models.element(number))
                        }
                    }
                    index = end
                case .with(let path, let end):
                    if case .model(let model) = value(at: path, of: program) {
                        perform(index + 1..<end, of: program, with: model)
                    }
                    index = end
                }
            }
        }

        private mutating func perform(_ range: Range<Int>, of program: Program, with model: any TemplateModel) {
            scopes.append(model)
            perform(range, of: program)
            scopes.removeLast()
        }

        private func value(at path: FieldPath, of program: Program) -> FieldValue {
            var value = scopes[path.slot].value(at: path.field)
            for place in path.inner {
                guard case .model(let model) = value else { return .absent }
                value = model.value(at: program.innerFields[place])
            }
            return value
        }

        private mutating func write(_ value: FieldValue, _ encoding: Encoding) {
            switch value {
            case .text(let text): encoding.write(text, to: &output)
            case .message(let message): write(message, encoding)
            // "/" + nothing + "/host" would be a URL of another host, as it would be with an empty text.
            case .absent where encoding == .urlFirstSegment: encoding.write("", to: &output)
            // Other kinds never get here: the compiler refuses them as values.
            case .absent, .flag, .list, .model: break
            }
        }

        private mutating func write(_ message: Message, _ encoding: Encoding) {
            guard let text = messages[message.id] else {
                // Most messages of an English page.
                if message.arguments.isEmpty { return encoding.writeTrusted(message.id, to: &output) }
                return write(MessageText(message.id), of: message, encoding)
            }
            write(text, of: message, encoding)
        }

        private mutating func write(_ text: MessageText, of message: Message, _ encoding: Encoding) {
            for piece in text.pieces {
                switch piece {
                case .text(let text): encoding.writeTrusted(text, to: &output)
                case .placeholder(let name):
                    if let value = message.value(of: name) {
                        encoding.write(value, to: &output)
                    } else {
                        encoding.writeTrusted("%{\(name)}", to: &output)
                    }
                }
            }
        }
    }
}
