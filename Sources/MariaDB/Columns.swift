import CMariaDB

/// The buffers into which Connector/C fetches one row after another: at addresses that stand still.
///
/// Text and bytes have a buffer of at most 1 KiB for a column; a longer value is fetched again, into memory of its own
/// length.
/// Source: https://mariadb.com/kb/en/mysql_stmt_bind_result/, https://mariadb.com/kb/en/mysql_stmt_fetch_column/
@safe struct Columns: ~Copyable {
    private enum Kind { case signed, unsigned, time, text, bytes }

    let count: Int
    // All in one block, which begins with the binds.
    private let block: UnsafeMutableRawPointer
    private let binds: UnsafeMutablePointer<MYSQL_BIND>
    private let lengths: UnsafeMutablePointer<UInt>
    private let kinds: UnsafeMutablePointer<Kind>
    private let nulls: UnsafeMutablePointer<my_bool>
    private let truncations: UnsafeMutablePointer<my_bool>
    private static let longest = 1024

    init(of statement: UnsafeMutablePointer<MYSQL_STMT>) {
        count = unsafe Int(mysql_stmt_field_count(statement))
        let fields = unsafe UnsafeBufferPointer(start: mariadb_stmt_fetch_fields(statement), count: count)
        // Each buffer starts at a multiple of 16, the strictest alignment among them.
        let heads = unsafe (count * (MemoryLayout<MYSQL_BIND>.stride + MemoryLayout<UInt>.stride + 3) + 15) & ~15
        var size = heads
        for index in 0..<count { unsafe size += (Self.capacity(of: fields[index]) + 15) & ~15 }
        unsafe block = .allocate(byteCount: size, alignment: 16)
        // A fetch writes the buffers before they are read.
        unsafe block.initializeMemory(as: UInt8.self, repeating: 0, count: heads)
        unsafe binds = block.bindMemory(to: MYSQL_BIND.self, capacity: count)
        unsafe lengths = UnsafeMutableRawPointer(binds + count).bindMemory(to: UInt.self, capacity: count)
        unsafe kinds = UnsafeMutableRawPointer(lengths + count).bindMemory(to: Kind.self, capacity: count)
        unsafe nulls = UnsafeMutableRawPointer(kinds + count).bindMemory(to: my_bool.self, capacity: count)
        unsafe truncations = UnsafeMutableRawPointer(nulls + count).bindMemory(to: my_bool.self, capacity: count)
        var offset = heads
        for index in 0..<count {
            let (kind, capacity) = unsafe (Self.kind(of: fields[index]), Self.capacity(of: fields[index]))
            unsafe kinds[index] = kind
            unsafe binds[index].buffer_type = Self.type(of: kind)
            unsafe binds[index].is_unsigned = kind == .unsigned ? 1 : 0
            unsafe binds[index].buffer = block + offset
            unsafe binds[index].buffer_length = UInt(capacity)
            unsafe binds[index].length = lengths + index
            unsafe binds[index].is_null = nulls + index
            unsafe binds[index].error = truncations + index
            offset += (capacity + 15) & ~15
        }
    }

    deinit { unsafe block.deallocate() }

    /// Gives the buffers to `mysql_stmt_bind_result`; `false` when it refuses them.
    func bind(to statement: UnsafeMutablePointer<MYSQL_STMT>) -> Bool {
        unsafe mysql_stmt_bind_result(statement, binds) == 0
    }

    /// Reads the row that was fetched last.
    ///
    /// - Returns: the values, or in `failure` the column that cannot be read: text that is not UTF-8, a date that is none,
    ///   a number that does not fit.
    func row(of statement: UnsafeMutablePointer<MYSQL_STMT>) -> (values: [Value], failure: Int?) {
        var values: [Value] = []
        values.reserveCapacity(count)
        for index in 0..<count {
            guard let value = unsafe value(at: index, of: statement) else { return (values, index) }
            values.append(value)
        }
        return (values, nil)
    }

