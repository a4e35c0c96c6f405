/// What a URL's own text has begun, and a value behind it would go on with.
///
/// `/&#` + `47host` is `//host` to a browser, `/%2` + `e` a segment that stays, `?a&` + `lt` no second field.
enum URLEscape: Hashable, Sendable {
    case none
    /// `&` and the beginning of a character reference, without its semicolon.
    case reference
    /// `%` without its two digits.
    case percent(missing: Int)

    /// Goes on by one byte of the template's text.
    mutating func advance(_ byte: UInt8) {
        let isDigit = (0x30...0x39).contains(byte)
        switch self {
        case _ where byte == UInt8(ascii: "&"): self = .reference
        case _ where byte == UInt8(ascii: "%"): self = .percent(missing: 2)
        case .reference where byte.isASCIILetter || isDigit || byte == UInt8(ascii: "#"): break
        case .percent(missing: 2) where isDigit || (0x61...0x66).contains(byte.asciiLowercased):
            self = .percent(missing: 1)
        default: self = .none
        }
    }

    var problem: String {
        self == .reference
            ? "a value may not be a part of a character reference: write &amp;"
            : "a value may not be a part of a %XX: write %25"
    }
}
