import CMariaDB
import Glibc

/// The owner of one `MYSQL`: connects, closes, and runs what has no prepared form.
///
/// Connector/C keeps nothing for a thread (`mysql_thread_init` and `mysql_thread_end` of 3.x are empty functions), so
/// that a handle may wander between threads as long as one at a time uses it.
/// Source: https://mariadb.com/kb/en/mariadb-connector-c-api-functions/
@safe struct Handle: ~Copyable {
    private let pointer: UnsafeMutablePointer<MYSQL>
    /// Where it is connected to.
    let server: ServerAddress

    /// `mysql_library_init`, once in the process's life. 0 is success.
    private static let library = mysql_server_init(0, nil, nil)

    /// Connects to the first server that can, and gives the session its settings.
    static func connected(_ options: ConnectionOptions) throws(DatabaseError) -> Handle {
        try options.servers.open(within: options.connectTimeout) { server throws(DatabaseError) in
            try connected(to: server, options)
        }
    }

    /// Connects to one of the servers.
    static func connected(
        to server: ServerAddress, _ options: ConnectionOptions
    ) throws(DatabaseError) -> Handle {
        let handle = try Handle(server)
        try handle.connect(options)
        // A node without its cluster lets everybody in, and does nothing for them (1047).
        if options.servers.areSeveral { try handle.query("DO 1") }
        return handle
    }

    private init(_ server: ServerAddress) throws(DatabaseError) {
        guard Self.library == 0, let pointer = unsafe mysql_init(nil) else {
            throw DatabaseError(code: 2008, sqlState: "HY001")
        }
        unsafe self.pointer = pointer
        self.server = server
    }

    private func connect(_ options: ConnectionOptions) throws(DatabaseError) {
        unsafe cmariadb_set_number(pointer, MYSQL_OPT_CONNECT_TIMEOUT, Self.seconds(options.connectTimeout))
        unsafe cmariadb_set_number(pointer, MYSQL_OPT_READ_TIMEOUT, Self.seconds(options.readTimeout))
        unsafe cmariadb_set_number(pointer, MYSQL_OPT_WRITE_TIMEOUT, Self.seconds(options.writeTimeout))
        // A server, or who pretends to be one, could ask the client for any file that it can read.
        unsafe cmariadb_set_number(pointer, MYSQL_OPT_LOCAL_INFILE, 0)
        // A connection that came back by itself would have lost its transaction and its session's settings.
        unsafe cmariadb_set_flag(pointer, MYSQL_OPT_RECONNECT, 0)
        unsafe cmariadb_set_flag(pointer, MYSQL_REPORT_DATA_TRUNCATION, 1)
        unsafe cmariadb_set_text(pointer, MYSQL_SET_CHARSET_NAME, "utf8mb4")
        var (host, port, path): (String?, UInt16, String?) = (nil, 0, nil)
        switch server {
        case .socket(let socket): path = socket
        case .network(let name, let number):
            (host, port) = (name, number)
            // Without this the name "localhost" means the socket.
            unsafe cmariadb_set_number(pointer, MYSQL_OPT_PROTOCOL, MYSQL_PROTOCOL_TCP.rawValue)
        }
        let connected = unsafe mysql_real_connect(
            pointer, host, options.user, options.password, options.database.isEmpty ? nil : options.database,
            UInt32(port), path, 0)
        guard unsafe connected != nil else {
            throw failure(statement: nil, reason: "connecting to \(server) as \(options.user)")
        }
        let lockWait = "SESSION innodb_lock_wait_timeout = \(Self.seconds(options.lockWaitTimeout))"
        // A read sees what was committed before it on any node: the next request of a visitor may come to another one.
        let clusterWait = options.servers.areSeveral ? ", SESSION wsrep_sync_wait = 1" : ""
        try query("\(Self.sessionSettings), \(lockWait)\(clusterWait)")
        try query("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
    }

    deinit { unsafe mysql_close(pointer) }

    /// What a session must not leave to the server's configuration.
    private static let sessionSettings = """
        SET NAMES utf8mb4, SESSION time_zone = '+00:00', SESSION autocommit = 1, SESSION idle_transaction_timeout = 600, \
        SESSION sql_mode = 'STRICT_ALL_TABLES,ONLY_FULL_GROUP_BY,NO_ZERO_DATE,NO_ZERO_IN_DATE,\
        ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'
        """

    /// A transaction is open, by the server's last answer.
    var isInTransaction: Bool { unsafe cmariadb_server_status(pointer) & UInt32(SERVER_STATUS_IN_TRANS) != 0 }

    /// Whether the idle connection still stands, without asking the server: when nothing is due, a readable socket
    /// means that the server has closed it or has said why it will.
    var isAlive: Bool {
        let socket = unsafe mysql_get_socket(pointer)
        guard socket >= 0 else { return false }
        var descriptor = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&descriptor, 1, 0) == 0
    }

