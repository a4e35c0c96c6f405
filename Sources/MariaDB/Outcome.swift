/// What a statement did.
public struct Outcome: Sendable, Equatable {
    /// How many rows were inserted, deleted or, by UPDATE, changed: a row set to what it held already does not count.
    public let affectedRows: Int
    /// The first AUTO_INCREMENT value that the statement made, or what it gave to `LAST_INSERT_ID(n)`; 0 without either.
    public let insertID: UInt64

    /// Makes an outcome, as a test does that needs one.
    public init(affectedRows: Int, insertID: UInt64) {
        self.affectedRows = affectedRows
        self.insertID = insertID
    }
}

/// How the body of a transaction wants it to end, and what it answers.
public enum TransactionEnd<T> {
    /// Keep what was written.
    case commit(T)
    /// Undo what was written.
    case rollback(T)
}

extension TransactionEnd: Sendable where T: Sendable {}
