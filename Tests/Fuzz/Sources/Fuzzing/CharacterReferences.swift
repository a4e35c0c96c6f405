/// Values of attributes as a browser has them, their character references resolved.
///
/// Source: WHATWG HTML section 13.2.5.73, without the names that are of no account here.
public enum CharacterReferences {
    /// Those with which a template's own text may spell what matters in a URL, and those that escaping writes.
    private static let named: [String: UInt8] = [
        "amp": 0x26, "lt": 0x3C, "gt": 0x3E, "quot": 0x22, "apos": 0x27, "colon": 0x3A, "sol": 0x2F, "bsol": 0x5C,
        "num": 0x23, "quest": 0x3F, "Tab": 0x09, "NewLine": 0x0A, "period": 0x2E, "commat": 0x40, "percnt": 0x25,
    ]

    /// Names that count without a semicolon, too, where no equal sign follows.
    private static let old: Set<String> = ["amp", "lt", "gt", "quot"]

    /// The bytes with references resolved; one that is not known stays as it is.
    public static func resolved(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        var rest = bytes[...]
        while let byte = rest.first {
            rest = rest.dropFirst()
            guard byte == UInt8(ascii: "&") else {
                text.append(byte)
                continue
            }
            let name = String(decoding: name(rest), as: UTF8.self)
            let next = rest.dropFirst(name.utf8.count).first
            let isWhole = next == UInt8(ascii: ";")
            let isReference = isWhole || name.hasPrefix("#") || (old.contains(name) && next != UInt8(ascii: "="))
            guard isReference, let character = character(name) else {
                text.append(byte)
                continue
            }
            text += character
            rest = rest.dropFirst(name.utf8.count + (isWhole ? 1 : 0))
        }
        return text
    }

    /// Letters and digits, or a number sign with as many digits as follow.
    private static func name(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard bytes.first == UInt8(ascii: "#") else { return bytes.prefix { isDigit($0) || isLetter($0) } }
        let isHexadecimal = bytes.dropFirst().first.map { $0 | 0x20 == UInt8(ascii: "x") } ?? false
        let start = isHexadecimal ? 2 : 1
        let digits = bytes.dropFirst(start).prefix { byte in
            isDigit(byte) || (isHexadecimal && (97...102).contains(byte | 0x20))
        }
        return bytes.prefix(start + digits.count)
    }

    private static func character(_ name: String) -> [UInt8]? {
        if let byte = named[name] { return [byte] }
        guard name.hasPrefix("#") else { return nil }
        let digits = name.dropFirst()
        let number =
            digits.lowercased().hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits, radix: 10)
        return number.flatMap(Unicode.Scalar.init).map { Array(String(Character($0)).utf8) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 0x20) }
}
