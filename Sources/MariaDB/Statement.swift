import CMariaDB

/// The owner of one prepared statement.
///
/// A class, because the cache is a dictionary, whose values are copyable; the pointer does not leave it. It may outlive
/// its connection: `mysql_close` parts the statements from the handle, and closing them afterwards only frees memory.
/// Source: https://mariadb.com/kb/en/prepared-statement-functions/
@safe final class Statement {
    private let pointer: UnsafeMutablePointer<MYSQL_STMT>
    private let text: String
    private var parameters: Parameters

    init(_ text: String, on connection: UnsafeMutablePointer<MYSQL>) throws(DatabaseError) {
        guard let pointer = unsafe mysql_stmt_init(connection) else {
            throw DatabaseError(code: 2008, sqlState: "HY001", statement: text)
        }
        var copy = text
        let failed = copy.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                unsafe mysql_stmt_prepare(pointer, characters.baseAddress, UInt(characters.count)) != 0
            }
        }
        guard !failed else {
            let error = unsafe Self.failure(of: pointer, text)
            unsafe mysql_stmt_close(pointer)
            throw error
        }
        unsafe self.pointer = pointer
        self.text = text
        parameters = unsafe Parameters(count: Int(mysql_stmt_param_count(pointer)))
    }

    deinit { unsafe mysql_stmt_close(pointer) }

    var parameterCount: Int { unsafe Int(mysql_stmt_param_count(pointer)) }

    /// Runs the statement with `values`; its rows, if any, are to be fetched and then to be ended with `finish`.
    func execute(_ values: [Value]) throws(DatabaseError) {
        switch unsafe parameters.bind(values, to: pointer) {
        case .bound: break
        case .unbound(let reason):
            throw DatabaseError(
                code: DatabaseError.unboundValue, sqlState: "07001", statement: text, reason: reason)
        case .failed: throw failure()
        }
        defer { parameters.trim() }
        guard unsafe mysql_stmt_execute(pointer) == 0 else { throw failure() }
    }

    /// Runs the statement once for each row of `chunk`, in one round trip.
    func execute(_ chunk: borrowing RowChunk) throws(DatabaseError) -> Outcome {
        guard unsafe chunk.bind(to: pointer), unsafe mysql_stmt_execute(pointer) == 0 else { throw failure() }
        return outcome
    }

    /// The same with binds that point to arrays of `rowCount` values.
    func execute(bulk binds: UnsafeMutablePointer<MYSQL_BIND>?, rowCount: Int) throws(DatabaseError) -> Outcome {
        var size = UInt32(rowCount)
        guard unsafe mysql_stmt_attr_set(pointer, STMT_ATTR_ARRAY_SIZE, &size) == 0,
            unsafe mysql_stmt_bind_param(pointer, binds) == 0, unsafe mysql_stmt_execute(pointer) == 0
        else { throw failure() }
        return outcome
    }

    /// What the last execution did.
    var outcome: Outcome {
        Outcome(
            affectedRows: unsafe Int(truncatingIfNeeded: max(0, Int64(bitPattern: mysql_stmt_affected_rows(pointer)))),
            insertID: unsafe mysql_stmt_insert_id(pointer))
    }

    /// Fetches the rows of the last execution one by one, until `body` returns `false` or there are no more.
    func fetch(_ body: (Row) throws(DatabaseError) -> Bool) throws(DatabaseError) {
        guard unsafe mysql_stmt_field_count(pointer) > 0 else { return }
        // Made anew each time: a table may have been altered since, and the server prepares again by itself.
        let columns = unsafe Columns(of: pointer)
        guard unsafe columns.bind(to: pointer) else { throw failure() }
        while true {
            switch unsafe mysql_stmt_fetch(pointer) {
            case 0, MYSQL_DATA_TRUNCATED:
                let (values, unreadable) = unsafe columns.row(of: pointer)
                if let unreadable {
                    throw DatabaseError(
                        code: DatabaseError.unreadableValue, sqlState: "22000", statement: text,
                        reason: "the value of column \(unreadable) cannot be read")
                }
                guard try body(Row(values)) else { return }
            case MYSQL_NO_DATA: return
            default: throw failure()
            }
        }
    }

    /// Reads away what is left of the result, so that the connection is free for the next statement.
    ///
    /// - Throws: what the server said in place of a row that nobody waited for: the transaction may be gone by it.
    func finish() throws(DatabaseError) {
        unsafe mysql_stmt_free_result(pointer)
        if let connection = unsafe pointer.pointee.mysql, unsafe mysql_errno(connection) != 0 { throw failure() }
        while unsafe mysql_stmt_more_results(pointer) != 0, unsafe mysql_stmt_next_result(pointer) == 0 {
            unsafe mysql_stmt_free_result(pointer)
        }
    }

    private func failure() -> DatabaseError { unsafe Self.failure(of: pointer, text) }

    private static func failure(of pointer: UnsafeMutablePointer<MYSQL_STMT>, _ text: String) -> DatabaseError {
        // What the server says while rows are fetched, such as a lock wait that lasted too long (1205), Connector/C notes
        // with the connection alone.
        if unsafe mysql_stmt_errno(pointer) == 0, let connection = unsafe pointer.pointee.mysql {
            return unsafe .read(
                code: mysql_errno(connection), state: mysql_sqlstate(connection), message: mysql_error(connection),
                statement: text)
        }
        return unsafe .read(
            code: mysql_stmt_errno(pointer), state: mysql_stmt_sqlstate(pointer), message: mysql_stmt_error(pointer),
            statement: text)
    }
}
