/// Text from outside as ASCII bytes: trimmed, folded and matched byte by byte.
///
/// Unicode's own folding and digit classes would let `K` (Kelvin) become `k` and `१` count as a digit.
enum ASCIIText {
    static let space = UInt8(ascii: " ")

    /// The bytes without spaces and tabs at either end, letters in upper case.
    static func uppercasedAndTrimmed(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        return bytes[trimmed(bytes.span)].map { uppercased($0) }
    }

    /// Where the bytes are without spaces and tabs at either end.
    static func trimmed(_ bytes: Span<UInt8>) -> Range<Int> {
        var start = 0
        var end = bytes.count
        while start < end, isBlank(bytes[start]) { start += 1 }
        while end > start, isBlank(bytes[end - 1]) { end -= 1 }
        return start..<end
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == UInt8(ascii: "\t") }
    // One comparison each: what stands before the first wraps round.
    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
    static func isUppercase(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "A") < 26 }
    static func isLowercase(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "a") < 26 }
    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }
    static func uppercased(_ byte: UInt8) -> UInt8 { isLowercase(byte) ? byte - 32 : byte }
    static func lowercased(_ byte: UInt8) -> UInt8 { isUppercase(byte) ? byte + 32 : byte }

    /// Whether letters of ASCII stand there in lower case.
    static func hasLowercase(_ bytes: Span<UInt8>) -> Bool {
        for index in bytes.indices where isLowercase(bytes[index]) { return true }
        return false
    }

    /// Whether ten bytes from `start` on, letters in either case, have the form of a PAN: 5 letters, 4 digits, a letter.
    static func isPAN(_ bytes: Span<UInt8>, at start: Int) -> Bool {
        let text = bytes.extracting(start..<start + 10)
        for index in 0..<5 where !isLetter(text[index]) { return false }
        for index in 5..<9 where !isDigit(text[index]) { return false }
        return isLetter(text[9])
    }

    /// A set of ASCII characters, asked for each byte of millions of addresses.
    struct Characters {
        /// A bit for each of the characters 0 to 63, and 64 to 127.
        let low, high: UInt64

        func contains(_ byte: UInt8) -> Bool {
            guard byte < 128 else { return false }
            return (byte < 64 ? low : high) &>> UInt64(byte & 63) & 1 == 1
        }
    }

    /// Whether the bytes have the shape of `pattern`, in which `9` stands for a digit, `A` for an upper-case letter,
    /// `*` for either, `+` for either but `0`, and every other character for itself.
    static func matches(_ bytes: Span<UInt8>, _ pattern: [UInt8]) -> Bool {
        guard bytes.count == pattern.count else { return false }
        for index in bytes.indices {
            let byte = bytes[index]
            let fits =
                switch pattern[index] {
                case UInt8(ascii: "9"): isDigit(byte)
                case UInt8(ascii: "A"): isUppercase(byte)
                case UInt8(ascii: "*"): isDigit(byte) || isUppercase(byte)
                case UInt8(ascii: "+"): (isDigit(byte) && byte != UInt8(ascii: "0")) || isUppercase(byte)
                default: byte == pattern[index]
                }
            guard fits else { return false }
        }
        return true
    }
}
