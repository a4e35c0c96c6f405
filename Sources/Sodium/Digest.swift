import CSodium

/// SHA-256, SHA-512, and comparison that takes the same time whatever differs.
public enum Digest {
    /// The SHA-256 of a message: 32 bytes. Source: FIPS 180-4.
    public static func sha256(_ message: [UInt8]) -> [UInt8] {
        Library.require()
        var digest = [UInt8](repeating: 0, count: 32)
        unsafe crypto_hash_sha256(&digest, message, UInt64(message.count))
        return digest
    }

    /// The SHA-512 of a message: 64 bytes. Source: FIPS 180-4.
    public static func sha512(_ message: [UInt8]) -> [UInt8] {
        Library.require()
        var digest = [UInt8](repeating: 0, count: 64)
        unsafe crypto_hash_sha512(&digest, message, UInt64(message.count))
        return digest
    }

    /// Whether two byte strings are equal, in a time that depends on their lengths alone. Source: sodium_memcmp(3).
    public static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe left.isEmpty || sodium_memcmp(left, right, left.count) == 0
    }
}
