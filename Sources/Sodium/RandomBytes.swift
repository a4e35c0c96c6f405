import CSodium

/// A source of random bytes: the system's, or a fixed one in tests.
public struct RandomBytes: Sendable {
    private let draw: @Sendable (Int) -> [UInt8]

    /// Makes a source from a closure that returns exactly as many bytes as it is asked for.
    public init(_ draw: @escaping @Sendable (Int) -> [UInt8]) { self.draw = draw }

    /// Random bytes.
    ///
    /// - Parameter count: how many, 0 or more.
    public func callAsFunction(_ count: Int) -> [UInt8] { draw(count) }

    /// The kernel's cryptographic random source. Source: randombytes_buf(3).
    public static let system = RandomBytes { count in
        Library.require()
        var bytes = [UInt8](repeating: 0, count: count)
        unsafe bytes.withUnsafeMutableBytes { buffer in
            if let base = buffer.baseAddress { unsafe randombytes_buf(base, buffer.count) }
        }
        return bytes
    }
}
