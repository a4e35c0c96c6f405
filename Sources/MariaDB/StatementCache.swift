/// The prepared statements of one connection by their text, the least recently used leaving first.
struct StatementCache {
    private var entries: [String: Entry] = [:]
    private var clock: UInt64 = 0
    /// How many are kept: more than the program has texts, and few enough that 60 connections stay below the server's
    /// `max_prepared_stmt_count` (16,382).
    static let limit = 256

    private struct Entry {
        let statement: Statement
        var usedAt: UInt64
    }

    var count: Int { entries.count }

    /// The statement for `text`, which is prepared on `handle` when it is not here.
    mutating func statement(for text: String, on handle: borrowing Handle) throws(DatabaseError) -> Statement {
        clock += 1
        if let index = entries.index(forKey: text) {
            entries.values[index].usedAt = clock
            return entries.values[index].statement
        }
        let statement = try handle.prepare(text)
        if entries.count >= Self.limit, let oldest = entries.min(by: { $0.value.usedAt < $1.value.usedAt }) {
            entries[oldest.key] = nil
        }
        entries[text] = Entry(statement: statement, usedAt: clock)
        return statement
    }

    /// Whether the statement for `text` is prepared.
    func has(_ text: String) -> Bool { entries[text] != nil }

    /// Forgets the statement for `text`.
    mutating func remove(_ text: String) { entries[text] = nil }
}
