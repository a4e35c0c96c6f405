internal import Files

/// How a row lies in a temporary file: 40 bytes of numbers, then its text.
enum RowRecord {
    /// What a record stands for.
    enum Kind: UInt8 {
        /// A row to load.
        case row
        /// A row that was refused: only its pair and its line count.
        case refused
        /// A row that is to be removed from the master.
        case removal
    }

    static let headerSize = 40

    static func append(_ row: MasterRowBytes, _ kind: Kind, to bytes: inout [UInt8]) {
        let key = row.key
        bytes.append(littleEndian: UInt32(headerSize + row.text.count))
        bytes.append(littleEndian: UInt32(kind.rawValue) | UInt32(row.iecStatus) << 8 | UInt32(row.gstinStatus) << 16)
        bytes.append(littleEndian: key.high)
        bytes.append(littleEndian: key.low)
        bytes.append(littleEndian: UInt64(row.line))
        bytes.append(littleEndian: UInt32(row.nameEnd))
        bytes.append(littleEndian: UInt32(row.emailEnd))
        bytes.append(copying: row.text.span)
    }

    /// How long the record that starts at `offset` is; `nil` when not even its length is there.
    static func size(_ bytes: Span<UInt8>, at offset: Int) -> Int? {
        offset + headerSize <= bytes.count ? Int(bytes.number(at: offset, as: UInt32.self)) : nil
    }

    static func kind(_ bytes: Span<UInt8>, at offset: Int) -> Kind { Kind(rawValue: bytes[offset + 4]) ?? .refused }

    static func key(_ bytes: Span<UInt8>, at offset: Int) -> PairKey {
        PairKey(high: bytes.number(at: offset + 8), low: bytes.number(at: offset + 16))
    }

    static func line(_ bytes: Span<UInt8>, at offset: Int) -> Int {
        Int(bytes.number(at: offset + 24, as: UInt64.self))
    }

    /// Reads the record that starts at `offset` into `row`.
    static func read(_ bytes: Span<UInt8>, at offset: Int, into row: inout MasterRowBytes) {
        let size = Int(bytes.number(at: offset, as: UInt32.self))
        row.removeAll()
        row.iecStatus = bytes[offset + 5]
        row.gstinStatus = bytes[offset + 6]
        row.line = line(bytes, at: offset)
        row.nameEnd = Int(bytes.number(at: offset + 32, as: UInt32.self))
        row.emailEnd = Int(bytes.number(at: offset + 36, as: UInt32.self))
        row.text.append(copying: bytes.extracting(offset + headerSize..<offset + size))
    }
}

/// Reads the records of one part of a temporary file, in their order.
final class RecordReader {
    /// The record that was read last, as ``RowRecord`` reads it.
    private(set) var row = MasterRowBytes()
    private(set) var kind = RowRecord.Kind.row
    private(set) var key = PairKey(high: 0, low: 0)

    private var buffer: [UInt8]
    private var position = 0
    private var end = 0
    private var rest: Range<Int>

    init(_ range: Range<Int>, bufferSize: Int) {
        rest = range
        buffer = [UInt8](repeating: 0, count: bufferSize)
    }

    /// How long the record at `position` is; `nil` when it is not there as a whole.
    private var wholeSize: Int? {
        let held = buffer
        guard let size = RowRecord.size(held.span.extracting(..<end), at: position), position + size <= end else {
            return nil
        }
        return size
    }

    /// Goes to the next record; `false` at the end.
    func advance(in file: borrowing TemporaryFile) throws(MasterLoadError) -> Bool {
        while true {
            if let size = wholeSize {
                // Borrowed from a copy of the reference: the class's own could change meanwhile, for all the compiler knows.
                let held = buffer
                let bytes = held.span
                kind = RowRecord.kind(bytes, at: position)
                key = RowRecord.key(bytes, at: position)
                RowRecord.read(bytes, at: position, into: &row)
                position += size
                return true
            }
            buffer.moveToFront(position..<end)
            end -= position
            position = 0
            // Names have 800 bytes at most: a record fits into the smallest buffer.
            let count = try MasterLoadError.disk { () throws(FileError) in
                try file.read(into: &buffer, at: end, from: rest)
            }
            guard count > 0 else { return false }
            end += count
            rest = rest.dropFirst(count)
        }
    }
}
