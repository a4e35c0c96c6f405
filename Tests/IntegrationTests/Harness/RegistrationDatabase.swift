import FoundationEssentials
import Glibc
import MariaDB
import Persistence
import Threading

/// A database with the portal's schema that one test has for itself, on the server whose socket
/// `TEST_DATABASE_SOCKET` names.
///
/// Migrating takes a second, emptying tables some ten milliseconds: a database that a test has done with is emptied
/// and handed to the next one.
final class RegistrationDatabase: Sendable {
    /// An account with the rights of the portal and no others.
    let portalOptions: ConnectionOptions
    /// An account with the rights of who loads the master and no others.
    let loaderOptions: ConnectionOptions
    /// An account with the rights of who seals the audit and no others.
    let auditorOptions: ConnectionOptions
    let keeperOptions: ConnectionOptions
    /// An account with every right on the tables.
    let migratorOptions: ConnectionOptions
    private let name: String
    private let administration: Pool
    private let emptying: String
    private let timeColumns: [(table: String, columns: [String])]

    struct NoServer: Error, CustomStringConvertible {
        let description =
            "TEST_DATABASE_SOCKET is not set: run script/test, which starts a MariaDB server for the tests"
    }

    /// Runs `body` with a database that holds nothing but the schema.
    static func lent<T>(_ body: (RegistrationDatabase) throws -> T) throws -> T {
        // A database is made under the lock: GRANTs of two at a time wait for each other anyway.
        let database = try shelf.withLock { shelf in
            if let database = shelf.idle.popLast() { return database }
            let database = try RegistrationDatabase(number: shelf.made)
            shelf.made += 1
            return database
        }
        let result = Result { try body(database) }
        try database.script(database.emptying)
        shelf.withLock { $0.idle.append(database) }
        return try result.get()
    }

    /// A connection with the rights of the portal, and one with those of who seals the audit.
    var portalPool: Pool { Pool(portalOptions, size: 4, waitLimit: .seconds(5)) }
    var auditorPool: Pool { Pool(auditorOptions, size: 1, waitLimit: .seconds(5)) }

    /// Runs one statement as the server's administrator.
    @discardableResult
    func execute(_ sql: SQL) throws(DatabaseError) -> Outcome {
        try administration.withConnection { (connection) throws(DatabaseError) in try connection.execute(sql) }
    }

    /// Reads rows as the server's administrator.
    func rows(_ sql: SQL) throws(DatabaseError) -> [Row] {
        try administration.withConnection { (connection) throws(DatabaseError) in try connection.rows(sql) }
    }

    /// The first column of the first row.
    func value<T: SQLValueDecodable>(_ sql: SQL, as type: T.Type = T.self) throws -> T {
        let row = try administration.withConnection { (connection) throws(DatabaseError) in try connection.first(sql) }
        guard let row else { throw NoRow() }
        return try row.get(0)
    }

    struct NoRow: Error {}

    /// Runs statements as the server's administrator.
    func script(_ text: String) throws(DatabaseError) {
        try administration.withConnection { (connection) throws(DatabaseError) in try connection.executeScript(text) }
    }

    /// Moves every time in every table into the past, as if the server's clock had gone on.
    func pass(_ time: Duration) throws {
        for (table, columns) in timeColumns {
            let assignments = columns.map { "\($0) = \($0) - INTERVAL \(time.components.seconds) SECOND" }
            try script("UPDATE \(table) SET \(assignments.joined(separator: ", "))")
        }
    }

