/// A program's instructions as they are written: constant bytes that follow each other become one instruction.
struct InstructionBuffer {
    private(set) var instructions: [Program.Instruction] = []
    /// The bytes that instructions write, each a part of them.
    private(set) var constants: [UInt8] = []
    /// Bytes are joined to the instruction before them, but not across the edge of a block.
    private var joinFloor = 0

    mutating func append(_ instruction: Program.Instruction) { instructions.append(instruction) }

    mutating func append(_ bytes: some Collection<UInt8>) {
        guard !bytes.isEmpty else { return }
        let start = constants.count
        constants += bytes
        if instructions.count > joinFloor, case .bytes(let before)? = instructions.last, before.upperBound == start {
            instructions[instructions.count - 1] = .bytes(before.lowerBound..<constants.count)
        } else {
            instructions.append(.bytes(start..<constants.count))
        }
    }

    /// Appends a text that is known now.
    mutating func append(constant text: String, _ encoding: Encoding) {
        var bytes: [UInt8] = []
        encoding.write(text, to: &bytes)
        append(bytes)
    }

    /// Appends a text of ours that is known now, such as a translation.
    mutating func append(trusted text: String, _ encoding: Encoding) {
        var bytes: [UInt8] = []
        encoding.writeTrusted(text, to: &bytes)
        append(bytes)
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
