import CMariaDB

/// The values of one execution as Connector/C reads them: at addresses that stand still until it is over.
///
/// Source: https://mariadb.com/kb/en/mysql_stmt_bind_param/
@safe struct Parameters: ~Copyable {
    private let count: Int
    private let binds: UnsafeMutablePointer<MYSQL_BIND>
    private let integers: UnsafeMutablePointer<Int64>
    private let times: UnsafeMutablePointer<MYSQL_TIME>
    private var bytes: UnsafeMutableRawBufferPointer
    /// What a statement keeps for the next execution; more is given back after each.
    private static let keptBytes = 65_536

    init(count: Int) {
        self.count = count
        unsafe binds = .allocate(capacity: max(count, 1))
        unsafe binds.initialize(repeating: MYSQL_BIND(), count: count)
        unsafe integers = .allocate(capacity: max(count, 1))
        unsafe integers.initialize(repeating: 0, count: count)
        unsafe times = .allocate(capacity: max(count, 1))
        unsafe times.initialize(repeating: MYSQL_TIME(), count: count)
        unsafe bytes = .allocate(byteCount: 0, alignment: 1)
    }

    deinit {
        unsafe binds.deallocate()
        unsafe integers.deallocate()
        unsafe times.deallocate()
        unsafe bytes.deallocate()
    }

    /// Writes `values`, as many as there are parameters, and gives the array to `mysql_stmt_bind_param`.
    mutating func bind(_ values: [Value], to statement: UnsafeMutablePointer<MYSQL_STMT>) -> BindResult {
        guard values.count == count else { return .unbound("\(values.count) values for \(count) parameters") }
        guard count > 0 else { return .bound }
        reserve(values.reduce(0) { $0 + $1.byteCount })
        var used = 0
        for (index, value) in values.enumerated() {
            var bind = unsafe MYSQL_BIND()
            switch value {
            case .null:
                unsafe bind.buffer_type = MYSQL_TYPE_NULL
            case .integer(let number):
                unsafe integers[index] = number
                unsafe bind.buffer_type = MYSQL_TYPE_LONGLONG
                unsafe bind.buffer = UnsafeMutableRawPointer(integers + index)
            case .timestamp(let date):
                guard let time = CalendarTime.time(of: date) else { return .unbound("a date outside years 1 to 9999") }
                unsafe times[index] = time
                unsafe bind.buffer_type = MYSQL_TYPE_DATETIME
                unsafe bind.buffer = UnsafeMutableRawPointer(times + index)
            case .text(let text):
                unsafe bind.buffer_type = MYSQL_TYPE_STRING
                unsafe (bind.buffer, bind.buffer_length) = place(text.utf8, text.utf8.count, at: &used)
            case .bytes(let array):
                unsafe bind.buffer_type = MYSQL_TYPE_BLOB
                unsafe (bind.buffer, bind.buffer_length) = place(array, array.count, at: &used)
            }
            unsafe binds[index] = bind
        }
        return unsafe mysql_stmt_bind_param(statement, binds) == 0 ? .bound : .failed
    }

    /// Gives back what one large value needed.
    mutating func trim() {
        if unsafe bytes.count > Self.keptBytes { resize(to: 0) }
    }

    private mutating func reserve(_ count: Int) {
        if unsafe bytes.count < count { resize(to: count) }
    }

    private mutating func resize(to count: Int) {
        unsafe bytes.deallocate()
        unsafe bytes = .allocate(byteCount: count, alignment: 1)
    }

    private func place(
        _ source: some Collection<UInt8>, _ count: Int, at used: inout Int
    ) -> (UnsafeMutableRawPointer?, UInt) {
        // `reserve` made room for all values together, so that the slice lies within the buffer.
        let target = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[used..<used + count])
        unsafe target.copyBytes(from: source)
        used += count
        return (target.baseAddress, UInt(count))
    }
}

/// How binding went.
enum BindResult {
    case bound
    /// The values do not fit the statement; the words say why.
    case unbound(String)
    /// Connector/C refused; the statement has its error.
    case failed
}

extension Value {
    /// How many bytes of its own the value sends, numbers and dates apart.
    var byteCount: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        case .null, .integer, .timestamp: 0
        }
    }
}