    /// How many rows each table has.
    func rowCounts() throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for row in try rows("SELECT name, number FROM row_counts") { counts[try row.get(0)] = try row.get(1) }
        return counts
    }

    /// Everything that every table holds, each row as text; binary columns in hexadecimal as well.
    func dump() throws -> [String] {
        try rows("SELECT name, content FROM table_text").map {
            try "\($0.get(0, as: String.self)): \($0.get(1, as: String.self))"
        }
    }

    /// What sql/invariants.sql finds.
    func brokenInvariants() throws -> [String] {
        try rows("SELECT invariant, detail FROM broken_invariants").map {
            try "\($0.get(0, as: String.self)): \($0.get(1, as: String.self))"
        }
    }

    /// The name of the account that serves the portal: a test takes a right away from it or asks the logs for it.
    static var portalUser: String { "icegate_test_portal_\(getpid())" }
    private static var loaderUser: String { "icegate_test_loader_\(getpid())" }
    /// The name of the account that seals the audit.
    static var auditorUser: String { "icegate_test_auditor_\(getpid())" }
    /// The name of the account of upkeep.
    static var keeperUser: String { "icegate_test_keeper_\(getpid())" }
    private static var roles: String {
        """
        CREATE ROLE IF NOT EXISTS icegate_portal_role;
        CREATE ROLE IF NOT EXISTS icegate_loader_role;
        CREATE ROLE IF NOT EXISTS icegate_reader_role;
        CREATE ROLE IF NOT EXISTS icegate_auditor_role;
        CREATE ROLE IF NOT EXISTS icegate_keeper_role;
        CREATE OR REPLACE USER \(portalUser)@localhost, \(loaderUser)@localhost, \(auditorUser)@localhost,
            \(keeperUser)@localhost;
        GRANT icegate_portal_role TO \(portalUser)@localhost;
        GRANT icegate_loader_role TO \(loaderUser)@localhost;
        SET DEFAULT ROLE icegate_portal_role FOR \(portalUser)@localhost;
        SET DEFAULT ROLE icegate_loader_role FOR \(loaderUser)@localhost;
        GRANT icegate_auditor_role TO \(auditorUser)@localhost;
        SET DEFAULT ROLE icegate_auditor_role FOR \(auditorUser)@localhost;
        GRANT icegate_keeper_role TO \(keeperUser)@localhost;
        SET DEFAULT ROLE icegate_keeper_role FOR \(keeperUser)@localhost;
        """
    }

    private struct Shelf {
        var idle: [RegistrationDatabase] = []
        var made = 0
    }

    private static let shelf = Monitor(Shelf())

    /// The directory of the package.
    static let root = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")

    private static func socketPath() throws -> String {
        guard let path = unsafe getenv("TEST_DATABASE_SOCKET") else { throw NoServer() }
        return unsafe String(cString: path)
    }

    private init(number: Int) throws {
        let root = ConnectionOptions(servers: Servers([.socket(try Self.socketPath())]), user: "root")
        var connection = try Connection(root)
        if number == 0 {
            try connection.executeScript(Self.roles)
            atexit {
                // What fails here leaves a database on a server that is thrown away with its directory.
                for database in RegistrationDatabase.shelf.withLock({ $0.idle }) {
                    try? database.script("DROP DATABASE \(database.name)")
                }
                _ = try? RegistrationDatabase.shelf.withLock { $0.idle.first }?.script(
                    """
                    DROP USER \(RegistrationDatabase.portalUser)@localhost, \(RegistrationDatabase.loaderUser)@localhost,
                        \(RegistrationDatabase.auditorUser)@localhost, \(RegistrationDatabase.keeperUser)@localhost
                    """
                )
            }
        }
        name = "icegate_test_\(getpid())_\(number)"
        try connection.executeScript(
            "CREATE DATABASE \(name) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci; USE \(name)")
        var migrator = try Migrator(directory: Self.root + "/sql/migrations", connection: &connection)
        _ = try migrator.apply(on: &connection) { _ in }

        var tables: [(name: String, columns: [(name: String, type: String)])] = []
        let columns = try connection.rows(
            """
            SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c
            JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
            WHERE c.table_schema = \(name) AND t.table_type = 'BASE TABLE'
            ORDER BY c.table_name, c.ordinal_position
            """)
        for row in columns {
            let table = try row.get(0, as: String.self)
            if tables.last?.name != table { tables.append((table, [])) }
            try tables[tables.count - 1].columns.append((row.get(1), row.get(2)))
        }
        let fixed: Set = ["schema_migrations", "iec_statuses", "gstin_statuses"]
        emptying =
            "SET foreign_key_checks = 0;"
            + tables.filter { !fixed.contains($0.name) }.map { "DELETE FROM \($0.name);" }.joined()
            + "SET foreign_key_checks = 1"
        timeColumns = tables.map { table in
            (table.name, table.columns.filter { $0.type == "datetime" }.map(\.name))
        }.filter { !$0.1.isEmpty && $0.0 != "schema_migrations" }
        try connection.executeScript(Self.views(over: tables))

        var options = root
        options.database = name
        administration = Pool(options, size: 8, waitLimit: .seconds(10))
        migratorOptions = options
        options.user = Self.portalUser
        portalOptions = options
        options.user = Self.loaderUser
        loaderOptions = options
        options.user = Self.auditorUser
        auditorOptions = options
        options.user = Self.keeperUser
        keeperOptions = options
    }

    /// Views over every table, since statements made of text give no rows.
    private static func views(over tables: [(name: String, columns: [(name: String, type: String)])]) throws -> String {
        let counts = tables.map { "SELECT '\($0.name)' AS name, COUNT(*) AS number FROM \($0.name)" }
        let texts = tables.map { table in
            let columns = table.columns.map { column in
                // As ASCII, where random bytes become question marks: some that MariaDB takes for UTF-8 are none.
                column.type == "binary"
                    ? "HEX(\(column.name)), CONVERT(CONVERT(\(column.name) USING ascii) USING utf8mb4)"
                    : "CONVERT(\(column.name) USING utf8mb4)"
            }
            return
                "SELECT '\(table.name)' AS name, CONCAT_WS('|', \(columns.joined(separator: ", "))) AS content FROM \(table.name)"
        }
        let invariants = try String(contentsOfFile: root + "/sql/invariants.sql", encoding: .utf8)
        return """
            CREATE VIEW row_counts AS \(counts.joined(separator: " UNION ALL "));
            CREATE VIEW table_text AS \(texts.joined(separator: " UNION ALL "));
            CREATE VIEW broken_invariants AS
            \(invariants)
            """
    }
}
