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
    public func get<T: SQLValueDecodable>(_ column: Int, as type: T.Type = T.self) throws(DatabaseError) -> T {
        guard values.indices.contains(column) else {
            throw DatabaseError(
                code: DatabaseError.unreadableValue, sqlState: "07009", reason: "no column \(column) of \(values.count)"
            )
        }
        guard let value = T.decode(values[column]) else {
            throw DatabaseError(
                code: DatabaseError.unreadableValue, sqlState: "07006", reason: "column \(column) is no \(T.self)")
        }
        return value
    }
}
