/// A program's instructions as they are written: constant bytes that follow each other become one instruction.
struct InstructionBuffer {
    private(set) var instructions: [Program.Instruction] = []
    /// Bytes are joined to the instruction before them, but not across the edge of a block.
    private var joinFloor = 0

    mutating func append(_ instruction: Program.Instruction) { instructions.append(instruction) }

    mutating func append(_ bytes: ArraySlice<UInt8>) {
        guard !bytes.isEmpty else { return }
        if instructions.count > joinFloor, case .bytes(let before)? = instructions.last {
            instructions[instructions.count - 1] = .bytes(before + bytes)
        } else {
            instructions.append(.bytes(Array(bytes)))
        }
    }

    /// Appends a text that is known now.
    mutating func append(constant text: String, _ encoding: Encoding) {
        var bytes: [UInt8] = []
        encoding.write(text, to: &bytes)
        append(bytes[...])
    }

    /// Appends a translated text: as bytes where none of its pieces is a value.
    mutating func append(_ pieces: [Program.Piece], _ encoding: Encoding) {
        let isConstant = pieces.allSatisfy { if case .bytes = $0 { true } else { false } }
        guard isConstant else {
            instructions.append(.message(pieces, encoding))
            return
        }
        for case .bytes(let bytes) in pieces { append(bytes[...]) }
    }

    /// Begins a block whose end is not known yet.
    ///
    /// - Returns: its number, for ``settle(_:_:)``.
    mutating func begin(_ instruction: Program.Instruction) -> Int {
        instructions.append(instruction)
        joinFloor = instructions.count
        return instructions.count - 1
    }

    /// Ends a range of a block here.
    ///
    /// - Returns: the number of the instruction that comes next.
    mutating func endRange() -> Int {
        joinFloor = instructions.count
        return instructions.count
    }

    /// Puts in place what a block has turned out to be.
    mutating func settle(_ index: Int, _ instruction: Program.Instruction) { instructions[index] = instruction }
}