    private func value(at index: Int, of statement: UnsafeMutablePointer<MYSQL_STMT>) -> Value? {
        guard unsafe nulls[index] == 0 else { return .null }
        // `init` gave each column a buffer of its kind's size.
        guard let buffer = unsafe binds[index].buffer else { return nil }
        let length = unsafe Int(lengths[index])
        switch unsafe kinds[index] {
        case .signed:
            guard unsafe truncations[index] == 0 else { return nil }
            return unsafe .integer(buffer.load(as: Int64.self))
        case .unsigned:
            guard unsafe truncations[index] == 0 else { return nil }
            let number = unsafe buffer.load(as: UInt64.self)
            return Int64(exactly: number).map { .integer($0) } ?? .text(String(number))
        case .time:
            return unsafe CalendarTime.date(of: buffer.load(as: MYSQL_TIME.self)).map { .timestamp($0) }
        case .text:
            guard unsafe length > Int(binds[index].buffer_length) else {
                return unsafe Self.text(UnsafeRawBufferPointer(start: buffer, count: length))
            }
            let long = unsafe longValue(at: index, length, of: statement)
            return long.flatMap { unsafe $0.withUnsafeBytes { bytes in unsafe Self.text(bytes) } }
        case .bytes:
            guard unsafe length > Int(binds[index].buffer_length) else {
                return unsafe .bytes(Array(UnsafeRawBufferPointer(start: buffer, count: length)))
            }
            return unsafe longValue(at: index, length, of: statement).map { .bytes($0) }
        }
    }

    /// Fetches one column of the current row again, whole.
    private func longValue(at index: Int, _ length: Int, of statement: UnsafeMutablePointer<MYSQL_STMT>) -> [UInt8]? {
        var failed = false
        let value = unsafe [UInt8](unsafeUninitializedCapacity: length) { target, written in
            var size: UInt = 0
            var null: my_bool = 0
            var truncated: my_bool = 0
            // The three variables and the bind are read and written by this one call and not kept.
            unsafe withUnsafeMutablePointer(to: &size) { size in
                unsafe withUnsafeMutablePointer(to: &null) { null in
                    unsafe withUnsafeMutablePointer(to: &truncated) { truncated in
                        var bind = unsafe MYSQL_BIND()
                        unsafe bind.buffer_type = MYSQL_TYPE_BLOB
                        unsafe bind.buffer = UnsafeMutableRawPointer(target.baseAddress)
                        unsafe bind.buffer_length = UInt(length)
                        unsafe bind.length = size
                        unsafe bind.is_null = null
                        unsafe bind.error = truncated
                        failed = unsafe mysql_stmt_fetch_column(statement, &bind, UInt32(index), 0) != 0
                    }
                }
            }
            failed = failed || null != 0 || truncated != 0 || size != UInt(length)
            written = failed ? 0 : length
        }
        return failed ? nil : value
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> Value? {
        let bytes = unsafe bytes.assumingMemoryBound(to: UInt8.self)
        // `String(validating:)` takes a detour by generics; where the fault lies nobody asks.
        guard let text = unsafe try? UTF8Span(validating: bytes.span) else { return nil }
        return .text(String(copying: text))
    }

    private static func capacity(of field: MYSQL_FIELD) -> Int {
        switch unsafe kind(of: field) {
        case .signed, .unsigned: MemoryLayout<Int64>.size
        case .time: MemoryLayout<MYSQL_TIME>.size
        // At least 64: the server gives no useful length for FLOAT and DOUBLE.
        case .text, .bytes: unsafe Int(min(max(field.length, 64), UInt(longest)))
        }
    }

    private static func kind(of field: MYSQL_FIELD) -> Kind {
        switch unsafe field.type {
        case MYSQL_TYPE_TINY, MYSQL_TYPE_SHORT, MYSQL_TYPE_INT24, MYSQL_TYPE_LONG, MYSQL_TYPE_LONGLONG, MYSQL_TYPE_YEAR:
            return unsafe field.flags & UInt32(UNSIGNED_FLAG) != 0 ? .unsigned : .signed
        case MYSQL_TYPE_DECIMAL, MYSQL_TYPE_NEWDECIMAL:
            return unsafe field.decimals == 0 ? .signed : .text
        case MYSQL_TYPE_DATE, MYSQL_TYPE_NEWDATE, MYSQL_TYPE_DATETIME, MYSQL_TYPE_TIMESTAMP:
            return .time
        case MYSQL_TYPE_BIT, MYSQL_TYPE_GEOMETRY:
            return .bytes
        case MYSQL_TYPE_VARCHAR, MYSQL_TYPE_VAR_STRING, MYSQL_TYPE_STRING, MYSQL_TYPE_TINY_BLOB,
            MYSQL_TYPE_MEDIUM_BLOB, MYSQL_TYPE_LONG_BLOB, MYSQL_TYPE_BLOB:
            // 63 is the collation "binary": what tells BLOB from TEXT.
            return unsafe field.charsetnr == 63 ? .bytes : .text
        default:
            return .text
        }
    }

    private static func type(of kind: Kind) -> enum_field_types {
        switch kind {
        case .signed, .unsigned: MYSQL_TYPE_LONGLONG
        case .time: MYSQL_TYPE_DATETIME
        case .text: MYSQL_TYPE_STRING
        case .bytes: MYSQL_TYPE_BLOB
        }
    }
}
