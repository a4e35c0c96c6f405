import CMariaDB

/// Rows of parameters for one bulk execution, column by column, at addresses that stand still.
///
/// Numbers lie one after another; text, bytes and dates are reached through an array of pointers.
/// Source: https://mariadb.com/kb/en/bulk-insert-column-wise-binding/
@safe struct RowChunk: ~Copyable {
    private let rowCount: Int
    private let binds: UnsafeMutableBufferPointer<MYSQL_BIND>
    private var allocations: [UnsafeMutableRawPointer] = unsafe []

    /// How many bytes of values go into one execution: well below `max_allowed_packet` (16 MiB by default).
    private static let byteLimit = 2 << 20

    /// Where the chunk that starts at `start` ends: at the limit of bytes, with one row at least.
    static func end(from start: Int, in rows: [[Value]]) -> Int {
        var size = 0
        for index in start..<rows.count {
            size += rows[index].reduce(0) { $0 + 16 + $1.byteCount }
            if size > byteLimit { return max(index, start + 1) }
        }
        return rows.count
    }

    /// Lays out `rows`, not empty, each with `columnCount` values, those of a column all of one kind or NULL.
    init(_ rows: ArraySlice<[Value]>, columnCount: Int, statement: String) throws(DatabaseError) {
        rowCount = rows.count
        unsafe binds = .allocate(capacity: columnCount)
        unsafe binds.initialize(repeating: MYSQL_BIND())
        // From here on the deinit frees what was allocated, however the rest ends.
        guard rows.allSatisfy({ $0.count == columnCount }) else {
            throw Self.unbound("a row without \(columnCount) values", statement)
        }
        for column in 0..<columnCount { try lay(out: rows, column, statement) }
    }

    deinit {
        for index in unsafe allocations.indices { unsafe allocations[index].deallocate() }
        unsafe binds.deallocate()
    }

    /// Gives the arrays to `mysql_stmt_bind_param`; `false` when Connector/C refuses them.
    borrowing func bind(to statement: UnsafeMutablePointer<MYSQL_STMT>) -> Bool {
        var size = UInt32(rowCount)
        return unsafe mysql_stmt_attr_set(statement, STMT_ATTR_ARRAY_SIZE, &size) == 0
            && mysql_stmt_bind_param(statement, binds.baseAddress) == 0
    }

    private mutating func lay(out rows: ArraySlice<[Value]>, _ column: Int, _ statement: String) throws(DatabaseError) {
        let indicators = unsafe allocate(CChar.self)
        for (row, values) in rows.enumerated() {
            let isNull = values[column] == .null
            unsafe indicators[row] = CChar(isNull ? STMT_INDICATOR_NULL.rawValue : STMT_INDICATOR_NONE.rawValue)
        }
        var bind = unsafe MYSQL_BIND()
        unsafe bind.u.indicator = indicators.baseAddress
        switch rows.first(where: { $0[column] != .null })?[column] {
        case .integer:
            let numbers = unsafe allocate(Int64.self)
            for (row, values) in rows.enumerated() {
                switch values[column] {
                case .integer(let number): unsafe numbers[row] = number
                case .null: unsafe numbers[row] = 0
                default: throw Self.mixed(column, statement)
                }
            }
            unsafe bind.buffer_type = MYSQL_TYPE_LONGLONG
            unsafe bind.buffer = UnsafeMutableRawPointer(numbers.baseAddress)
        case .timestamp:
            let times = unsafe allocate(MYSQL_TIME.self)
            let pointers = unsafe allocate(UnsafeMutablePointer<MYSQL_TIME>?.self)
            for (row, values) in rows.enumerated() {
                switch values[column] {
                case .timestamp(let date):
                    guard let time = CalendarTime.time(of: date) else {
                        throw Self.unbound("a date outside years 1 to 9999", statement)
                    }
                    unsafe times[row] = time
                case .null: unsafe times[row] = MYSQL_TIME()
                default: throw Self.mixed(column, statement)
                }
                unsafe pointers[row] = times.baseAddress.map { unsafe $0 + row }
            }
            unsafe bind.buffer_type = MYSQL_TYPE_DATETIME
            unsafe bind.buffer = UnsafeMutableRawPointer(pointers.baseAddress)
        case .bytes:
            unsafe bind.buffer_type = MYSQL_TYPE_BLOB
            unsafe try placeBytes(of: rows, column, &bind, statement) { value in
                if case .bytes(let bytes) = value { bytes } else { nil }
            }
        case .text, .null, nil:
            unsafe bind.buffer_type = MYSQL_TYPE_STRING
            unsafe try placeBytes(of: rows, column, &bind, statement) { value in
                if case .text(let text) = value { text.utf8 } else { nil }
            }
        }
        unsafe binds[column] = bind
    }

    private mutating func placeBytes<Bytes: Collection<UInt8>>(
        of rows: ArraySlice<[Value]>, _ column: Int, _ bind: inout MYSQL_BIND, _ statement: String,
        _ bytes: (Value) -> Bytes?
    ) throws(DatabaseError) {
        let lengths = unsafe allocate(UInt.self)
        let pointers = unsafe allocate(UnsafeMutableRawPointer?.self)
        let arena = unsafe allocate(UInt8.self, count: rows.reduce(0) { $0 + $1[column].byteCount })
        var used = 0
        for (row, values) in rows.enumerated() {
            let length = values[column].byteCount
            if let source = bytes(values[column]) {
                // The arena has room for the bytes of the whole column.
                let target = unsafe UnsafeMutableBufferPointer(rebasing: arena[used..<used + length])
                _ = unsafe target.initialize(from: source)
            } else if values[column] != .null {
                throw Self.mixed(column, statement)
            }
            unsafe pointers[row] = arena.baseAddress.map { unsafe UnsafeMutableRawPointer($0 + used) }
            unsafe lengths[row] = UInt(length)
            used += length
        }
        unsafe bind.buffer = UnsafeMutableRawPointer(pointers.baseAddress)
        unsafe bind.length = lengths.baseAddress
    }

    private mutating func allocate<T>(_ type: T.Type, count: Int? = nil) -> UnsafeMutableBufferPointer<T> {
        let count = count ?? rowCount
        let pointer = UnsafeMutablePointer<T>.allocate(capacity: max(count, 1))
        unsafe allocations.append(UnsafeMutableRawPointer(pointer))
        return unsafe UnsafeMutableBufferPointer(start: pointer, count: count)
    }

    private static func mixed(_ column: Int, _ statement: String) -> DatabaseError {
        unbound("values of different kinds in column \(column)", statement)
    }

    private static func unbound(_ reason: String, _ statement: String) -> DatabaseError {
        DatabaseError(code: DatabaseError.unboundValue, sqlState: "07001", statement: statement, reason: reason)
    }
}
