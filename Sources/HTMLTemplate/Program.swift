/// Where a field is read: the model on the scope stack, the field's number in it, the numbers inside models below it.
struct FieldPath: Sendable {
    let slot: Int
    let field: Int
    let inner: [Int]
}

/// A page in one language, flattened: partials, frame and translations are in place, names are numbers.
///
/// A block's instruction knows where its body ends, so the body is the range behind it.
struct Program: Sendable {
    enum Instruction: Sendable {
        case bytes([UInt8])
        case value(FieldPath, Encoding)
        case message([Piece], Encoding)
        /// Runs up to `absentStart` or from there to `end`.
        case conditional(FieldPath, absentStart: Int, end: Int)
        case each(FieldPath, end: Int)
        /// Runs the body with a model on top of the stack; not at all when the model is absent.
        case with(FieldPath, end: Int)
    }

    /// A translated text with placeholders; its own text is already escaped.
    enum Piece: Sendable {
        case bytes([UInt8])
        case value(FieldPath)
    }

    let instructions: [Instruction]
    /// Names of the frame's model are used.
    let usesFrame: Bool
    /// A guess at the page's length, for one allocation.
    let capacity: Int

    init(instructions: [Instruction], usesFrame: Bool) {
        self.instructions = instructions
        self.usesFrame = usesFrame
        var length = 0
        for case .bytes(let bytes) in instructions { length += bytes.count }
        capacity = length + length / 4 + 512
    }

    func run(frame: any TemplateModel, page: any TemplateModel, messages: [String: MessageText]) -> [UInt8] {
        var run = Run(instructions: instructions, messages: messages, scopes: [frame, page])
        run.output.reserveCapacity(capacity)
        run.perform(0..<instructions.count)
        return run.output
    }

    private struct Run {
        let instructions: [Instruction]
        let messages: [String: MessageText]
        var scopes: [any TemplateModel]
        var output: [UInt8] = []

        mutating func perform(_ range: Range<Int>) {
            var index = range.lowerBound
            while index < range.upperBound {
                switch instructions[index] {
                case .bytes(let bytes):
                    output.append(contentsOf: bytes)
                    index += 1
                case .value(let path, let encoding):
                    write(value(at: path), encoding)
                    index += 1
                case .message(let pieces, let encoding):
                    for piece in pieces {
                        switch piece {
                        case .bytes(let bytes): output.append(contentsOf: bytes)
                        case .value(let path): write(value(at: path), encoding)
                        }
                    }
                    index += 1
                case .conditional(let path, let absentStart, let end):
                    perform(value(at: path).isPresent ? index + 1..<absentStart : absentStart..<end)
                    index = end
                case .each(let path, let end):
                    if case .list(let models) = value(at: path) {
                        for number in 0..<models.count { perform(index + 1..<end, with: models.element(number)) }
                    }
                    index = end
                case .with(let path, let end):
                    if case .model(let model) = value(at: path) { perform(index + 1..<end, with: model) }
                    index = end
                }
            }
        }

        private mutating func perform(_ range: Range<Int>, with model: any TemplateModel) {
            scopes.append(model)
            perform(range)
            scopes.removeLast()
        }

        private func value(at path: FieldPath) -> FieldValue {
            var value = scopes[path.slot].value(at: path.field)
            for field in path.inner {
                guard case .model(let model) = value else { return .absent }
                value = model.value(at: field)
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
