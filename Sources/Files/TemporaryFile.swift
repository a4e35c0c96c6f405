import Glibc

/// A file without a name, which is gone when the process ends, however it ends.
public struct TemporaryFile: ~Copyable {
    private let descriptor: CInt

    /// How many bytes it has.
    public private(set) var byteCount = 0

    /// Makes a file in a directory; without one in `$TMPDIR`, or /var/tmp, which is on a disk where /tmp may be memory.
    public init(directory: String? = nil) throws(FileError) {
        let variable = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) }
        let directory = directory ?? variable ?? "/var/tmp"
        var name = Array((directory + "/icegate.XXXXXX").utf8CString)
        descriptor = unsafe mkstemp(&name)
        guard descriptor >= 0 else { throw .system("no temporary file can be made in \(directory)") }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unsafe unlink(name)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Adds bytes at the end.
    public mutating func append(_ bytes: [UInt8]) throws(FileError) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe pwrite(
                    descriptor, bytes.baseAddress.map { unsafe $0 + written }, bytes.count - written, off_t(byteCount))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system("the temporary file cannot be written (TMPDIR names another place)") }
            written += count
            byteCount += count
        }
    }

    /// Reads bytes.
    ///
    /// - Parameters:
    ///   - buffer: takes them from `offset` to its end at most.
    ///   - range: which of the file's bytes are meant.
    /// - Returns: how many; 0 at the end of `range` and of the file.
    public borrowing func read(into buffer: inout [UInt8], at offset: Int, from range: Range<Int>) throws(FileError)
        -> Int
    {
        precondition((0...buffer.count).contains(offset))
        while true {
            // Within the buffer by the line above.
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe pread(
                    descriptor, bytes.baseAddress.map { unsafe $0 + offset }, min(bytes.count - offset, range.count),
                    off_t(range.lowerBound))
            }
            if count >= 0 { return count }
            guard errno == EINTR else { throw .system("the temporary file cannot be read") }
        }
    }
}
