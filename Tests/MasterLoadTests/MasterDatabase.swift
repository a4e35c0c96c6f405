import FoundationEssentials
import Glibc
import MariaDB
import MasterLoad
import Persistence
import Synchronization
import Threading

/// A database with the portal's schema for one test, on the server whose socket `TEST_DATABASE_SOCKET` names or on
/// another; dropped at the end.
final class MasterDatabase: Sendable {
    /// The server's administrator.
    let administrator: ConnectionOptions
    /// An account with the rights of who loads the master and no others.
    let loader: ConnectionOptions
    /// An account with the rights of the portal and no others.
    let portal: ConnectionOptions
    /// An account with every right on the tables.
    let migrator: ConnectionOptions
    /// An account with the rights of who seals the audit and no others.
    let auditor: ConnectionOptions
    let keeper: ConnectionOptions
    private static let serial = Atomic(0)
    // Not of nothing: ThreadSanitizer takes a place without a size for the one of the object.
    private static let grants = Monitor(false)

    struct NoServer: Error, CustomStringConvertible {
        let description =
            "TEST_DATABASE_SOCKET is not set: run script/test, which starts a MariaDB server for the tests"
    }

    /// The directory of the package.
    static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    init(on server: ConnectionOptions? = nil) throws {
        let socket = unsafe getenv("TEST_DATABASE_SOCKET").map { unsafe String(cString: $0) }
        guard let servers = server?.servers ?? socket.map({ Servers([.socket($0)]) }) else { throw NoServer() }
        let name = "master_test_\(getpid())_\(Self.serial.wrappingAdd(1, ordering: .relaxed).newValue)"
        var options = ConnectionOptions(
            servers: servers, user: "root", readTimeout: .seconds(60), writeTimeout: .seconds(60))
        var connection = try Connection(options)
        let (loaderUser, portalUser, auditorUser) = ("\(name)_loader", "\(name)_portal", "\(name)_auditor")
        let keeperUser = "\(name)_keeper"
        // GRANTs of two at a time wait for each other, and can fail.
        try Self.grants.withLock { _ in
            try connection.executeScript(
                """
                CREATE ROLE IF NOT EXISTS icegate_portal_role;
                CREATE ROLE IF NOT EXISTS icegate_loader_role;
                CREATE ROLE IF NOT EXISTS icegate_reader_role;
                CREATE ROLE IF NOT EXISTS icegate_auditor_role;
                CREATE ROLE IF NOT EXISTS icegate_keeper_role;
                CREATE OR REPLACE USER \(loaderUser)@localhost IDENTIFIED BY 'test', \(portalUser)@localhost IDENTIFIED BY 'test',
                    \(auditorUser)@localhost IDENTIFIED BY 'test', \(keeperUser)@localhost IDENTIFIED BY 'test';
                GRANT icegate_loader_role TO \(loaderUser)@localhost;
                SET DEFAULT ROLE icegate_loader_role FOR \(loaderUser)@localhost;
                GRANT icegate_portal_role TO \(portalUser)@localhost;
                SET DEFAULT ROLE icegate_portal_role FOR \(portalUser)@localhost;
                GRANT icegate_auditor_role TO \(auditorUser)@localhost;
                SET DEFAULT ROLE icegate_auditor_role FOR \(auditorUser)@localhost;
                GRANT icegate_keeper_role TO \(keeperUser)@localhost;
                SET DEFAULT ROLE icegate_keeper_role FOR \(keeperUser)@localhost;
                CREATE OR REPLACE USER \(name)_migrator@localhost IDENTIFIED BY 'test';
                GRANT ALL ON \(name).* TO \(name)_migrator@localhost;
                CREATE DATABASE \(name) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci; USE \(name)
                """)
            var migrator = try Migrator(directory: Self.root + "/sql/migrations", connection: &connection)
            _ = try migrator.apply(on: &connection) { _ in }
        }
        options.database = name
        administrator = options
        options.password = "test"
        options.user = loaderUser
        loader = options
        options.user = portalUser
        portal = options
        options.user = "\(name)_migrator"
        migrator = options
        options.user = auditorUser
        auditor = options
        options.user = keeperUser
        keeper = options
    }

    deinit {
        // What stays behind harms no other test; the server is thrown away with its directory.
        guard var connection = try? Connection(administrator) else { return }
        try? connection.executeScript(
            """
            DROP DATABASE \(administrator.database);
            DROP USER \(loader.user)@localhost, \(portal.user)@localhost, \(auditor.user)@localhost, \(keeper.user)@localhost,
                \(migrator.user)@localhost
            """)
    }

