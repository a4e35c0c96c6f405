import Threading

/// Where a server is.
public enum ServerAddress: Sendable, Hashable, CustomStringConvertible {
    /// The path of its Unix socket.
    case socket(String)
    /// Host name or address, and TCP port.
    case network(host: String, port: UInt16)

    public var description: String {
        switch self {
        case .socket(let path): path
        case .network(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }
}

/// The servers that hold one database, as one process sees them: a single one, or the nodes of a Galera cluster.
///
/// Connections go to the first of them that was not found away. One that is found away (gone, silent, or a node without its
/// cluster) is passed over until it is looked for again, and connections come back to it then. When all are away, each of
/// them is tried: the way back does not depend on whoever looks.
public final class Servers: Sendable, CustomStringConvertible {
    /// The addresses, the one that is wanted first at the front.
    public let addresses: [ServerAddress]
    private let away = Monitor<Set<ServerAddress>>([])

    /// Makes a list of servers.
    ///
    /// - Parameters:
    ///   - addresses: one or more.
    ///   - turn: of so many processes, each gives its own number, and they begin at different servers.
    public init(_ addresses: [ServerAddress], turn: Int = 0) {
        let start = addresses.isEmpty ? 0 : Int(UInt(bitPattern: turn) % UInt(addresses.count))
        self.addresses = Array(addresses[start...] + addresses[..<start])
    }

    public var description: String { addresses.map(\.description).joined(separator: ",") }

    /// Whether they are the nodes of a cluster: there is another server to turn to.
    public var areSeveral: Bool { addresses.count > 1 }

    /// Whether connections go to this server at the moment.
    func isInUse(_ server: ServerAddress) -> Bool {
        guard areSeveral else { return true }
        return away.withLock { away in addresses.first { !away.contains($0) } ?? server } == server
    }

    /// Notes that a server is of no use at the moment.
    func foundAway(_ server: ServerAddress) {
        if areSeveral { away.withLock { _ = $0.insert(server) } }
    }

    /// Opens something at the first server that can.
    ///
    /// - Parameter limit: no further server is tried once so much time has passed.
    func open<T: ~Copyable>(
        within limit: Duration, _ open: (ServerAddress) throws(DatabaseError) -> T
    ) throws(DatabaseError) -> T {
        let started = ContinuousClock.now
        let known = away.withLock(\.self)
        let order = addresses.filter { !known.contains($0) } + addresses.filter { known.contains($0) }
        var last = DatabaseError(code: 2002, sqlState: "HY000", reason: "there is no server to connect to")
        for server in order {
            do throws(DatabaseError) {
                let opened = try open(server)
                if known.contains(server) { away.withLock { _ = $0.remove(server) } }
                return opened
            } catch {
                guard error.isServerAway else { throw error }
                foundAway(server)
                last = error
                if started.duration(to: .now) >= limit { break }
            }
        }
        throw last
    }

    /// Looks for the servers that were found away.
    func lookAgain(_ open: (ServerAddress) throws(DatabaseError) -> Void) {
        for server in away.withLock(\.self) {
            do throws(DatabaseError) {
                try open(server)
                away.withLock { _ = $0.remove(server) }
            } catch {
                // It stays away.
                continue
            }
        }
    }
}
