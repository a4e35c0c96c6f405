import Glibc
import MariaDB

/// A server for one test alone, which may stop, freeze and misconfigure it; thrown away at the end.
struct PrivateServer: ~Copyable {
    private let directory: String
    let options: ConnectionOptions

    struct Failed: Error {
        let command: String
    }

    init() throws {
        // In /tmp, since the name of a socket has room for 107 bytes.
        directory = "/tmp/icegate-mariadb-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        options = ConnectionOptions(
            socketPath: directory + "/mariadb.sock", user: "root", connectTimeout: .seconds(1),
            readTimeout: .seconds(1), writeTimeout: .seconds(1))
        try start()
    }

    deinit {
        // What fails here leaves a directory in /tmp and fails no test.
        try? signal(SIGCONT)
        try? run("mariadb_stop \(directory); rm -rf \(directory)")
    }

    func start() throws { try run("mariadb_start \(directory)") }

    func stop() throws { try run("mariadb_stop \(directory)") }

    func signal(_ number: Int32) throws { try run("kill -\(number) $(cat \(directory)/mariadb.pid)") }

    private func run(_ command: String) throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        // Single quotes: the dollar signs are for bash, not for the sh of system(3). No command here has one.
        let script = ". \"/\(root)/script/lib/mariadb.sh\"; \(command)"
        guard unsafe system("bash -c '\(script)'") == 0 else { throw Failed(command: command) }
    }
}
