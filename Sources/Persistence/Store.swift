public import MariaDB
public import Registration
public import Sodium

/// The domain's records in MariaDB: what the portal, the courier and the tools may do with them.
///
/// Every method is one unit of work: it is done whole or not at all, and may be called from any thread. Times are those
/// of the database's clock. Files in `Records` hold the statements of one table each; files in `Steps` hold the units
/// of work, each named after what a registrant does.
public final class Store: Sendable {
    let pool: Pool
    let keys: KeyRing
    let limits: RegistrationLimits
    let random: RandomBytes

    let outbox = Outbox()

    /// Raised whenever a message, or the wish for one, was put into the outbox by this process.
    public var outboxSignals: OutboxSignals { outbox.signals }

    /// Makes a store.
    ///
    /// - Parameters:
    ///   - pool: connections to a database whose migrations have been applied.
    ///   - keys: what secrets are derived from.
    ///   - limits: life-times and caps.
    ///   - random: draws nonces and session identifiers.
    public init(pool: Pool, keys: KeyRing, limits: RegistrationLimits, random: RandomBytes = .system) {
        self.pool = pool
        self.keys = keys
        self.limits = limits
        self.random = random
    }

    /// Looks for servers of the database that were found away; see `Pool`. To be called by nobody who is waited for.
    public func lookForServers() { pool.lookForServers() }

    /// Runs statements each of which stands for itself.
    func perform<T>(_ body: (inout Connection) throws(DatabaseError) -> T) throws(StoreError) -> T {
        try pool.perform(body)
    }

    /// Runs a transaction, again as a whole when MariaDB asks for it.
    func transaction<T>(
        _ body: (inout Connection) throws(DatabaseError) -> TransactionEnd<T>
    ) throws(StoreError) -> T {
        try pool.commit(body)
    }

    /// Whether the database answers.
    public func isReachable() -> Bool {
        // Why it does not answer is for the next request that needs it to log.
        (try? perform { (connection) throws(DatabaseError) in try connection.first("SELECT 1") }) != nil
    }
}
