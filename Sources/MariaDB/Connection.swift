import CMariaDB
import Glibc

/// A connection to the server, used by one thread at a time.
///
/// Every session has `time_zone` UTC, character set utf8mb4, a strict `sql_mode`, isolation READ COMMITTED,
/// `innodb_lock_wait_timeout` as the options say, whatever the server's configuration says. A transaction in which no
/// statement comes for ten minutes is ended by the server: a frozen client keeps no rows locked, and nothing commits hours
/// after it was done. Statements are prepared at their first use and kept, 256 of them.
// Sendable: noncopyable, so that one thread has it at a time; Connector/C keeps nothing for a thread, and what waits for a
// commit is gone when the call ends that runs the transaction.
public struct Connection: ~Copyable, @unchecked Sendable {
    private let options: ConnectionOptions
    private var handle: Handle
    private var statements = StatementCache()
    private var isLost = false
    private var isTransactionOpen = false
    /// What ended the open transaction on the server: each further statement of its body would run outside it.
    private var transactionFailure: DatabaseError?
    private var afterCommit: [() -> Void] = []

    init(_ handle: consuming Handle, _ options: ConnectionOptions) {
        self.options = options
        self.handle = handle
    }

    /// Connects.
    ///
    /// - Throws: an error that `isConnectionLost` (2002, 2003, 2013) when no server answers in time, 1040 when it has no
    ///   connection to give, 1045 or 1044 when it refuses the account.
    public init(_ options: ConnectionOptions) throws(DatabaseError) {
        self.options = options
        handle = try Handle.connected(options)
    }

    /// Runs a statement; rows that it returns are read away.
    @discardableResult
    public mutating func execute(_ sql: SQL) throws(DatabaseError) -> Outcome {
        try run(sql) { statement throws(DatabaseError) in statement.outcome }
    }

    /// Runs a statement and reads all of its rows.
    public mutating func rows(_ sql: SQL) throws(DatabaseError) -> [Row] {
        var rows: [Row] = []
        try run(sql) { statement throws(DatabaseError) in
            try statement.fetch { row throws(DatabaseError) in
                rows.append(row)
                return true
            }
        }
        return rows
    }

    /// Runs a statement and reads its first row; `nil` when there is none.
    public mutating func first(_ sql: SQL) throws(DatabaseError) -> Row? {
        var first: Row?
        try run(sql) { statement throws(DatabaseError) in
            try statement.fetch { row throws(DatabaseError) in
                first = row
                return false
            }
        }
        return first
    }

    /// Runs a statement and hands over its rows one by one as they come, so that a result of any size needs the memory
    /// of one row.
    ///
    /// The connection is busy until the last row; `body` must not be slow, for the server waits.
    public mutating func forEachRow(
        _ sql: SQL, _ body: (Row) throws(DatabaseError) -> Void
    ) throws(DatabaseError) {
        try run(sql) { statement throws(DatabaseError) in
            try statement.fetch { row throws(DatabaseError) in
                try body(row)
                return true
            }
        }
    }

    /// Runs the statements of `text`, separated by `;`, as a migration has them; their results are read away.
    ///
    /// Not one transaction: what ran before a statement that failed stays. Only here does the server take several
    /// statements at once.
    public mutating func executeScript(_ text: String) throws(DatabaseError) {
        try noting { connection throws(DatabaseError) in try connection.handle.runScript(text) }
    }

    /// Runs one INSERT, UPDATE or DELETE for each of `rows`, thousands in one round trip.
    ///
    /// - Parameters:
    ///   - sql: the text, with a `?` for each value of a row; not from anybody's input.
    ///   - rows: the values; those of one column are all of one case, or `.null`.
    /// - Returns: the rows affected by all together, and the first insert id.
    /// - Throws: the error of the first row that fails. Rows before it may stay: run it in a transaction.
    /// Source: https://mariadb.com/kb/en/bulk-insert-column-wise-binding/
    @discardableResult
    public mutating func executeMany(_ sql: String, rows: [[Value]]) throws(DatabaseError) -> Outcome {
        try noting { connection throws(DatabaseError) in
            var affectedRows = 0
            var insertID: UInt64 = 0
            guard !rows.isEmpty else { return Outcome(affectedRows: 0, insertID: 0) }
            // Not a statement of the cache: the size of the arrays stays with a statement.
            let statement = try connection.handle.prepare(sql)
            try connection.checkTransaction(afterPreparing: sql)
            var start = 0
            while start < rows.count {
                let end = RowChunk.end(from: start, in: rows)
                let chunk = try RowChunk(rows[start..<end], columnCount: statement.parameterCount, statement: sql)
                let outcome = try statement.execute(chunk)
                affectedRows += outcome.affectedRows
                if insertID == 0 { insertID = outcome.insertID }
                start = end
            }
            return Outcome(affectedRows: affectedRows, insertID: insertID)
        }
    }

