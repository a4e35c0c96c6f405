/// Where the servers are, who connects, and how long anything may take.
///
/// Time-outs are rounded up to whole seconds, at least one: Connector/C knows no finer ones.
/// Source: https://mariadb.com/kb/en/mysql_optionsv/
public struct ConnectionOptions: Sendable {
    /// The server, or the nodes of a cluster; options that were copied share what was found out of them.
    public var servers: Servers
    /// The database account.
    public var user: String
    /// The account's password; it is in no description, debug description or mirror.
    public var password: String
    /// The database that unqualified table names mean; empty for none.
    public var database: String
    /// How long connecting to one server may take, the handshake included, and after how long no other is tried.
    /// Default: 2 s.
    public var connectTimeout: Duration
    /// How long the server may be silent when an answer is due. Default: 10 s.
    public var readTimeout: Duration
    /// How long the server may take nothing of what is sent. Default: 10 s.
    public var writeTimeout: Duration
    /// How long a statement waits for a row that another transaction holds, before error 1205. Default: 5 s.
    public var lockWaitTimeout: Duration

    /// Makes options; every parameter is the property of its name.
    public init(
        servers: Servers, user: String, password: String = "", database: String = "",
        connectTimeout: Duration = .seconds(2),
        readTimeout: Duration = .seconds(10), writeTimeout: Duration = .seconds(10),
        lockWaitTimeout: Duration = .seconds(5)
    ) {
        self.servers = servers
        self.user = user
        self.password = password
        self.database = database
        self.connectTimeout = connectTimeout
        self.readTimeout = readTimeout
        self.writeTimeout = writeTimeout
        self.lockWaitTimeout = lockWaitTimeout
    }
}

extension ConnectionOptions: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The addresses, the account and the database.
    public var description: String { "\(user)@\(servers)/\(database)" }

    public var debugDescription: String { description }

    /// What `dump` and string interpolation of containers look at: everything but the password.
    public var customMirror: Mirror {
        Mirror(self, children: ["servers": "\(servers)", "user": user, "database": database])
    }
}
