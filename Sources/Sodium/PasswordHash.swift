import CSodium

/// An Argon2id hash of a password, with its parameters and salt, as text.
///
/// Source: RFC 9106; crypto_pwhash_str_alg(3). The text is `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
public struct PasswordHash: Sendable, Equatable {
    /// What a hash costs.
    public struct Cost: Sendable, Equatable {
        /// Memory, in KiB.
        public let memoryKiB: Int
        /// Passes over the memory.
        public let passes: Int

        /// Makes a cost; libsodium takes at least 8 KiB and 1 pass.
        public init(memoryKiB: Int, passes: Int) {
            self.memoryKiB = memoryKiB
            self.passes = passes
        }

        /// OWASP's first choice for Argon2id: m = 19 MiB, t = 2, p = 1.
        public static let owasp = Cost(memoryKiB: 19_456, passes: 2)
    }

    /// The text to store: ASCII, at most 127 characters.
    public let text: String

    /// Takes a hash that was stored.
    public init(stored text: String) { self.text = text }

    /// Hashes a password with a fresh salt.
    ///
    /// - Parameters:
    ///   - password: any bytes; nothing is cut off.
    ///   - cost: memory and passes.
    /// - Returns: `nil` when the memory cannot be had.
    public static func make(of password: [UInt8], cost: Cost) -> PasswordHash? {
        Library.require()
        var text = [CChar](repeating: 0, count: Int(crypto_pwhash_STRBYTES))
        let result = unsafe withCharacters(of: password) { characters, count in
            unsafe crypto_pwhash_str_alg(
                &text, characters, count, UInt64(cost.passes), cost.memoryKiB * 1024, crypto_pwhash_ALG_ARGON2ID13)
        }
        guard result == 0 else { return nil }
        return PasswordHash(stored: String(decoding: text.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self))
    }

    /// A hash that no password has, to compare with where there is none: it takes the time of any other, and none to make.
    ///
    /// Salt and output are drawn, so that a password which has it is as hard to find as one for a hash that was made.
    public static func ofNobody(cost: Cost) -> PasswordHash {
        let (salt, output) = (base64(RandomBytes.system(16)), base64(RandomBytes.system(32)))
        return PasswordHash(stored: "$argon2id$v=19$m=\(cost.memoryKiB),t=\(cost.passes),p=1$\(salt)$\(output)")
    }

    /// Source: RFC 4648 without padding, as the text of a hash has it; sodium_bin2base64(3).
    private static func base64(_ bytes: [UInt8]) -> String {
        let variant = sodium_base64_VARIANT_ORIGINAL_NO_PADDING
        var text = [CChar](repeating: 0, count: sodium_base64_encoded_len(bytes.count, variant))
        unsafe sodium_bin2base64(&text, text.count, bytes, bytes.count, variant)
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
    }

    /// Whether the password is the one that was hashed; `false` too for a text that is no hash.
    public func matches(_ password: [UInt8]) -> Bool {
        Library.require()
        return unsafe Self.withCharacters(of: password) { characters, count in
            unsafe crypto_pwhash_str_verify(text, characters, count) == 0
        }
    }

    /// Whether the hash was made with another cost than `cost`, and is to be made again at the next login.
    public func isOutdated(for cost: Cost) -> Bool {
        Library.require()
        return unsafe crypto_pwhash_str_needs_rehash(text, UInt64(cost.passes), cost.memoryKiB * 1024) != 0
    }

    // One more byte than the password has, so that an empty one has an address too.
    private static func withCharacters<Result>(
        of password: [UInt8], _ body: (UnsafePointer<CChar>, UInt64) -> Result
    ) -> Result {
        let characters = password.map { CChar(bitPattern: $0) } + [0]
        return unsafe body(characters, UInt64(password.count))
    }
}
