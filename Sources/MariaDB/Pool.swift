/// A bounded number of connections that threads share.
public final class Pool: Sendable {
    private let options: ConnectionOptions

    public init(_ options: ConnectionOptions, size: Int, waitLimit: Duration) { self.options = options }

    public func withConnection<T>(
        _ body: (inout Connection) throws(DatabaseError) -> T
    ) throws(DatabaseError) -> T {
        var connection = try Connection(options)
        return try body(&connection)
    }

    public func transaction<T>(
        _ body: (inout Connection) throws(DatabaseError) -> TransactionEnd<T>
    ) throws(DatabaseError) -> T {
        try withConnection { connection throws(DatabaseError) in try connection.transaction(body) }
    }
}
