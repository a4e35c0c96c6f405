public import MariaDB

/// Which account of MariaDB a program works with: each is granted only what its work needs (sql/roles.sql).
public enum DatabaseRole: String, Sendable, CaseIterable {
    /// Serves pages and delivers messages.
    case portal = "DATABASE"
    /// Creates and changes tables: `icegatectl migrate`.
    case migrator = "CTL_MIGRATOR"
    /// Loads the master and issues temporary passwords: `icegatectl master` and `password`.
    case loader = "CTL_LOADER"
    /// Reads what holds no secret: reports for the help desk.
    case reader = "CTL_READER"
    /// Reads the audit and seals it: `icegatectl audit`.
    case auditor = "CTL_AUDITOR"
    /// Takes away what was kept long enough, and does what the help desk asks: `icegatectl cleanup`, `account`, `registration`,
    /// `person` and `restored`.
    case keeper = "CTL_KEEPER"

    var userKey: ConfigurationKey {
        ConfigurationKey("\(rawValue)_USER", .text, "Account of MariaDB \(purpose).")
    }

    var passwordKey: ConfigurationKey {
        ConfigurationKey("\(rawValue)_PASSWORD", .secret, "Password of \(rawValue)_USER; or \(rawValue)_PASSWORD_FILE.")
    }

    var passwordFileKey: ConfigurationKey {
        ConfigurationKey(
            "\(rawValue)_PASSWORD_FILE", .path,
            "File that holds the password of \(rawValue)_USER and nothing else, readable by its owner alone.")
    }

    private var purpose: String {
        switch self {
        case .portal: "that serves the portal"
        case .migrator: "for icegatectl migrate, admin and audit prune"
        case .loader: "for icegatectl master and password"
        case .reader: "for icegatectl feedback"
        case .auditor: "for icegatectl audit and keys"
        case .keeper: "for icegatectl cleanup, account, registration, person and restored"
        }
    }
}

/// How to reach MariaDB, and as whom.
public struct DatabaseSettings: Sendable {
    /// The server, or the nodes of a cluster; none where the configuration is wrong.
    public var servers: [ServerAddress]
    /// Name of the database.
    public var name: String
    /// Account.
    public var user: String
    /// Password of the account.
    public var password: Secret
    /// Longest time for a connection to come, for an answer, for sending a statement.
    public var connectTimeout, readTimeout, writeTimeout: Duration
}
