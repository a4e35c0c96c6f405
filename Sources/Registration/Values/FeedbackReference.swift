public import Sodium

/// The number by which feedback is quoted: `FB-K7Q2-M9XT`, 40 bits in Crockford's base 32, which tell nobody how many there are.
public struct FeedbackReference: Sendable, Equatable, CustomStringConvertible {
    /// The reference as it is printed.
    public let text: String

    /// Draws a reference.
    public init(random: RandomBytes) {
        let characters = random(8).map { Self.alphabet[Int($0 & 31)] }
        text =
            "FB-\(String(decoding: characters[..<4], as: UTF8.self))-\(String(decoding: characters[4...], as: UTF8.self))"
    }

    /// Reads a reference; `nil` for what is none.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 12, text.hasPrefix("FB-"), bytes[7] == UInt8(ascii: "-"),
            (bytes[3..<7] + bytes[8...]).allSatisfy(Self.alphabet.contains)
        else { return nil }
        self.text = text
    }

    /// The text.
    public var description: String { text }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
}
