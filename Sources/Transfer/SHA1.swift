import CCrypto

/// SHA-1, for a gateway that wants a password in this form; nothing else may rest on it.
public enum SHA1 {
    /// The SHA-1 of a message: 20 bytes. Source: FIPS 180-4; SHA1(3ssl).
    public static func digest(of message: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 20)
        // 20 bytes, as SHA_DIGEST_LENGTH says.
        _ = unsafe CCrypto.SHA1(message, message.count, &digest)
        return digest
    }
}
