import MariaDB
import Registration

extension Row {
    /// A column as a value of the domain: what the store holds was valid when it was written.
    ///
    /// - Throws: ``DatabaseError/unreadableValue`` when the domain refuses it.
    func value<T>(_ column: Int, _ make: (String) throws(InvalidValue) -> T) throws(DatabaseError) -> T {
        guard let value = try optionalValue(column, make) else {
            throw DatabaseError(
                code: DatabaseError.unreadableValue, sqlState: "HY000", reason: "column \(column) is null")
        }
        return value
    }

    /// The same for a column that may be null.
    func optionalValue<T>(_ column: Int, _ make: (String) throws(InvalidValue) -> T) throws(DatabaseError) -> T? {
        guard let text = try get(column, as: String?.self) else { return nil }
        do {
            return try make(text)
        } catch {
            throw DatabaseError(
                code: DatabaseError.unreadableValue, sqlState: "HY000", reason: "column \(column) is no \(T.self)")
        }
    }
}
