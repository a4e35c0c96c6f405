public import MariaDB

/// Which schemas these programs work on.
///
/// A migration first adds what the next version wants and leaves what the one before uses ("expand"); what nobody uses any more
/// is taken away a version later ("contract"). So two versions work side by side, and one step back is possible. A migration says
/// in a comment `-- serves: N` that programs of schema N still work on it; without one it serves its own alone.
public enum SchemaState: Sendable, Equatable {
    /// These programs work on it.
    case right(migration: Int)
    /// It lacks migrations: `icegatectl migrate` first.
    case tooOld(migration: Int)
    /// It was migrated for newer programs, and says that these do not work on it.
    case tooNew(migration: Int)

    /// The newest migration that these programs want.
    public static let wanted = 11

    init(newest: Int, serves: Int) {
        self =
            newest < Self.wanted
            ? .tooOld(migration: newest)
            : serves > Self.wanted ? .tooNew(migration: newest) : .right(migration: newest)
    }

    /// What is wrong and what to do; `nil` when nothing is.
    public var problem: String? {
        switch self {
        case .right: nil
        case .tooOld(let migration):
            "The database has migration \(migration), these programs want \(Self.wanted): run icegatectl migrate."
        case .tooNew(let migration):
            "The database has migration \(migration), which these programs, of migration \(Self.wanted), do not work on: install the newer ones."
        }
    }
}

extension Store {
    /// What the database's schema is to these programs.
    public func schemaState() throws(StoreError) -> SchemaState {
        try perform { (connection) throws(DatabaseError) in try SchemaState(on: &connection) }
    }
}

extension SchemaState {
    /// Looks with a connection of any account that may read `schema_migrations`.
    public init(on connection: inout Connection) throws(DatabaseError) {
        do throws(DatabaseError) {
            let row = try connection.first(
                "SELECT IFNULL(MAX(number), 0), IFNULL(MAX(IFNULL(serves, number)), 0) FROM schema_migrations")
            self.init(newest: try row?.get(0) ?? 0, serves: try row?.get(1) ?? 0)
        } catch  where [1054, 1142, 1146].contains(error.code) {
            // No such column, table or right yet: of a time before them.
            self = .tooOld(migration: 0)
        }
    }
}
