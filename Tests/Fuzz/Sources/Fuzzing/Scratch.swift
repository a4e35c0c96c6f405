import Glibc

/// A directory of files that are written anew for each input, in memory where there is a tmpfs.
public final class Scratch: Sendable {
    /// Where it is.
    public let path: String

    /// Makes the directory and one below it; script/fuzz says where, and takes it away.
    public init(below name: String) {
        let place = unsafe getenv("FUZZ_SCRATCH").map { unsafe String(cString: $0) } ?? "/tmp"
        path = "\(place)/fuzz-\(getpid())"
        unsafe mkdir(path, 0o700)
        unsafe mkdir("\(path)/\(name)", 0o700)
    }

    /// Writes a file.
    public func write(_ bytes: [UInt8], to name: String) {
        let file = unsafe open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        let count = unsafe Glibc.write(file, bytes, bytes.count)
        close(file)
        require(count == bytes.count, "\(name) is not written")
    }
}