    /// Runs one INSERT for each row of `rows`, all in one round trip.
    ///
    /// - Parameters:
    ///   - sql: the text, with a `?` for each column; not from anybody's input.
    ///   - rows: at most some megabytes: `max_allowed_packet` is 16 MiB by default.
    /// - Throws: the error of the first row that fails. Rows before it may stay: run it in a transaction.
    @discardableResult
    public mutating func executeMany(_ sql: String, _ rows: ByteColumns) throws(DatabaseError) -> Outcome {
        guard rows.rowCount > 0 else { return Outcome(affectedRows: 0, insertID: 0) }
        return try noting { connection throws(DatabaseError) in
            // Not a statement of the cache: the size of the arrays stays with a statement.
            let statement = try connection.handle.prepare(sql)
            try connection.checkTransaction(afterPreparing: sql)
            return try statement.execute(rows)
        }
    }

    borrowing func useResult(of text: String) throws(DatabaseError) -> UnsafeMutablePointer<MYSQL_RES> {
        unsafe try handle.useResult(of: text)
    }

    borrowing func checkFetch() throws(DatabaseError) { try handle.checkFetch() }

    /// Runs `body` in a transaction, and the whole of it again when the server gives it up for another's sake.
    ///
    /// 1213 and 1205 end an attempt, even when `body` catches them; there are as many as ``Retries`` gives. `body` must
    /// therefore do nothing but SQL that could not be done twice. A connection that is found lost at the start is opened
    /// again, once; a loss later is an error, and so is everything that keeps COMMIT from saying that it is done: after a
    /// loss at COMMIT (`isConnectionLost`) nobody knows whether it was.
    ///
    /// - Throws: what `body` throws, after ROLLBACK; `DatabaseError.misusedTransaction` when a transaction is open already
    ///   or `body` ended it (COMMIT, ROLLBACK, and DDL, which commits).
    public mutating func transaction<T>(
        _ body: (inout Connection) throws(DatabaseError) -> TransactionEnd<T>
    ) throws(DatabaseError) -> T {
        guard !isTransactionOpen else { throw Self.misused("a transaction within a transaction") }
        var retries = Retries()
        while true {
            do throws(DatabaseError) {
                return try transactOnce(body)
            } catch {
                guard error.isRetryable, !isLost, retries.next() else { throw error }
            }
            retries.pause()
        }
    }

    /// Does what is true only once the open transaction is committed; at once where none is open. An attempt that is run
    /// again, or rolled back, does nothing of it.
    public mutating func whenCommitted(_ body: @escaping () -> Void) {
        if isTransactionOpen { afterCommit.append(body) } else { body() }
    }

    /// Whether the connection can be given to the next user: standing, idle, and outside any transaction.
    mutating func isReusable() -> Bool {
        if isLost { return false }
        if handle.isInTransaction { rollBack() }
        return !isLost
    }

    /// Whether the idle connection still stands, as far as can be told without asking the server, and stands where
    /// connections are wanted: not at a node that was found away, nor at another one after the first is back.
    var isAlive: Bool { !isLost && options.servers.isInUse(handle.server) && handle.isAlive }

    private mutating func transactOnce<T>(
        _ body: (inout Connection) throws(DatabaseError) -> TransactionEnd<T>
    ) throws(DatabaseError) -> T {
        try begin()
        defer {
            isTransactionOpen = false
            transactionFailure = nil
            afterCommit = []
        }
        do throws(DatabaseError) {
            let end = try body(&self)
            if let transactionFailure { throw transactionFailure }
            guard handle.isInTransaction else {
                throw options.servers.areSeveral
                    ? Self.vanished(nil) : Self.misused("the body ended its transaction")
            }
            switch end {
            case .commit(let value):
                try query("COMMIT")
                for body in afterCommit { body() }
                return value
            case .rollback(let value):
                try query("ROLLBACK")
                return value
            }
        } catch {
            rollBack()
            throw error
        }
    }

    private mutating func begin() throws(DatabaseError) {
        if !isAlive { try reconnect() }
        let start = ContinuousClock.now
        do throws(DatabaseError) {
            try query("START TRANSACTION")
        } catch {
            // A server that was silent for the whole time-out will not be better on another connection; another server may.
            // A node that is too far behind the others says 1205 here.
            let isBehind = error.code == 1205 && options.servers.areSeveral
            if isBehind { options.servers.foundAway(handle.server) }
            guard isBehind || error.isConnectionLost,
                options.servers.areSeveral || start.duration(to: .now) < options.readTimeout
            else { throw error }
            try reconnect()
            try query("START TRANSACTION")
        }
        isTransactionOpen = true
    }

