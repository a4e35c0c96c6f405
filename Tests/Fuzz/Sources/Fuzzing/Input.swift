/// The bytes that libFuzzer made, taken apart from the front.
public struct Input {
    private var rest: ArraySlice<UInt8>

    /// Takes the arguments of `LLVMFuzzerTestOneInput`.
    @unsafe public init(_ start: UnsafePointer<UInt8>?, _ count: Int) {
        // libFuzzer's bytes stay where they are during the call, and are copied here.
        rest = unsafe Array(UnsafeBufferPointer(start: start, count: count))[...]
    }

    /// Whether nothing is left.
    public var isEmpty: Bool { rest.isEmpty }

    /// The next byte; 0 when nothing is left.
    public mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    /// The next bytes, as many as are there.
    public mutating func bytes(_ count: Int) -> [UInt8] {
        let bytes = rest.prefix(count)
        rest = rest.dropFirst(bytes.count)
        return Array(bytes)
    }

    /// The bytes up to the next NUL, which is passed over, or to the end.
    public mutating func part() -> [UInt8] {
        let part = rest.prefix { $0 != 0 }
        rest = rest[part.endIndex...].dropFirst()
        return Array(part)
    }

    /// All that is left.
    public mutating func remainder() -> [UInt8] { bytes(rest.count) }
}
