internal import Files

/// Reads CSV record by record, in memory that does not grow with the file.
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

    /// Where a field of the current record stands in ``buffer``, without its quotes.
    struct Field {
        var start: Int
        var end: Int
        var marks: Marks

        var range: Range<Int> { start..<end }
    }

    /// What a field holds beyond printable ASCII.
    struct Marks: OptionSet {
        let rawValue: UInt8
        static let nonASCII = Marks(rawValue: 1)
        /// Bytes below 0x20, and 0x7F.
        static let control = Marks(rawValue: 2)
        static let doubledQuote = Marks(rawValue: 4)
        /// Perhaps blanks at an end or beside one another.
        static let blanks = Marks(rawValue: 8)
    }

    /// The bytes in which the fields of the current record stand.
    private(set) var buffer: [UInt8]
    /// The fields of the current record.
    private(set) var fields: [Field] = []
    /// The line on which the current record starts, from 1. Line ends inside quotes count.
    private(set) var line = 1
    /// Where the bytes come from.
    public let source: ByteSource

    private let limits: Limits
    private var position = 0
    private var end = 0
    private var nextLine = 1
    private var isAtStart = true
    private var isAtEnd = false

    /// Starts to read.
    public init(_ source: ByteSource, limits: Limits = Limits()) {
        self.source = source
        self.limits = limits
        // Twice what a record may have, or a quarter of a mebibyte: most records lie whole in what is read at a time.
        buffer = [UInt8](repeating: 0, count: 262_144)
    }

    /// The next record as text, or `nil` at the end.
    ///
    /// - Throws: ``MasterFileError`` with the line, for quotes that are out of place or never closed, a CR that ends a
    ///   line by itself, a NUL, UTF-16, and what is beyond the limits. Where records start is not known from there on.
    public mutating func next() throws(MasterFileError) -> CSVRecord? {
        guard try advance() else { return nil }
        var illFormed: [Int] = []
        let texts = fields.enumerated().map { index, field in
            if let text = String(validating: buffer[field.range], as: UTF8.self) { return text }
            illFormed.append(index)
            return String(decoding: buffer[field.range], as: UTF8.self)
        }
        return CSVRecord(line: line, fields: texts, illFormedFields: illFormed)
    }

    /// Goes to the next record.
    ///
    /// - Returns: `false` at the end.
    /// - Throws: as ``next()`` does.
    mutating func advance() throws(MasterFileError) -> Bool {
        if isAtStart {
            isAtStart = false
            try skipByteOrderMark()
        }
        while true {
            line = nextLine
            switch try scan() {
            case .incomplete: try fill()
            case .end: return false
            case .record:
                // An empty line is no record.
                if fields.count == 1, fields[0].range.isEmpty { continue }
                for index in fields.indices where fields[index].marks.contains(.doubledQuote) {
                    unquote(index)
                    // Twice as many were let through, for every one of them may have been a quote.
                    guard fields[index].range.count <= limits.fieldBytes else { throw Self.tooLong(line, limits) }
                }
                return true
            }
        }
    }

    // MARK: -

    private enum Scan { case record, incomplete, end }

    /// Looks for the fields of the record that starts at `position`, in what is there of it.
    private mutating func scan() throws(MasterFileError) -> Scan {
        if position == end, isAtEnd { return .end }
        // The array is taken out and put back: the bytes are borrowed meanwhile.
        var found = fields
        fields = []
        found.removeAll(keepingCapacity: true)
        let place = try Self.scan(
            buffer.span.extracting(..<end), from: position, line: nextLine, isAtEnd: isAtEnd, limits: limits, &found)
        fields = found
        guard let place else { return .incomplete }
        (position, nextLine) = place
        return .record
    }

    /// - Returns: where the next record starts, and on which line; `nil` when this one is not whole yet.
    private static func scan(
        _ bytes: Span<UInt8>, from start: Int, line nextLine: Int, isAtEnd: Bool, limits: Limits,
        _ fields: inout [Field]
    ) throws(MasterFileError) -> (position: Int, line: Int)? {
        let end = bytes.count
        let limit = limits.fieldBytes
        var index = start
        var lines = nextLine
        while true {
            var field = Field(start: index, end: index, marks: [])
            var marks: UInt8 = 0
            if index < end, bytes[index] == UInt8(ascii: "\"") {
                index += 1
                field.start = index
                marks = Marks.blanks.rawValue
                while true {
                    guard index < end else {
                        guard isAtEnd else { return nil }
                        throw MasterFileError(line: nextLine, "the quote of a field is never closed")
                    }
                    let byte = bytes[index]
                    if byte == UInt8(ascii: "\"") {
                        if index + 1 == end, !isAtEnd { return nil }
                        guard index + 1 < end, bytes[index + 1] == byte else { break }
                        marks |= Marks.doubledQuote.rawValue
                        index += 1
                    } else if byte < 0x20 {
                        if byte == 0 { throw nul(lines) }
                        if byte == 0x0A { lines += 1 }
                        marks |= Marks.control.rawValue
                    } else if byte >= 0x7F {
                        marks |= byte == 0x7F ? Marks.control.rawValue : Marks.nonASCII.rawValue
                    }
                    index += 1
                    if index - field.start > limit, index - field.start > 2 * limit || marks & 4 == 0 {
                        throw tooLong(nextLine, limits)
                    }
                }
                field.end = index
                index += 1
            } else {
                while index < end {
                    // Eight at a time, as long as none is a comma or below, DEL or beyond ASCII: most are letters and digits.
                    if index + 8 <= end {
                        let word = bytes.number(at: index, as: UInt64.self)
                        let low = word & 0x7F7F_7F7F_7F7F_7F7F
                        let special =
                            (~(low &+ 0x5353_5353_5353_5353) | (low &+ 0x0101_0101_0101_0101) | word)
                            & 0x8080_8080_8080_8080
                        if special == 0 {
                            index += 8
                            continue
                        }
                        index += special.trailingZeroBitCount &>> 3
                    }
                    let byte = bytes[index]
                    if byte > UInt8(ascii: ","), byte < 0x7F {
                        index += 1
                        continue
                    }
                    if byte == 0x20 {
                        if index == field.start || bytes[index - 1] == 0x20 { marks |= Marks.blanks.rawValue }
                        index += 1
                        continue
                    }
                    if byte == UInt8(ascii: ",") || byte == 0x0A || byte == 0x0D { break }
                    if byte == UInt8(ascii: "\"") {
                        throw MasterFileError(
                            line: lines, "a quote stands inside a field that does not start with one")
                    }
                    if byte == 0 { throw nul(lines) }
                    if byte >= 0x80 {
                        marks |= Marks.nonASCII.rawValue
                    } else if byte < 0x20 || byte == 0x7F {
                        marks |= Marks.control.rawValue
                    }
                    index += 1
                }
                field.end = index
                if index > field.start, bytes[index - 1] == 0x20 { marks |= Marks.blanks.rawValue }
                if index - field.start > limit { throw tooLong(nextLine, limits) }
            }
            field.marks = Marks(rawValue: marks)
            // What ends the field: a comma, a line end, or the end of the file.
            if index == end {
                guard isAtEnd else { return nil }
                fields.append(field)
                break
            }
            let mark = bytes[index]
            if mark == UInt8(ascii: ",") {
                fields.append(field)
                index += 1
                guard fields.count < limits.fields else {
                    throw MasterFileError(line: lines, "more than \(limits.fields) fields")
                }
                continue
            }
            if mark == 0x0D {
                guard index + 1 < end || isAtEnd else { return nil }
                guard index + 1 < end, bytes[index + 1] == 0x0A else {
                    throw MasterFileError(line: lines, "a CR ends the line by itself; save the file with CRLF or LF")
                }
                index += 1
            } else if mark == 0 {
                throw nul(lines)
            } else if mark != 0x0A {
                throw MasterFileError(line: lines, "something stands between a closing quote and the comma")
            }
            fields.append(field)
            index += 1
            lines += 1
            break
        }
        return (index, lines)
    }

    private static func tooLong(_ line: Int, _ limits: Limits) -> MasterFileError {
        MasterFileError(line: line, "a field has more than \(limits.fieldBytes) bytes; a quote may be missing")
    }

    private static func nul(_ line: Int) -> MasterFileError {
        MasterFileError(line: line, "a NUL; save the file as UTF-8")
    }

    /// Makes one quote of two, in place.
    private mutating func unquote(_ index: Int) {
        var target = fields[index].start
        var source = target
        while source < fields[index].end {
            buffer[target] = buffer[source]
            // The second of two is passed over.
            source += buffer[source] == UInt8(ascii: "\"") ? 2 : 1
            target += 1
        }
        fields[index].end = target
    }

    /// Reads on behind what is left of the record that is not whole yet.
    private mutating func fill() throws(MasterFileError) {
        let rest = position..<end
        if rest.lowerBound > 0 {
            buffer.moveToFront(rest)
        } else if rest.count == buffer.count {
            // The limits bound how long a record, and therefore this, can become.
            buffer.append(contentsOf: repeatElement(0, count: buffer.count))
        }
        position = 0
        end = rest.count
        let count = try source.read(into: &buffer, at: end)
        end += count
        isAtEnd = count == 0
    }

    private mutating func skipByteOrderMark() throws(MasterFileError) {
        while end - position < 3, !isAtEnd { try fill() }
        let first = buffer[position..<end].prefix(3)
        guard !first.starts(with: [0xFE, 0xFF]), !first.starts(with: [0xFF, 0xFE]) else {
            throw MasterFileError(line: 1, "the file is UTF-16; save it as UTF-8")
        }
        if first.elementsEqual([0xEF, 0xBB, 0xBF]) { position += 3 }
    }
}
