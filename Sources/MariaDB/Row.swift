/// One row of a result.
public struct Row: Sendable, Equatable {
    /// The values, in the order of the statement's columns.
    public let values: [Value]

    /// Makes a row, as a test does that needs one.
    public init(_ values: [Value]) { self.values = values }

    /// Reads one column.
    ///
    /// - Parameters:
    ///   - column: the place of the column in the statement, from 0.
    ///   - type: what to read; an `Optional` where the column may be NULL.
    /// - Throws: `DatabaseError.unreadableValue` when there is no such column, or its value is not of the type.
    @inlinable
    public func get<T: SQLValueDecodable>(_ column: Int, as type: T.Type = T.self) throws(DatabaseError) -> T {
        guard values.indices.contains(column) else {
            throw unreadable("07009", "no column \(column) of \(values.count)")
        }
        guard let value = T.decode(values[column]) else {
            throw unreadable("07006", "column \(column) is no \(T.self)")
        }
        return value
    }

    @usableFromInline
    func unreadable(_ sqlState: String, _ reason: String) -> DatabaseError {
        DatabaseError(code: DatabaseError.unreadableValue, sqlState: sqlState, reason: reason)
    }
}
