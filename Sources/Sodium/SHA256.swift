import CSodium

/// The SHA-256 of bytes that come piece by piece. Source: FIPS 180-4.
public struct SHA256 {
    private var state = crypto_hash_sha256_state()

    /// Begins with nothing.
    public init() {
        Library.require()
        unsafe crypto_hash_sha256_init(&state)
    }

    /// Takes the next bytes: a part of an array.
    public mutating func update(_ bytes: [UInt8], _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        // Within the array by the line above.
        unsafe bytes.withUnsafeBufferPointer { bytes in
            _ = unsafe crypto_hash_sha256_update(
                &state, bytes.baseAddress.map { unsafe $0 + range.lowerBound }, UInt64(range.count))
        }
    }

    /// The digest of what was taken: 32 bytes.
    public func digest() -> [UInt8] {
        var copy = state
        var digest = [UInt8](repeating: 0, count: 32)
        unsafe crypto_hash_sha256_final(&copy, &digest)
        return digest
    }
}
