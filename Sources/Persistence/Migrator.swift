import FoundationEssentials
public import MariaDB
public import Registration
import Sodium

/// Brings a database to the schema of a directory of migrations, `0001_name.sql`, `0002_name.sql`, …
///
/// Each is applied once, in the order of its number, and recorded with the SHA-256 of its text in `schema_migrations`. A file
/// that was changed after it was applied is refused: what a database is must be what its files say. MariaDB commits with
/// every CREATE and GRANT, so a migration that fails half-way is mended by hand before the next try.
public struct Migrator {
    /// A migration's file.
    public struct Migration: Sendable {
        /// 1, 2, 3, … without gaps.
        public let number: Int
        /// The file's name.
        public let name: String
        /// Whether the database has it.
        public var isApplied: Bool
        let text: String

        var digest: [UInt8] { Digest.sha256(Array(text.utf8)) }

        /// The oldest schema whose programs still work on this one, where it says so.
        var serves: Int? {
            let mark = "-- serves: "
            return text.split(separator: "\n").first { $0.hasPrefix(mark) }.flatMap { Int($0.dropFirst(mark.count)) }
        }
    }

    /// Every migration of the directory, in order.
    public private(set) var migrations: [Migration]

    /// Reads the directory and what the database has of it.
    public init(directory: String, connection: inout Connection) throws(MigrationError) {
        migrations = try Self.read(directory)
        do {
            try connection.execute(
                """
                CREATE TABLE IF NOT EXISTS schema_migrations (
                    number     INT UNSIGNED NOT NULL,
                    name       VARCHAR(200) NOT NULL,
                    sha256     BINARY(32) NOT NULL,
                    applied_at DATETIME(6) NOT NULL,
                    serves     INT UNSIGNED NULL,
                    PRIMARY KEY (number)
                ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci
                """)
            for row in try connection.rows("SELECT number, name, sha256 FROM schema_migrations ORDER BY number") {
                let number = try row.get(0, as: Int.self)
                let name = try row.get(1, as: String.self)
                guard let index = migrations.firstIndex(where: { $0.number == number }) else {
                    throw MigrationError("The database has migration \(name), which these files lack: it is newer.")
                }
                guard try migrations[index].digest == row.get(2, as: [UInt8].self) else {
                    throw MigrationError("\(name) was changed after it was applied. Put the applied text back.")
                }
                migrations[index].isApplied = true
            }
        } catch let error as DatabaseError {
            throw MigrationError(error)
        } catch let error as MigrationError {
            throw error
        } catch {
            throw MigrationError("\(error)")
        }
    }

    /// Applies what is missing.
    ///
    /// - Parameters:
    ///   - operatorName: who does that, for the audit; `nil` notes nothing there.
    ///   - onApply: called after each.
    /// - Returns: how many were applied.
    public mutating func apply(
        by operatorName: OperatorName? = nil, on connection: inout Connection, onApply: (Migration) -> Void
    ) throws(MigrationError) -> Int {
        guard migrations.contains(where: { !$0.isApplied }) else { return 0 }
        do throws(DatabaseError) {
            // The table may be of a time before this column.
            try connection.execute("ALTER TABLE schema_migrations ADD COLUMN IF NOT EXISTS serves INT UNSIGNED NULL")
        } catch {
            throw MigrationError(error)
        }
        var count = 0
        var unnoted: [Migration] = []
        for index in migrations.indices where !migrations[index].isApplied {
            let migration = migrations[index]
            do throws(DatabaseError) {
                try connection.executeScript(migration.text)
                try connection.execute(
                    """
                    INSERT INTO schema_migrations (number, name, sha256, applied_at, serves)
                    VALUES (\(migration.number), \(migration.name), \(migration.digest), UTC_TIMESTAMP(6),
                        \(migration.serves))
                    """)
                unnoted.append(migration)
                // Before it the audit has no place for who did it.
                if migration.number >= Self.firstNoting {
                    try Self.note(&unnoted, by: operatorName, on: &connection)
                }
            } catch {
                throw MigrationError(error, in: migration.name)
            }
            migrations[index].isApplied = true
            count += 1
            onApply(migrations[index])
        }
        return count
    }

    /// 0009 gave the audit the columns for who did what with a command.
    private static let firstNoting = 9

    private static func note(
        _ migrations: inout [Migration], by operatorName: OperatorName?, on connection: inout Connection
    ) throws(DatabaseError) {
        if let operatorName {
            for migration in migrations {
                try AuditLog.add(
                    .migration, "applied", client: Client(operatorName), subject: OperatorName(migration.name).text,
                    on: &connection)
            }
        }
        migrations = []
    }

    private static func read(_ directory: String) throws(MigrationError) -> [Migration] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".sql") }
        } catch {
            throw MigrationError("The directory of migrations \(directory) cannot be read: set MIGRATIONS_DIRECTORY.")
        }
        var migrations: [Migration] = []
        for (index, name) in names.sorted().enumerated() {
            guard name.utf8.dropFirst(4).first == UInt8(ascii: "_"), Int(name.prefix(4)) == index + 1 else {
                throw MigrationError("\(name) is out of order: migrations are numbered 0001, 0002, … without gaps.")
            }
            guard let data = FileManager.default.contents(atPath: directory + "/" + name),
                let text = String(validating: data, as: UTF8.self)
            else { throw MigrationError("\(name) cannot be read as UTF-8.") }
            migrations.append(Migration(number: index + 1, name: name, isApplied: false, text: text))
        }
        return migrations
    }
}

/// Why a database could not be brought to the schema.
public struct MigrationError: Error, CustomStringConvertible {
    /// What is wrong, and what to do.
    public let description: String
    /// Whether the database did not answer.
    public let isUnavailable: Bool

    init(_ description: String) {
        self.description = description
        isUnavailable = false
    }

    init(_ error: DatabaseError, in name: String? = nil) {
        description = (name.map { "\($0): " } ?? "") + error.description
        isUnavailable = error.isUnavailable
    }
}
