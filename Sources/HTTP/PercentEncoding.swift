/// Percent-encoding of RFC 3986 section 2.1, on bytes.
enum PercentEncoding {
    /// Decodes every `%XX` once.
    ///
    /// - Parameters:
    ///   - bytes: the encoded bytes.
    ///   - plusIsSpace: whether `+` is a space, as in `application/x-www-form-urlencoded`.
    ///   - mayHoldNUL: whether the NUL character is one like others.
    /// - Returns: the text; `nil` for a malformed `%XX`, bytes that are not UTF-8 and, unless it may be there, NUL.
    static func decode(_ bytes: ArraySlice<UInt8>, plusIsSpace: Bool, mayHoldNUL: Bool = false) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        let encoded = bytes.span
        var index = 0
        while index < encoded.count {
            let byte = encoded[index]
            index += 1
            switch byte {
            case UInt8(ascii: "%"):
                guard index + 1 < encoded.count, let high = hexDigit(encoded[index]),
                    let low = hexDigit(encoded[index + 1])
                else { return nil }
                decoded.append(high << 4 | low)
                index += 2
            case UInt8(ascii: "+") where plusIsSpace:
                decoded.append(UInt8(ascii: " "))
            default:
                decoded.append(byte)
            }
        }
        guard mayHoldNUL || !decoded.contains(0) else { return nil }
        return String(validUTF8: decoded.span)
    }

    /// Appends `text` encoded as `application/x-www-form-urlencoded`: what is not unreserved becomes `%XX`, a space `+`.
    static func append(_ text: String, to encoded: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.append(byte)
            case UInt8(ascii: " "):
                encoded.append(UInt8(ascii: "+"))
            default:
                encoded.append(UInt8(ascii: "%"))
                encoded.append(upperHexDigit(byte >> 4))
                encoded.append(upperHexDigit(byte & 0x0F))
            }
        }
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The digit of a value of 0 to 15.
    private static func upperHexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + (value - 10)
    }
}
