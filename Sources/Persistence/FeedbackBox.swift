public import MariaDB

/// What people told the portal of itself, read by the operator's tool: the portal's account of MariaDB can only write it.
public struct FeedbackBox {
    private let pool: Pool

    /// Makes a box on connections of an account that may read feedback.
    public init(pool: Pool) { self.pool = pool }

    /// The newest, newest first.
    ///
    /// - Parameter count: how many at most.
    public func newest(_ count: Int) throws(StoreError) -> [FeedbackRecord] {
        try pool.perform { (connection) throws(DatabaseError) in try Feedback.newest(count, on: &connection) }
    }
}
