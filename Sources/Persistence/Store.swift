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

    /// Raised whenever a message was put into the outbox by this process.
    public let outboxSignal = OutboxSignal()

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

    /// Runs reads that need no transaction.
    func read<T>(_ body: (inout Connection) throws(DatabaseError) -> T) throws(StoreError) -> T {
        do {
            return try pool.withConnection(body)
        } catch {
            throw StoreError(error)
        }
    }

    /// Runs a transaction, again as a whole when MariaDB asks for it.
    ///
    /// - Parameter sendsMessages: whether it may put messages into the outbox: couriers are woken after it.
    func transaction<T>(
        sendsMessages: Bool = false, _ body: (inout Connection) throws(DatabaseError) -> TransactionEnd<T>
    ) throws(StoreError) -> T {
        do {
            let result = try pool.transaction(body)
            if sendsMessages { outboxSignal.raise() }
            return result
        } catch {
            throw StoreError(error)
        }
    }

    /// Whether the database answers.
    public func isReachable() -> Bool {
        (try? read { (connection) throws(DatabaseError) in try connection.first("SELECT 1") }) != nil
    }
}

/// Why a unit of work was not done.
public struct StoreError: Error, CustomStringConvertible {
    /// Whether the database is away or too busy, so that trying again shortly is the right advice.
    public let isUnavailable: Bool
    /// The cause for the log; holds no bound value.
    public let description: String

    init(_ error: DatabaseError) {
        isUnavailable = error.isUnavailable
        description = error.description
    }
}

/// Who asks: for the audit.
public struct Client: Sendable {
    /// The address as nginx saw it.
    public let address: String
    /// nginx's number of the request; empty outside a request.
    public let requestID: String
    /// The language in which messages are to be written.
    public let language: MessageLanguage

    /// Makes a client.
    public init(address: String, requestID: String, language: MessageLanguage) {
        self.address = address
        self.requestID = requestID
        self.language = language
    }
}

/// A language in which the portal writes.
public enum MessageLanguage: String, Sendable, CaseIterable {
    case english = "en"
    case hindi = "hi"
}