    @discardableResult
    func execute(_ sql: SQL) throws -> MariaDB.Outcome {
        var connection = try Connection(administrator)
        return try connection.execute(sql)
    }

    func script(_ text: String) throws {
        var connection = try Connection(administrator)
        try connection.executeScript(text)
    }

    func rows(_ sql: SQL) throws -> [Row] {
        var connection = try Connection(administrator)
        return try connection.rows(sql)
    }

    func value<T: SQLValueDecodable>(_ sql: SQL, as type: T.Type = T.self) throws -> T {
        guard let row = try rows(sql).first else { throw NoRow() }
        return try row.get(0)
    }

    struct NoRow: Error {}

    /// The master as it is, one line for each pair.
    func master() throws -> [String] {
        try rows(
            """
            SELECT CONCAT_WS('|', iec, gstin, legal_name, email, mobile, iec_status, gstin_status)
            FROM master_entries ORDER BY iec, gstin
            """
        ).map { try $0.get(0) }
    }

    /// Loads a text.
    func load(
        _ text: String, _ mode: LoadOptions.Mode = .full, maximumRemoved: Double = 100, maximumRejects: Int? = nil,
        rejects: String? = nil
    ) throws -> LoadOutcome {
        try load(bytes: Array(text.utf8), mode, maximumRemoved, maximumRejects, rejects)
    }

    func load(
        bytes: [UInt8], _ mode: LoadOptions.Mode = .full, _ maximumRemoved: Double = 100, _ maximumRejects: Int? = nil,
        _ rejects: String? = nil
    ) throws -> LoadOutcome {
        let file = try MasterFile(ByteSource(bytes: bytes), statuses: try MasterLoader.statuses(of: loader))
        return try MasterLoader(
            database: loader,
            options: LoadOptions(
                mode: mode, fileName: "test.csv", operatorName: "tester", maximumRejects: maximumRejects,
                maximumRemoved: maximumRemoved),
            rejects: RejectsFile(path: rejects)
        ).load(file)
    }

    /// What a check says, and what it would touch.
    func check(_ text: String, _ mode: LoadOptions.Mode = .full) throws -> (LoadOutcome, [MasterLoader.Touched]) {
        let file = try MasterFile(
            ByteSource(bytes: Array(text.utf8)), statuses: try MasterLoader.statuses(of: loader))
        var touched: [MasterLoader.Touched] = []
        let outcome = try MasterLoader(
            database: loader, options: LoadOptions(mode: mode, fileName: "test.csv"), rejects: RejectsFile(path: nil)
        ).check(file) { touched.append($0) }
        return (outcome, touched)
    }

    func rollback(_ load: Int64, isForced: Bool = false) throws -> LoadOutcome {
        try MasterRollback(database: loader, operatorName: "tester").run(load, isForced: isForced)
    }
}

/// Rows for the tests, with PANs that are never issued.
enum Rows {
    static let header = "iec,gstin,legal_name,email,mobile,iec_status,gstin_status\n"

    /// A good row, whose number makes its pair; the first numbers sort first.
    static func row(_ number: Int, _ changes: [String: String] = [:]) -> String {
        let iec = "00" + String(String(100_000_000 + number).dropFirst())
        return [
            ("iec", iec), ("gstin", gstin(number)), ("legal_name", "Sample \(number) Traders"),
            ("email", "contact\(number)@example.com"), ("mobile", String(6_000_000_000 + number)),
            ("iec_status", "valid"), ("gstin_status", "ACT"),
        ].map { changes[$0] ?? $1 }.joined(separator: ",") + "\n"
    }

    static func text(_ numbers: some Sequence<Int>, _ changes: [String: String] = [:]) -> String {
        header + numbers.map { row($0, changes) }.joined()
    }

    static func iec(_ number: Int) -> String { "00" + String(String(100_000_000 + number).dropFirst()) }

    static func gstin(_ number: Int) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        var rest = number
        var pan = ""
        for _ in 0..<5 {
            pan = String(letters[rest % 26]) + pan
            rest /= 26
        }
        let body = "27\(pan)0000A1Z"
        let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        var sum = 0
        for (index, character) in body.enumerated() {
            let product = (alphabet.firstIndex(of: character) ?? 0) * (1 + index % 2)
            sum += product / 36 + product % 36
        }
        return body + String(alphabet[(36 - sum % 36) % 36])
    }
}
