import CMariaDB

/// Rows of text for one bulk execution, gathered column by column without a `String` for each value.
///
/// Source: https://mariadb.com/kb/en/bulk-insert-column-wise-binding/
public struct ByteColumns: Sendable {
    fileprivate struct Column: Sendable {
        var bytes: [UInt8] = []
        var lengths: [UInt] = []
    }

    fileprivate var columns: [Column]

    /// How many bytes of values there are.
    public private(set) var byteCount = 0

    /// Begins with no row.
    public init(columnCount: Int) { columns = Array(repeating: Column(), count: columnCount) }

    /// How many rows there are: each column has to be given as many values.
    public var rowCount: Int { columns.first?.lengths.count ?? 0 }

    /// Adds a value, UTF-8, to a column.
    public mutating func append(_ text: Span<UInt8>, to column: Int) {
        unsafe text.withUnsafeBufferPointer { unsafe columns[column].bytes.append(contentsOf: $0) }
        columns[column].lengths.append(UInt(text.count))
        byteCount += text.count
    }

    /// Forgets the rows and keeps the memory.
    public mutating func removeAll() {
        for index in columns.indices {
            columns[index].bytes.removeAll(keepingCapacity: true)
            columns[index].lengths.removeAll(keepingCapacity: true)
        }
        byteCount = 0
    }
}

extension Statement {
    /// Runs the statement once for each row, in one round trip.
    func execute(_ rows: ByteColumns) throws(DatabaseError) -> Outcome {
        guard rows.columns.count == parameterCount, rows.columns.allSatisfy({ $0.lengths.count == rows.rowCount })
        else {
            throw DatabaseError(
                code: DatabaseError.unboundValue, sqlState: "07001", reason: "columns of different lengths")
        }
        // What the binds point to stands still until this returns; the connector keeps none of it.
        let binds = UnsafeMutableBufferPointer<MYSQL_BIND>.allocate(capacity: rows.columns.count)
        var allocations: [UnsafeMutableRawBufferPointer] = unsafe []
        defer {
            for index in unsafe allocations.indices { unsafe allocations[index].deallocate() }
            unsafe binds.deallocate()
        }
        for (index, column) in rows.columns.enumerated() {
            let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, column.bytes.count), alignment: 1)
            let lengths = UnsafeMutableBufferPointer<UInt>.allocate(capacity: rows.rowCount)
            let pointers = UnsafeMutableBufferPointer<UnsafeMutableRawPointer?>.allocate(capacity: rows.rowCount)
            unsafe allocations += [
                bytes, UnsafeMutableRawBufferPointer(lengths), UnsafeMutableRawBufferPointer(pointers),
            ]
            unsafe bytes.copyBytes(from: column.bytes)
            _ = unsafe lengths.initialize(from: column.lengths)
            var offset = 0
            for row in 0..<rows.rowCount {
                unsafe pointers.initializeElement(at: row, to: bytes.baseAddress.map { unsafe $0 + offset })
                offset += Int(column.lengths[row])
            }
            var bind = unsafe MYSQL_BIND()
            unsafe bind.buffer_type = MYSQL_TYPE_STRING
            unsafe bind.buffer = UnsafeMutableRawPointer(pointers.baseAddress)
            unsafe bind.length = lengths.baseAddress
            unsafe binds.initializeElement(at: index, to: bind)
        }
        return unsafe try execute(bulk: binds.baseAddress, rowCount: rows.rowCount)
    }
}
