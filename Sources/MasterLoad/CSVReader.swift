/// Reads CSV record by record from chunks of bytes, in memory that does not grow with the file.
///
/// UTF-8 with or without byte order mark, lines that end in CRLF or LF, quotes doubled inside quotes, line ends inside
/// quotes. Empty lines are passed over. Blanks are part of a field.
///
/// Source: RFC 4180, section 2.
public struct CSVReader: ~Copyable {
    /// Bounds of what is read; a file beyond them is refused.
    public struct Limits: Sendable {
        /// Bytes in a field.
        public var fieldBytes: Int
        /// Fields in a record.
        public var fields: Int

        /// 4,096 bytes and 100 fields, if not said otherwise.
        public init(fieldBytes: Int = 4096, fields: Int = 100) {
            self.fieldBytes = fieldBytes
            self.fields = fields
        }
    }

    private let limits: Limits
    private let nextChunk: () -> [UInt8]?
    private var chunk: [UInt8] = []
    private var position = 0
    private var line = 1
    private var isAtStart = true

    /// Starts to read.
    ///
    /// - Parameter nextChunk: gives the next bytes, any number of them, and `nil` at the end.
    public init(limits: Limits = Limits(), nextChunk: @escaping () -> [UInt8]?) {
        self.limits = limits
        self.nextChunk = nextChunk
    }

    /// Reads bytes that are in memory.
    public init(bytes: [UInt8], limits: Limits = Limits()) {
        var rest: [UInt8]? = bytes
        self.init(limits: limits) {
            defer { rest = nil }
            return rest
        }
    }

    /// The next record, or `nil` at the end.
    ///
    /// - Throws: ``MasterFileError`` with the line, for quotes that are out of place or never closed, a CR that ends a
    ///   line by itself, a NUL, UTF-16, and what is beyond the limits. Where records start is not known from there on.
    public mutating func next() throws(MasterFileError) -> CSVRecord? {
        if isAtStart {
            isAtStart = false
            try skipByteOrderMark()
        }
        while true {
            let start = line
            guard let fields = try record() else { return nil }
            guard fields.count > 1 || !fields[0].isEmpty else { continue }
            var illFormed: [Int] = []
            let texts = fields.enumerated().map { index, bytes in
                if let text = String(validating: bytes, as: UTF8.self) { return text }
                illFormed.append(index)
                return String(decoding: bytes, as: UTF8.self)
            }
            return CSVRecord(line: start, fields: texts, illFormedFields: illFormed)
        }
    }

    // MARK: -

    private enum State {
        case fieldStart, plain, quoted, quoteInQuoted, carriageReturn
    }

    /// The bytes of one record's fields; one empty field for an empty line; `nil` at the end.
    private mutating func record() throws(MasterFileError) -> [[UInt8]]? {
        var fields: [[UInt8]] = []
        var field: [UInt8] = []
        var state = State.fieldStart
        let start = line
        while let byte = try nextByte() {
            switch (state, byte) {
            case (.quoted, UInt8(ascii: "\"")):
                state = .quoteInQuoted
                continue
            case (.quoted, _):
                if byte == 0x0A { line += 1 }
            case (.quoteInQuoted, UInt8(ascii: "\"")):
                state = .quoted
            case (.fieldStart, UInt8(ascii: "\"")):
                state = .quoted
                continue
            case (.plain, UInt8(ascii: "\"")):
                throw MasterFileError(line: line, "a quote stands inside a field that does not start with one")
            case (.carriageReturn, 0x0A), (.fieldStart, 0x0A), (.plain, 0x0A), (.quoteInQuoted, 0x0A):
                line += 1
                fields.append(field)
                return fields
            case (.carriageReturn, _):
                throw MasterFileError(line: line, "a CR ends the line by itself; save the file with CRLF or LF")
            case (_, 0x0D):
                state = .carriageReturn
                continue
            case (_, UInt8(ascii: ",")):
                fields.append(field)
                field.removeAll(keepingCapacity: true)
                state = .fieldStart
                guard fields.count < limits.fields else {
                    throw MasterFileError(line: line, "more than \(limits.fields) fields")
                }
                continue
            case (.quoteInQuoted, _):
                throw MasterFileError(line: line, "something stands between a closing quote and the comma")
            case (.fieldStart, _):
                state = .plain
            case (.plain, _):
                break
            }
            guard field.count < limits.fieldBytes else {
                throw MasterFileError(
                    line: start, "a field has more than \(limits.fieldBytes) bytes; a quote may be missing")
            }
            field.append(byte)
        }
        switch state {
        case .quoted:
            throw MasterFileError(line: start, "the quote of a field is never closed")
        case .carriageReturn:
            throw MasterFileError(line: line, "a CR ends the line by itself; save the file with CRLF or LF")
        case .fieldStart where fields.isEmpty:
            return nil
        case .fieldStart, .plain, .quoteInQuoted:
            fields.append(field)
            return fields
        }
    }

    private mutating func nextByte() throws(MasterFileError) -> UInt8? {
        guard fill() else { return nil }
        let byte = chunk[position]
        position += 1
        guard byte != 0 else { throw MasterFileError(line: line, "a NUL; save the file as UTF-8") }
        return byte
    }

    /// Makes sure that `chunk` has a byte at `position`; `false` at the end.
    private mutating func fill() -> Bool {
        while position == chunk.count {
            guard let next = nextChunk() else { return false }
            chunk = next
            position = 0
        }
        return true
    }

    private mutating func skipByteOrderMark() throws(MasterFileError) {
        var first: [UInt8] = []
        while first.count < 3, fill() {
            first.append(chunk[position])
            position += 1
        }
        guard !first.starts(with: [0xFE, 0xFF]), !first.starts(with: [0xFF, 0xFE]) else {
            throw MasterFileError(line: 1, "the file is UTF-16; save it as UTF-8")
        }
        guard first != [0xEF, 0xBB, 0xBF] else { return }
        chunk = first + chunk[position...]
        position = 0
    }
}
