/// Text from outside as ASCII bytes: trimmed, folded and matched byte by byte.
///
/// Unicode's own folding and digit classes would let `K` (Kelvin) become `k` and `१` count as a digit.
enum ASCIIText {
    static let space = UInt8(ascii: " ")

    /// The bytes without spaces and tabs at either end, letters in upper case.
    static func uppercasedAndTrimmed(_ text: String) -> [UInt8] {
        trimmed(Array(text.utf8)).map { isLowercase($0) ? $0 - 32 : $0 }
    }

    /// The bytes without spaces and tabs at either end.
    static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        let isBlank = { (byte: UInt8) in byte == space || byte == UInt8(ascii: "\t") }
        guard let first = bytes.firstIndex(where: { !isBlank($0) }),
            let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return [] }
        return Array(bytes[first...last])
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
    static func isUppercase(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") }
    static func isLowercase(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") }
    static func isLetter(_ byte: UInt8) -> Bool { isUppercase(byte) || isLowercase(byte) }

    /// Whether the bytes have the shape of `pattern`, in which `9` stands for a digit, `A` for an upper-case letter,
    /// `*` for either, `+` for either but `0`, `#` for a letter or digit that may stand fourteenth in a GSTIN (`Z`,
    /// `1` to `9`, `A`, `B`, `D` to `J`), and every other character for itself.
    static func matches(_ bytes: some Collection<UInt8>, _ pattern: StaticString) -> Bool {
        let shape = Array(pattern.description.utf8)
        guard bytes.count == shape.count else { return false }
        return zip(bytes, shape).allSatisfy { byte, mark in
            switch mark {
            case UInt8(ascii: "9"): isDigit(byte)
            case UInt8(ascii: "A"): isUppercase(byte)
            case UInt8(ascii: "*"): isDigit(byte) || isUppercase(byte)
            case UInt8(ascii: "+"): (isDigit(byte) && byte != UInt8(ascii: "0")) || isUppercase(byte)
            case UInt8(ascii: "#"): "Z123456789ABDEFGHIJ".utf8.contains(byte)
            default: byte == mark
            }
        }
    }
}
