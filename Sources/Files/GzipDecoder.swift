import CZlib

/// Takes the gzip format off bytes that come piece by piece; several members after one another are one text.
///
/// Source: RFC 1952; https://zlib.net/manual.html
@safe public struct GzipDecoder: ~Copyable {
    // zlib keeps the address of the stream: it must not move.
    private let stream: UnsafeMutablePointer<z_stream>

    /// Whether no member is open: input may end here.
    public private(set) var isComplete = true

    /// Whether bytes are the beginning of a gzip member.
    public static func begins(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

    /// Begins.
    public init() throws(FileError) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        guard unsafe czlib_begin_gzip(stream) == Z_OK else { throw FileError("zlib has no memory") }
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Decodes from `input` into `output`, as far as one is used up or the other full.
    ///
    /// - Parameters:
    ///   - source: the part of `input` that is still to be decoded.
    ///   - target: the part of `output` that may be written.
    /// - Returns: how many bytes of either were used.
    public mutating func decode(
        _ input: [UInt8], _ source: Range<Int>, into output: inout [UInt8], _ target: Range<Int>
    ) throws(FileError) -> (consumed: Int, produced: Int) {
        precondition(source.upperBound <= input.count && target.upperBound <= output.count)
        if isComplete, !source.isEmpty {
            unsafe inflateReset(stream)
            isComplete = false
        }
        // Both parts lie within their arrays by the line above; zlib keeps neither pointer after the call.
        let status = unsafe input.withUnsafeBufferPointer { input in
            unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: input.baseAddress.map { unsafe $0 + source.lowerBound })
                unsafe stream.pointee.avail_in = UInt32(clamping: source.count)
                unsafe stream.pointee.next_out = output.baseAddress.map { unsafe $0 + target.lowerBound }
                unsafe stream.pointee.avail_out = UInt32(clamping: target.count)
                return unsafe inflate(stream, Z_NO_FLUSH)
            }
        }
        let consumed = unsafe source.count - Int(stream.pointee.avail_in)
        let produced = unsafe target.count - Int(stream.pointee.avail_out)
        switch status {
        case Z_STREAM_END: isComplete = true
        // Z_BUF_ERROR: nothing to do yet.
        case Z_OK, Z_BUF_ERROR: break
        default: throw FileError("its gzip data are damaged")
        }
        return (consumed, produced)
    }
}
