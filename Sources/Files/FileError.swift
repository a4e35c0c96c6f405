import Glibc

/// Why a file cannot be opened, read or written.
public struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, in words for who named the file.
    public let description: String

    init(_ description: String) { self.description = description }

    /// What the system says of the last call that failed.
    static func system(_ what: String, _ code: CInt = errno) -> FileError {
        let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        return FileError("\(what): \(reason)")
    }
}
