import Glibc

/// A file that appears under its name when it is whole, and not before.
///
/// Readable by its owner alone, unless it takes the place of a file whose owner and rights it keeps.
public struct OutputFile: ~Copyable {
    /// Where it will be.
    public let path: String

    private let descriptor: CInt
    private var buffer: [UInt8] = []
    private var isFinished = false
    private let keepsRights: Bool
    private static let bufferSize = 65_536

    private var draft: String { path + ".new" }

    /// Begins a file; an unfinished one of an earlier run is replaced.
    ///
    /// - Parameter keepsRights: whether it keeps owner, group and rights of the file in whose place it comes, which is there.
    public init(path: String, keepsRights: Bool = false) throws(FileError) {
        self.path = path
        self.keepsRights = keepsRights
        // What is replaced is changed by one at a time: another's draft is not touched.
        if !keepsRights { unsafe unlink(path + ".new") }
        descriptor = unsafe open(path + ".new", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .system(
                keepsRights ? "\(path).new, a draft of another change, cannot be made" : "\(path) cannot be written")
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if !isFinished { unsafe unlink(path + ".new") }
    }

    /// Adds text.
    public mutating func append(_ text: String) throws(FileError) { try append(text.utf8) }

    /// Adds bytes.
    public mutating func append(_ bytes: some Sequence<UInt8>) throws(FileError) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.bufferSize { try flush() }
    }

    /// Gives the file its name, in place of an older one.
    public mutating func finish() throws(FileError) {
        try flush()
        if keepsRights {
            var old = stat()
            guard unsafe stat(path, &old) == 0, fchown(descriptor, old.st_uid, old.st_gid) == 0,
                fchmod(descriptor, old.st_mode & 0o7777) == 0
            else { throw .system("\(path) cannot be replaced") }
        }
        guard fsync(descriptor) == 0 || errno == EINVAL, unsafe rename(draft, path) == 0 else {
            throw .system("\(path) cannot be written")
        }
        isFinished = true
    }

    /// Takes a file away that an earlier run left; it is no error when there is none.
    public static func remove(path: String) throws(FileError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw .system("\(path) cannot be removed") }
    }

    private mutating func flush() throws(FileError) {
        var written = 0
        while written < buffer.count {
            let count = unsafe buffer.withUnsafeBytes { bytes in
                unsafe write(descriptor, bytes.baseAddress.map { unsafe $0 + written }, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system("\(path) cannot be written") }
            written += count
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