    private mutating func reconnect() throws(DatabaseError) {
        handle = try Handle.connected(options)
        statements = StatementCache()
        isLost = false
    }

    private mutating func rollBack() {
        guard !isLost else { return }
        transactionFailure = nil
        do throws(DatabaseError) { try query("ROLLBACK") } catch { isLost = true }
    }

    private mutating func query(_ text: String) throws(DatabaseError) {
        try noting { connection throws(DatabaseError) in try connection.handle.query(text) }
    }

    private mutating func run<T>(
        _ sql: SQL, _ use: (Statement) throws(DatabaseError) -> T
    ) throws(DatabaseError) -> T {
        try noting { connection throws(DatabaseError) in
            let statement = try connection.executeAsOftenAsItTakes(sql)
            let result: T
            do throws(DatabaseError) {
                result = try use(statement)
            } catch {
                // What was wrong first is told.
                try? statement.finish()
                throw error
            }
            try statement.finish()
            try connection.checkTransaction(after: sql)
            return result
        }
    }

    /// Runs a statement that stands for itself again when it was not run, or was undone: on another server when this one is a
    /// node that is not ready or too far behind, and after a conflict with one of another node, which is found when it commits.
    private mutating func executeAsOftenAsItTakes(_ sql: SQL) throws(DatabaseError) -> Statement {
        var retries = Retries()
        while true {
            do throws(DatabaseError) {
                return try execute(sql, again: true)
            } catch {
                guard !isTransactionOpen else { throw error }
                // A node that is too far behind the others says 1205 to whatever reads.
                let isBehind = error.code == 1205 && sql.verb == "SELECT" && !sql.text.hasSuffix("FOR UPDATE")
                if error.isNodeUnready || isBehind, options.servers.areSeveral, retries.next() {
                    options.servers.foundAway(handle.server)
                    try reconnect()
                } else if error.isConflict, retries.next() {
                    retries.pause()
                } else {
                    throw error
                }
            }
        }
    }

    /// Finds out whether the server gave up the open transaction when it prepared a statement.
    ///
    /// A node of a cluster does, without a word, in the instant in which another node's transaction wins: the statement, and
    /// every one from then on, would stand for itself. The answer to PREPARE does not tell, so that of another statement does.
    private borrowing func checkTransaction(afterPreparing text: String) throws(DatabaseError) {
        guard isTransactionOpen, options.servers.areSeveral else { return }
        try handle.query("DO 0")
        guard handle.isInTransaction else { throw Self.vanished(text) }
    }

    /// Finds out whether the server gave up the open transaction without a word, so that no further statement stands for itself.
    ///
    /// What a program may say ends no transaction but by COMMIT and ROLLBACK, and by changes of tables.
    private borrowing func checkTransaction(after sql: SQL) throws(DatabaseError) {
        guard isTransactionOpen, transactionFailure == nil, !handle.isInTransaction else { return }
        guard ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(sql.verb) else { return }
        throw Self.vanished(sql.text)
    }

    private static func vanished(_ text: String?) -> DatabaseError {
        DatabaseError(code: 1213, sqlState: "40001", statement: text, reason: "the server gave the transaction up")
    }

    private mutating func execute(_ sql: SQL, again: Bool) throws(DatabaseError) -> Statement {
        let (statement, isNew) = try statements.statement(for: sql, on: handle)
        if isNew { try checkTransaction(afterPreparing: sql.text) }
        do throws(DatabaseError) {
            try statement.execute(sql.values)
            return statement
        } catch {
            switch error.code {
            // The server does not know the statement any more, or wants it prepared again (DDL): it was not run.
            case 1243 where again, 1615 where again:
                statements.remove(sql)
                return try execute(sql, again: false)
            // The columns are others than when it was prepared.
            case 2057: statements.remove(sql)
            default: break
            }
            throw error
        }
    }

    /// Runs `body` unless the open transaction has failed, and keeps what an error says of connection and transaction.
    private mutating func noting<T>(
        _ body: (inout Connection) throws(DatabaseError) -> T
    ) throws(DatabaseError) -> T {
        if let transactionFailure { throw transactionFailure }
        do throws(DatabaseError) {
            return try body(&self)
        } catch {
            if error.isServerAway { options.servers.foundAway(handle.server) }
            if error.isConnectionLost { isLost = true }
            if error.isRetryable, isTransactionOpen { transactionFailure = error }
            throw error
        }
    }

    private static func misused(_ reason: String) -> DatabaseError {
        DatabaseError(code: DatabaseError.misusedTransaction, sqlState: "25000", reason: reason)
    }
}
