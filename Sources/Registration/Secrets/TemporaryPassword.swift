import Sodium

/// The password that ICEGATE sends to an IEC holder, with which a registration begins: 65 bits as 13 characters.
public struct TemporaryPassword: Sendable, Equatable {
    /// 13 characters of ``CrockfordBase32``.
    public let characters: String

    /// Derives the password of a pair.
    ///
    /// - Returns: `nil` when the ring has lost the seed's key.
    public init?(iec: IEC, gstin: GSTIN, seed: SecretSeed, keys: KeyRing) {
        let parts = [seed.nonce, Array(iec.text.utf8), Array(gstin.text.utf8)]
        guard let code = keys.code(underKey: seed.keyID, for: .temporaryPassword, parts) else { return nil }
        characters = String(decoding: CrockfordBase32.encode(code, length: Self.length), as: UTF8.self)
    }

    /// Reads what was typed, without regard to case, spaces, hyphens, and O for 0, I and L for 1.
    public init?(typed text: String) {
        var characters: [UInt8] = []
        for byte in ASCIIText.uppercasedAndTrimmed(text) where byte != UInt8(ascii: "-") && byte != ASCIIText.space {
            let character =
                switch byte {
                case UInt8(ascii: "O"): UInt8(ascii: "0")
                case UInt8(ascii: "I"), UInt8(ascii: "L"): UInt8(ascii: "1")
                default: byte
                }
            guard CrockfordBase32.alphabet.contains(character), characters.count < Self.length else { return nil }
            characters.append(character)
        }
        guard characters.count == Self.length else { return nil }
        self.characters = String(decoding: characters, as: UTF8.self)
    }

    /// The password in the groups in which it is sent: `K7Q2-M9XT-4CDEF`.
    public var grouped: String {
        let bytes = Array(characters.utf8)
        return [bytes[0..<4], bytes[4..<8], bytes[8...]].map { String(decoding: $0, as: UTF8.self) }
            .joined(separator: "-")
    }

    /// Whether what was typed is this password, in a time that does not tell where it differs.
    public func matches(_ typed: TemporaryPassword?) -> Bool {
        let blank = String(repeating: "-", count: Self.length)
        return Digest.areEqual(Array(characters.utf8), Array((typed?.characters ?? blank).utf8))
    }

    private static let length = 13
}
