import MariaDB

/// Why a unit of work was not done.
public struct StoreError: Error, CustomStringConvertible {
    /// Whether the database is away or too busy, so that trying again shortly is the right advice.
    public let isUnavailable: Bool
    /// The cause for the log; holds no bound value.
    public let description: String

    init(_ error: DatabaseError) {
        isUnavailable = error.isUnavailable
        description = error.description
    }
}
