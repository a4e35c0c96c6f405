/// Copies of memory as a whole, where byte after byte would be slow.
extension [UInt8] {
    /// Adds bytes at the end.
    @inlinable
    public mutating func append(copying bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    /// Adds a number as bytes, the lowest first.
    @inlinable
    public mutating func append<Number: FixedWidthInteger>(littleEndian number: Number) {
        // The bytes of a local value.
        unsafe Swift.withUnsafeBytes(of: number.littleEndian) { unsafe append(contentsOf: $0) }
    }

    /// Moves a part of the bytes to the front; what stands behind it then means nothing.
    public mutating func moveToFront(_ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        guard range.lowerBound > 0, !range.isEmpty else { return }
        // Both parts lie within the array by the line above; memmove bears that they overlap.
        unsafe withUnsafeMutableBytes { bytes in
            unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[..<range.count])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[range]))
        }
    }
}

extension Span where Element == UInt8 {
    /// The number whose bytes stand at `offset`, the lowest first.
    @inlinable
    public func number<Number: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: Number.Type = Number.self)
        -> Number
    {
        precondition(offset >= 0 && offset <= count - MemoryLayout<Number>.size)
        // Within the span by the line above.
        return unsafe Number(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Number.self))
    }
}
