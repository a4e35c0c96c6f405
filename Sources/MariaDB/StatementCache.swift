/// The prepared statements of one connection by their texts, the least recently used leaving first.
struct StatementCache {
    private var entries: [SQL.Key: Entry] = [:]
    private var clock: UInt64 = 0
    /// How many are kept: more than the program has statements, and few enough that 60 connections stay below the server's
    /// `max_prepared_stmt_count` (16,382).
    static let limit = 256

    private struct Entry {
        let statement: Statement
        var usedAt: UInt64
    }

    var count: Int { entries.count }

    /// The statement for `sql`, which is prepared on `handle` when it is not here, and whether it was.
    mutating func statement(
        for sql: SQL, on handle: borrowing Handle
    ) throws(DatabaseError) -> (statement: Statement, isNew: Bool) {
        clock += 1
        if let index = entries.index(forKey: sql.key) {
            entries.values[index].usedAt = clock
            return (entries.values[index].statement, false)
        }
        let statement = try handle.prepare(sql.text)
        if entries.count >= Self.limit, let oldest = entries.min(by: { $0.value.usedAt < $1.value.usedAt }) {
            entries[oldest.key] = nil
        }
        entries[sql.key] = Entry(statement: statement, usedAt: clock)
        return (statement, true)
    }

    /// Forgets the statement for `sql`.
    mutating func remove(_ sql: SQL) { entries[sql.key] = nil }
}
