import Glibc

/// A file, a pipe or standard input, read once from its start to its end.
public struct InputFile: ~Copyable {
    /// The size in bytes; `nil` for what is no regular file.
    public let byteCount: Int?

    private let descriptor: CInt
    private let isOwned: Bool

    /// Opens a file; a pipe waits for who writes to it.
    ///
    /// - Parameter path: `-` is standard input.
    /// - Throws: ``FileError`` for what is not there or may not be read, a directory and a device.
    public init(path: String) throws(FileError) {
        isOwned = path != "-"
        descriptor = isOwned ? unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) : STDIN_FILENO
        guard descriptor >= 0 else {
            byteCount = nil
            switch errno {
            case ENOENT: throw FileError("it is not there")
            case EACCES: throw FileError("it may not be read; check its owner and its mode")
            default: throw .system("it cannot be opened")
            }
        }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            byteCount = nil
            throw .system("it cannot be read")
        }
        let kind = status.st_mode & S_IFMT
        byteCount = kind == S_IFREG ? Int(status.st_size) : nil
        if kind == S_IFDIR { throw FileError("it is a directory; name the file itself") }
        if isOwned, kind != S_IFREG, kind != S_IFIFO { throw FileError("it is a device; name a file or a pipe") }
        if byteCount != nil { posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL) }
    }

    deinit {
        if isOwned, descriptor >= 0 { close(descriptor) }
    }

    /// Reads the next bytes.
    ///
    /// - Parameters:
    ///   - buffer: takes them from `offset` to its end at most.
    ///   - offset: at most the buffer's count.
    /// - Returns: how many; 0 at the end.
    public borrowing func read(into buffer: inout [UInt8], at offset: Int) throws(FileError) -> Int {
        precondition((0...buffer.count).contains(offset))
        while true {
            // Within the buffer by the line above.
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe Glibc.read(descriptor, bytes.baseAddress.map { unsafe $0 + offset }, bytes.count - offset)
            }
            if count >= 0 { return count }
            guard errno == EINTR else { throw .system("it cannot be read on") }
        }
    }
}
