/// What a captcha shows: six characters that people don't mistake for each other.
///
/// A value that exists is in upper case, six characters long and of the alphabet alone.
public struct CaptchaText: Sendable, Equatable, CustomStringConvertible {
    /// The 32 characters in use: digits and capital letters without 0, O, 1 and I.
    public static let alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

    /// How many characters a captcha has: 6, 30 bits.
    public static let length = 6

    /// The six characters, in upper case.
    public let value: String

    /// Draws a captcha, each with the same probability.
    ///
    /// - Parameter generator: the source of randomness: the system's, but for tests.
    public init(using generator: inout some RandomNumberGenerator) {
        let bytes = (0..<Self.length).map { _ in Self.bytes[Int.random(in: 0..<Self.bytes.count, using: &generator)] }
        value = String(decoding: bytes, as: UTF8.self)
    }

    /// Reads what a person typed, without regard to case and to ASCII spaces.
    ///
    /// - Parameter typed: anything; at most 64 bytes are looked at.
    /// - Returns: `nil` when it cannot be the answer to any captcha.
    public init?(_ typed: String) {
        var read: [UInt8] = []
        for byte in typed.utf8.prefix(64) where byte != 0x20 {
            // Folded as ASCII: Unicode's upper case takes U+017F to S.
            read.append((0x61...0x7A).contains(byte) ? byte - 0x20 : byte)
        }
        guard typed.utf8.count <= 64, read.count == Self.length, read.allSatisfy(Self.bytes.contains) else {
            return nil
        }
        value = String(decoding: read, as: UTF8.self)
    }

    /// The six characters.
    public var description: String { value }

    /// The places of the six characters in the alphabet, 0 to 31.
    var indices: [Int] { value.utf8.compactMap(Self.bytes.firstIndex) }

    private static let bytes = Array(alphabet.utf8)
}
