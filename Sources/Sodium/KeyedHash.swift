import CSodium

/// HMAC-SHA-256 with one key.
///
/// Source: RFC 2104, FIPS 180-4; crypto_auth_hmacsha256(3).
public struct KeyedHash: Sendable {
    /// The length of a key, in bytes.
    public static let keyLength = 32

    /// What the key alone makes of a code: half of the work, done once.
    private let begun: crypto_auth_hmacsha256_state

    /// Takes a key.
    ///
    /// - Parameter key: exactly ``keyLength`` bytes; `nil` is returned for any other length.
    public init?(key: [UInt8]) {
        guard key.count == Self.keyLength else { return nil }
        Library.require()
        var state = crypto_auth_hmacsha256_state()
        unsafe crypto_auth_hmacsha256_init(&state, key, key.count)
        begun = state
    }

    /// The code of a message: 32 bytes.
    public func code(of message: [UInt8]) -> [UInt8] {
        var state = begun
        var code = [UInt8](repeating: 0, count: 32)
        unsafe crypto_auth_hmacsha256_update(&state, message, UInt64(message.count))
        unsafe crypto_auth_hmacsha256_final(&state, &code)
        return code
    }

    /// The code of several parts, each led by its length as 4 bytes, so that no two lists of parts share a code.
    public func code(ofParts parts: [[UInt8]]) -> [UInt8] {
        var message: [UInt8] = []
        message.reserveCapacity(parts.reduce(0) { $0 + $1.count + 4 })
        for part in parts {
            let count = UInt32(truncatingIfNeeded: part.count)
            for shift in [24, 16, 8, 0] as [UInt32] { message.append(UInt8(truncatingIfNeeded: count >> shift)) }
            message += part
        }
        return code(of: message)
    }
}