    /// Runs one statement that has no values and no result.
    borrowing func query(_ text: String) throws(DatabaseError) {
        guard send(text) else { throw failure(statement: text) }
        discardResult()
    }

    /// Runs one query and leaves its rows at the server, to be fetched one by one.
    borrowing func useResult(of text: String) throws(DatabaseError) -> UnsafeMutablePointer<MYSQL_RES> {
        guard send(text), let result = unsafe mysql_use_result(pointer) else { throw failure(statement: text) }
        return unsafe result
    }

    /// Throws what the last fetch of a row ended with, unless it was the end of the rows.
    borrowing func checkFetch() throws(DatabaseError) {
        guard unsafe mysql_errno(pointer) == 0 else { throw failure(statement: nil) }
    }

    /// Prepares a statement.
    borrowing func prepare(_ text: String) throws(DatabaseError) -> Statement {
        unsafe try Statement(text, on: pointer)
    }

    /// Runs the statements of `text`, separated by `;`; several are allowed while this runs and no longer.
    borrowing func runScript(_ text: String) throws(DatabaseError) {
        guard unsafe mysql_set_server_option(pointer, MYSQL_OPTION_MULTI_STATEMENTS_ON) == 0 else {
            throw failure(statement: nil)
        }
        var failed: DatabaseError?
        var number = 1
        if send(text) {
            while failed == nil {
                discardResult()
                switch unsafe mysql_next_result(pointer) {
                case 0: number += 1
                case -1:
                    guard unsafe mysql_set_server_option(pointer, MYSQL_OPTION_MULTI_STATEMENTS_OFF) == 0 else {
                        throw failure(statement: nil)
                    }
                    return
                default: failed = failure(statement: nil, reason: "statement \(number + 1) of a script")
                }
            }
        } else {
            failed = failure(statement: nil, reason: "statement \(number) of a script")
        }
        let error = failed ?? DatabaseError(code: 2000, sqlState: "HY000")
        if !error.isConnectionLost, unsafe mysql_set_server_option(pointer, MYSQL_OPTION_MULTI_STATEMENTS_OFF) != 0 {
            throw failure(statement: nil)
        }
        throw error
    }

    private func send(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                unsafe mysql_real_query(pointer, characters.baseAddress, UInt(characters.count)) == 0
            }
        }
    }

    private func discardResult() {
        if let result = unsafe mysql_store_result(pointer) { unsafe mysql_free_result(result) }
    }

    private func failure(statement: String?, reason: String? = nil) -> DatabaseError {
        unsafe .read(
            code: mysql_errno(pointer), state: mysql_sqlstate(pointer), message: mysql_error(pointer),
            statement: statement, reason: reason)
    }

    private static func seconds(_ duration: Duration) -> UInt32 {
        let (seconds, attoseconds) = duration.components
        return UInt32(clamping: max(1, seconds + (attoseconds > 0 ? 1 : 0)))
    }
}
