import MariaDB

/// What the stores of this module do with a pool, whoever's account it is of.
extension Pool {
    /// Runs statements each of which stands for itself.
    func perform<T>(_ body: (inout Connection) throws(DatabaseError) -> T) throws(StoreError) -> T {
        do {
            return try withConnection(body)
        } catch {
            throw StoreError(error)
        }
    }

    /// Runs a transaction, again as a whole when MariaDB asks for it.
    func commit<T>(
        _ body: (inout Connection) throws(DatabaseError) -> TransactionEnd<T>
    ) throws(StoreError) -> T {
        do {
            return try transaction(body)
        } catch {
            throw StoreError(error)
        }
    }
}
