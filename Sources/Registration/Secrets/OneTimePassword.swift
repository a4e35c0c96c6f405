import Sodium

/// Six digits that prove that a message was received.
///
/// The digits are derived from a ``SecretSeed`` and the destination, so that no table holds them and a resend is the
/// same code by construction.
public struct OneTimePassword: Sendable, Equatable {
    /// Six ASCII digits.
    public let digits: String

    /// Reads what was typed: spaces and hyphens are dropped, then six ASCII digits must be left.
    public init?(typed text: String) {
        let bytes = text.utf8.filter { $0 != ASCIIText.space && $0 != UInt8(ascii: "-") }
        guard bytes.count == 6, bytes.allSatisfy(ASCIIText.isDigit) else { return nil }
        digits = String(decoding: bytes, as: UTF8.self)
    }

    /// Derives the code of one channel.
    ///
    /// - Parameter purpose: codes of two purposes have nothing in common.
    /// - Returns: `nil` when the ring has lost the seed's key.
    public init?(
        for destination: Destination, purpose: KeyRing.Purpose = .oneTimePassword, seed: SecretSeed, keys: KeyRing
    ) {
        for round in UInt8.min...UInt8.max {
            let parts = [
                seed.nonce, Array(destination.channel.rawValue.utf8), Array(destination.address.utf8), [round],
            ]
            guard let code = keys.code(underKey: seed.keyID, for: purpose, parts) else { return nil }
            if let number = Self.unbiasedNumber(from: code) {
                let text = String(number)
                digits = String(repeating: "0", count: 6 - text.utf8.count) + text
                return
            }
        }
        return nil
    }

    /// Whether what was typed is this code, in a time that does not tell where it differs.
    public func matches(_ typed: OneTimePassword?) -> Bool {
        Digest.areEqual(Array(digits.utf8), Array((typed?.digits ?? "------").utf8))
    }

    /// The first 4-byte word below the largest multiple of a million, modulo a million; `nil` when there is none.
    static func unbiasedNumber(from code: [UInt8]) -> UInt32? {
        for start in stride(from: 0, to: code.count - 3, by: 4) {
            let word = code[start..<(start + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            if word < 4_294_000_000 { return word % 1_000_000 }
        }
        return nil
    }
}
