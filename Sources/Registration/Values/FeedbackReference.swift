/// The number by which feedback is quoted: `FB-K7Q2-M9XT`, 40 bits in Crockford's base 32, which tell nobody how many there are.
public struct FeedbackReference: Sendable, Equatable, CustomStringConvertible {
    /// The reference as it is printed.
    public let text: String

    /// The reference of a form that was sent: the same one when it was sent twice by a double click.
    ///
    /// - Parameter form: what no other form has, as its captcha's token.
    public init(of message: FeedbackText, form: String, keys: KeyRing) {
        let code = keys.code(for: .feedbackReference, Array(form.utf8), Array(message.text.utf8))
        let characters = CrockfordBase32.encode(code, length: 8)
        text =
            "FB-\(String(decoding: characters[..<4], as: UTF8.self))-\(String(decoding: characters[4...], as: UTF8.self))"
    }

    /// Reads a reference; `nil` for what is none.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 12, text.utf8.starts(with: "FB-".utf8), bytes[7] == UInt8(ascii: "-"),
            (bytes[3..<7] + bytes[8...]).allSatisfy(CrockfordBase32.alphabet.contains)
        else { return nil }
        self.text = text
    }

    /// The text.
    public var description: String { text }
}
