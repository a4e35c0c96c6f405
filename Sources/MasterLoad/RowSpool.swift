internal import Files

/// The rows of a file, given back in the order of their keys and, within one key, of their lines.
///
/// Rows go to a temporary file in runs, each sorted in memory; runs that follow one another, as those of a file in key
/// order do, are read one after the other, and others are merged. Memory: 8 MiB for the run that is being filled, and 16 MiB
/// for all the runs that are read, however many rows there are.
struct RowSpool: ~Copyable {
    private struct Entry {
        let key: PairKey
        let line: Int
        let offset: Int
        let size: Int
    }

    private struct Run {
        let range: Range<Int>
        let first: PairKey
        let last: PairKey
    }

    /// How many records there are.
    private(set) var count = 0
    /// Whether no key came twice, nor any before a smaller one.
    private(set) var isAscending = true

    private var file: TemporaryFile
    private var runs: [Run] = []
    private var buffer: [UInt8] = []
    private var entries: [Entry] = []
    private var isRunAscending = true
    private var lastKey: PairKey?

    private var readers: [RecordReader] = []
    private static let runSize = 8 << 20
    private static let readSize = 16 << 20

    init(directory: String? = nil) throws(MasterLoadError) {
        file = try MasterLoadError.disk { () throws(FileError) in try TemporaryFile(directory: directory) }
        buffer.reserveCapacity(Self.runSize + 65_536)
    }

    mutating func append(_ row: MasterRowBytes, _ kind: RowRecord.Kind) throws(MasterLoadError) {
        let key = row.key
        if let lastKey, key <= lastKey {
            isRunAscending = false
            isAscending = false
        }
        lastKey = key
        let start = buffer.count
        RowRecord.append(row, kind, to: &buffer)
        entries.append(Entry(key: key, line: row.line, offset: start, size: buffer.count - start))
        count += 1
        if buffer.count >= Self.runSize { try endRun() }
    }

    /// Ends writing, and goes before the first row.
    mutating func rewind() throws(MasterLoadError) {
        try endRun()
        buffer = []
        entries = []
        var parts: [Range<Int>] = []
        var last: PairKey?
        for run in runs {
            if let last, last < run.first, let part = parts.popLast() {
                parts.append(part.lowerBound..<run.range.upperBound)
            } else {
                parts.append(run.range)
            }
            last = run.last
        }
        let size = max(16_384, min(1 << 20, Self.readSize / max(1, parts.count)))
        readers = []
        for part in parts {
            let reader = RecordReader(part, bufferSize: size)
            if try reader.advance(in: file) { readers.append(reader) }
        }
        for index in stride(from: readers.count / 2, through: 0, by: -1) { sink(from: index) }
    }

    /// What stands first of what is left; `nil` at the end. ``advance()`` goes on from it.
    var current: RecordReader? { readers.first }

    /// Goes to the next row.
    mutating func advance() throws(MasterLoadError) {
        guard let first = readers.first else { return }
        if try !first.advance(in: file) {
            let last = readers.removeLast()
            guard !readers.isEmpty else { return }
            readers[0] = last
        }
        sink(from: 0)
    }

    /// The IECs of the rows, each once, in their order; goes before the first row again.
    mutating func iecs() throws(MasterLoadError) -> [[UInt8]] {
        var iecs: [[UInt8]] = []
        while let reader = current {
            let iec = Array(reader.row.text[..<10])
            if iecs.last != iec { iecs.append(iec) }
            try advance()
        }
        try rewind()
        return iecs
    }

    // MARK: -

    private mutating func endRun() throws(MasterLoadError) {
        guard let firstEntry = entries.first, let lastEntry = entries.last else { return }
        let start = file.byteCount
        var (first, last) = (firstEntry.key, lastEntry.key)
        if isRunAscending {
            try write(buffer)
        } else {
            entries.sort { $0.key != $1.key ? $0.key < $1.key : $0.line < $1.line }
            (first, last) = (entries[0].key, entries[entries.count - 1].key)
            var sorted: [UInt8] = []
            for entry in entries {
                sorted.append(copying: buffer.span.extracting(entry.offset..<entry.offset + entry.size))
                if sorted.count >= 1 << 20 {
                    try write(sorted)
                    sorted.removeAll(keepingCapacity: true)
                }
            }
            try write(sorted)
        }
        runs.append(Run(range: start..<file.byteCount, first: first, last: last))
        buffer.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        isRunAscending = true
    }

    private mutating func write(_ bytes: [UInt8]) throws(MasterLoadError) {
        do throws(FileError) { try file.append(bytes) } catch { throw .disk(error.description) }
    }

    /// Puts the reader at `index` where it belongs in the heap.
    private mutating func sink(from index: Int) {
        var parent = index
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < readers.count {
                if Self.isBefore(readers[child], readers[least]) { least = child }
            }
            guard least != parent else { return }
            readers.swapAt(least, parent)
            parent = least
        }
    }

    private static func isBefore(_ left: RecordReader, _ right: RecordReader) -> Bool {
        left.key != right.key ? left.key < right.key : left.row.line < right.row.line
    }
}
