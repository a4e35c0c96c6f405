internal import Files
public import MariaDB

/// Why a load could not go on: the master is as it was.
public enum MasterLoadError: Error, Sendable, CustomStringConvertible {
    /// The file cannot be read.
    case file(MasterFileError)
    /// A temporary file or a report cannot be written.
    case disk(String)
    /// The database refuses or does not answer.
    case database(DatabaseError)
    /// Another run has taken the load over, because this one gave no sign of life for too long.
    case takenOver

    /// What is wrong, in words.
    public var description: String {
        switch self {
        case .file(let error): error.description
        case .disk(let reason): reason
        case .database(let error): error.description
        case .takenOver: "Another run has taken this load over, since it gave no sign of life for a minute."
        }
    }

    /// Runs what may fail in the database.
    static func database<T: ~Copyable>(_ body: () throws(DatabaseError) -> T) throws(MasterLoadError) -> T {
        do throws(DatabaseError) { return try body() } catch { throw .database(error) }
    }

    /// Runs what may fail on the disk.
    static func disk<T: ~Copyable>(_ body: () throws(FileError) -> T) throws(MasterLoadError) -> T {
        do throws(FileError) { return try body() } catch { throw .disk(error.description) }
    }
}
