public import FoundationEssentials
import MariaDB

extension Store {
    /// The database's time, by which everything in it begins and ends.
    public func currentTime() throws(StoreError) -> Date {
        try perform { (connection) throws(DatabaseError) in try ConsoleQueries.now(on: &connection) }
    }
}
