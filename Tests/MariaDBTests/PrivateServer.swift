import Glibc
import MariaDB

/// A server that tests may stop, freeze and misconfigure, one test at a time; thrown away when the process ends.
struct PrivateServer: Sendable {
    private let directory: String
    let options: ConnectionOptions
    private static let shared = PrivateServer()

    struct Failed: Error {
        let command: String
    }

    /// The server, started anew: with the settings of its command line, whatever the test before set.
    static func restarted() throws -> PrivateServer {
        try shared.stop()
        try shared.start()
        return shared
    }

    private init() {
        // In /tmp, since the name of a socket has room for 107 bytes.
        directory = "/tmp/icegate-mariadb-test-\(getpid())"
        options = ConnectionOptions(
            servers: Servers([.socket(directory + "/mariadb.sock")]), user: "root", connectTimeout: .seconds(1),
            readTimeout: .seconds(1), writeTimeout: .seconds(1))
        atexit {
            let directory = PrivateServer.shared.directory
            // What fails here leaves a directory in /tmp and fails no test.
            try? PrivateServer.shared.run("mariadb_stop \(directory); rm -rf \(directory)")
        }
    }

    func start() throws { try run("mariadb_start \(directory)") }

    func stop() throws { try run("mariadb_stop \(directory)") }

    /// Keeps the server from running while `body` does.
    func frozen<T>(_ body: () throws -> T) throws -> T {
        // A signal to stop takes a moment until every thread has it.
        try run(
            "p=$(cat \(directory)/mariadb.pid); kill -STOP $p; until grep -q ^State:.T /proc/$p/status; do sleep 0.01; done; sleep 0.1"
        )
        let result = Result { try body() }
        try run("kill -CONT $(cat \(directory)/mariadb.pid)")
        return try result.get()
    }

    private func run(_ command: String) throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        // Single quotes: dollar signs are for bash, not for the sh of system(3).
        let script = ". \"/\(root)/script/lib/mariadb.sh\"; \(command)"
        guard unsafe system("bash -c '\(script)'") == 0 else { throw Failed(command: command) }
    }
}
