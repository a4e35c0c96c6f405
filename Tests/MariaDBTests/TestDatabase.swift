import Glibc
import MariaDB
import Synchronization

/// A database of its own for one test, on the server whose socket `TEST_DATABASE_SOCKET` names; dropped at the end.
final class TestDatabase: Sendable {
    let options: ConnectionOptions
    private static let serial = Atomic(0)

    struct NoServer: Error, CustomStringConvertible {
        let description =
            "TEST_DATABASE_SOCKET is not set: run script/test, which starts a MariaDB server for the tests"
    }

    static func socketPath() throws -> String {
        guard let path = unsafe getenv("TEST_DATABASE_SOCKET") else { throw NoServer() }
        return unsafe String(cString: path)
    }

    init(_ change: (inout ConnectionOptions) -> Void = { _ in }) throws {
        let number = Self.serial.wrappingAdd(1, ordering: .relaxed).newValue
        let name = "mariadb_test_\(getpid())_\(number)"
        var options = ConnectionOptions(servers: Servers([.socket(try Self.socketPath())]), user: "root")
        var administration = try Connection(options)
        try administration.executeScript("CREATE DATABASE \(name)")
        options.database = name
        change(&options)
        self.options = options
    }

    deinit {
        // A database that stays behind harms no other test; the server is thrown away with its directory.
        var administrator = options
        administrator.database = ""
        if var administration = try? Connection(administrator) {
            try? administration.executeScript("DROP DATABASE IF EXISTS \(options.database)")
        }
    }

    func connection() throws(DatabaseError) -> Connection { try Connection(options) }
}

/// The error that `body` throws; `nil` when it throws none.
func failure(of body: () throws(DatabaseError) -> Void) -> DatabaseError? {
    do throws(DatabaseError) {
        try body()
        return nil
    } catch {
        return error
    }
}
