import CMariaDB

/// The rows of one query as bytes, pulled one by one: for walking side by side through millions of rows.
///
/// Has its connection for itself, and needs the memory of one row. The server waits for who is slow, `net_write_timeout`
/// at most; the cursor sets it to an hour.
/// Source: https://mariadb.com/kb/en/mysql_use_result/
@safe public struct ByteCursor: ~Copyable {
    // Keeps the connection open for as long as there is a result.
    private let connection: Connection
    private let result: UnsafeMutablePointer<MYSQL_RES>
    private let columnCount: Int

    /// The bytes of the current row's columns, one after the other; NULL has none.
    public private(set) var bytes: [UInt8] = []
    /// Where each column of the current row ends in ``bytes``.
    public private(set) var ends: [Int]

    /// Runs a query that has no values.
    public init(_ connection: consuming Connection, _ sql: StaticString) throws(DatabaseError) {
        try self.init(connection, sql, list: [], "")
    }

    /// Runs a query that has a list of texts in its middle, of letters and digits alone.
    public init(
        _ connection: consuming Connection, _ head: StaticString, list: [[UInt8]], _ tail: StaticString
    ) throws(DatabaseError) {
        // Nothing in a text can end it.
        precondition(list.allSatisfy { $0.allSatisfy { $0 &- 48 < 10 || ($0 | 32) &- 97 < 26 } })
        let values = list.map { "'" + String(decoding: $0, as: UTF8.self) + "'" }.joined(separator: ",")
        try connection.execute("SET SESSION net_write_timeout = 3600")
        let result = unsafe try connection.useResult(of: head.description + values + tail.description)
        unsafe self.result = result
        columnCount = unsafe Int(mysql_num_fields(result))
        ends = Array(repeating: 0, count: columnCount)
        self.connection = connection
    }

    deinit { unsafe mysql_free_result(result) }

    /// Where a column of the current row stands in ``bytes``.
    public func range(_ column: Int) -> Range<Int> { (column == 0 ? 0 : ends[column - 1])..<ends[column] }

    /// Goes to the next row.
    ///
    /// - Returns: `false` at the end.
    public mutating func next() throws(DatabaseError) -> Bool {
        bytes.removeAll(keepingCapacity: true)
        guard let row = unsafe mysql_fetch_row(result), let lengths = unsafe mysql_fetch_lengths(result) else {
            try connection.checkFetch()
            return false
        }
        for column in 0..<columnCount {
            if let value = unsafe row[column] {
                // The connector says how long the value is; it stands until the next row is fetched.
                unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: value, count: Int(lengths[column])))
            }
            ends[column] = bytes.count
        }
        return true
    }
}
