import Threading

/// A bounded number of connections that threads share; each is opened when it is first needed.
///
/// A connection that broke is closed, not given to the next user. One that the server closed while it lay idle (restart,
/// `wait_timeout`, KILL) is noticed when it is taken and replaced, without a round trip.
public final class Pool: Sendable {
    private let options: ConnectionOptions
    private let waitLimit: Duration
    private let size: Int
    private let places: Monitor<[Place]>

    /// Where one connection may be; held by one thread or lying in the pool.
    private final class Place {
        var connection: Connection?
    }

    /// Makes a pool, and no connection yet.
    ///
    /// - Parameters:
    ///   - size: how many connections there are at most, 1 or more; one for each thread that serves requests lets none wait.
    ///   - waitLimit: how long a thread waits for a connection before it gets `DatabaseError.poolExhausted`.
    public init(_ options: ConnectionOptions, size: Int, waitLimit: Duration) {
        self.options = options
        self.waitLimit = waitLimit
        self.size = max(1, size)
        places = Monitor((0..<max(1, size)).map { _ in Place() })
    }

    /// Lends a connection to `body`.
    ///
    /// A transaction that `body` leaves open is rolled back.
    ///
    /// - Throws: what `body` throws; `DatabaseError.poolExhausted` when none was free in time; what connecting throws.
    public func withConnection<T>(
        _ body: (inout Connection) throws(DatabaseError) -> T
    ) throws(DatabaseError) -> T {
        Turns.passOn()
        guard let place = places.wait(atMost: waitLimit, for: { $0.popLast() }) else {
            throw DatabaseError(
                code: DatabaseError.poolExhausted, sqlState: "HYT00", reason: "no connection free within \(waitLimit)")
        }
        defer { giveBack(place) }
        var connection = try connection(of: place)
        do throws(DatabaseError) {
            let result = try body(&connection)
            if connection.isReusable() { place.connection = consume connection }
            return result
        } catch {
            if connection.isReusable() { place.connection = consume connection }
            throw error
        }
    }

    /// Lends a connection to a transaction, which is run again when the server gave it up; see `Connection.transaction`.
    public func transaction<T>(
        _ body: (inout Connection) throws(DatabaseError) -> TransactionEnd<T>
    ) throws(DatabaseError) -> T {
        try withConnection { connection throws(DatabaseError) in try connection.transaction(body) }
    }

    /// Looks for servers of the cluster that were found away, so that connections come back to them.
    ///
    /// To be called now and then, by nobody who is waited for: a server may take its time to be found still away.
    public func lookForServers() {
        options.servers.lookAgain { server throws(DatabaseError) in
            var connection = Connection(try Handle.connected(to: server, options), options)
            guard try connection.first("SELECT @@read_only")?.get(0, as: Int.self) == 0 else {
                throw DatabaseError(code: 1290, sqlState: "HY000", reason: "\(server) is read-only")
            }
        }
    }

    /// How many connections are lent at this moment, and how many there may be.
    public var usage: (inUse: Int, most: Int) { (size - places.withLock(\.count), size) }

    private func connection(of place: Place) throws(DatabaseError) -> Connection {
        if let idle = place.connection.take(), idle.isAlive { return idle }
        return try Connection(options)
    }

    private func giveBack(_ place: Place) {
        // The last is taken first: connections that stand before those that would have to be opened.
        places.withLock { places in
            if place.connection == nil { places.insert(place, at: 0) } else { places.append(place) }
        }
        places.notifyOne()
    }
}
