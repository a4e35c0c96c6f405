import CMariaDB

/// A connection to the server.
public struct Connection: ~Copyable, @unchecked Sendable {
    private let options: ConnectionOptions
    private static let pending = DatabaseError(code: 2006, sqlState: "08S01")

    public init(_ options: ConnectionOptions) throws(DatabaseError) { self.options = options }

    @discardableResult
    public mutating func execute(_ sql: SQL) throws(DatabaseError) -> Outcome { throw Self.pending }
    public mutating func rows(_ sql: SQL) throws(DatabaseError) -> [Row] { throw Self.pending }
    public mutating func first(_ sql: SQL) throws(DatabaseError) -> Row? { throw Self.pending }
    public mutating func forEachRow(
        _ sql: SQL, _ body: (Row) throws(DatabaseError) -> Void
    ) throws(DatabaseError) { throw Self.pending }
    public mutating func executeScript(_ text: String) throws(DatabaseError) { throw Self.pending }
    @discardableResult
    public mutating func executeMany(_ sql: String, rows: [[Value]]) throws(DatabaseError) -> Outcome {
        throw Self.pending
    }
    public mutating func transaction<T>(
        _ body: (inout Connection) throws(DatabaseError) -> TransactionEnd<T>
    ) throws(DatabaseError) -> T { throw Self.pending }
}
