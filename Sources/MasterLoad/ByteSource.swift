internal import Files
internal import Sodium

/// The bytes of a master file as it is read: taken out of gzip where they are in it, counted, and digested.
///
/// A class, since who reads the bytes and who shows how far that is look at one and the same.
public final class ByteSource {
    /// How many bytes the file has; `nil` for a pipe.
    public let byteCount: Int?
    /// How many bytes of the file were read.
    public private(set) var readByteCount = 0

    private let nextRaw: (inout [UInt8], Int) throws(MasterFileError) -> Int
    private var digest: SHA256?
    private var decoder: GzipDecoder?
    private var raw: [UInt8] = []
    private var rawRange = 0..<0
    private var isAtStart = true
    private var isAtEnd = false
    private static let rawSize = 262_144

    /// Opens a file; `-` is standard input.
    ///
    /// - Parameter isDigested: whether ``sha256`` is wanted.
    /// - Throws: ``MasterFileError`` for what is not there, may not be read, or is a directory or a device.
    public init(path: String, isDigested: Bool = true) throws(MasterFileError) {
        final class OpenFile {
            let file: InputFile
            init(_ file: consuming InputFile) { self.file = file }
        }
        let open: OpenFile
        do throws(FileError) {
            open = OpenFile(try InputFile(path: path))
        } catch {
            throw MasterFileError("\(Text.shown(path, limit: 200)) is not read: \(error)")
        }
        byteCount = open.file.byteCount
        digest = isDigested ? SHA256() : nil
        nextRaw = { (buffer, offset) throws(MasterFileError) in
            do throws(FileError) { return try open.file.read(into: &buffer, at: offset) } catch {
                throw MasterFileError("\(Text.shown(path, limit: 200)): \(error)")
            }
        }
    }

    /// Gives bytes that are in memory.
    ///
    /// - Parameter size: how many at a time.
    public init(bytes: [UInt8], inPiecesOf size: Int = .max) {
        byteCount = bytes.count
        digest = SHA256()
        var rest = bytes[...]
        nextRaw = { (buffer, offset) throws(MasterFileError) in
            let piece = rest.prefix(min(size, buffer.count - offset))
            rest = rest.dropFirst(piece.count)
            for (index, byte) in piece.enumerated() { buffer[offset + index] = byte }
            return piece.count
        }
    }

    /// The SHA-256 of the file as it lies on the disk, gzip and all; of what was read so far.
    public var sha256: [UInt8]? { digest?.digest() }

    /// Reads the next bytes of the text into `buffer` from `offset` on.
    ///
    /// - Returns: how many; 0 at the end.
    func read(into buffer: inout [UInt8], at offset: Int) throws(MasterFileError) -> Int {
        if isAtStart { try begin() }
        while true {
            if decoder != nil {
                if rawRange.isEmpty, !isAtEnd { try fillRaw() }
                if rawRange.isEmpty, isAtEnd {
                    guard decoder?.isComplete == true else { throw MasterFileError("The gzip data end too early.") }
                    return 0
                }
                let produced = try decode(into: &buffer, at: offset)
                if produced > 0 { return produced }
            } else if !rawRange.isEmpty {
                // What was read to see whether it is gzip.
                let count = min(rawRange.count, buffer.count - offset)
                for index in 0..<count { buffer[offset + index] = raw[rawRange.lowerBound + index] }
                rawRange = rawRange.dropFirst(count)
                return count
            } else {
                return try count(nextRaw(&buffer, offset), in: buffer, at: offset)
            }
        }
    }

    private func decode(into buffer: inout [UInt8], at offset: Int) throws(MasterFileError) -> Int {
        do throws(FileError) {
            guard
                let (consumed, produced) = try decoder?.decode(raw, rawRange, into: &buffer, offset..<buffer.count)
            else { return 0 }
            rawRange = rawRange.dropFirst(consumed)
            return produced
        } catch {
            throw MasterFileError("The file cannot be read on: \(error).")
        }
    }

    private func begin() throws(MasterFileError) {
        isAtStart = false
        raw = [UInt8](repeating: 0, count: Self.rawSize)
        // A pipe may give a single byte at first.
        while rawRange.count < 2, !isAtEnd {
            let count = try count(nextRaw(&raw, rawRange.upperBound), in: raw, at: rawRange.upperBound)
            rawRange = 0..<rawRange.upperBound + count
            isAtEnd = count == 0
        }
        guard GzipDecoder.begins(raw[rawRange]) else { return }
        do throws(FileError) { decoder = try GzipDecoder() } catch { throw MasterFileError("\(error)") }
    }

    private func fillRaw() throws(MasterFileError) {
        let count = try count(nextRaw(&raw, 0), in: raw, at: 0)
        rawRange = 0..<count
        isAtEnd = count == 0
    }

    private func count(_ count: Int, in buffer: [UInt8], at offset: Int) -> Int {
        digest?.update(buffer, offset..<offset + count)
        readByteCount += count
        return count
    }
}
