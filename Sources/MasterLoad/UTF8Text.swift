internal import Files

/// Small operations on text as UTF-8 bytes, for millions of fields.
enum UTF8Text {
    /// Whether the bytes are UTF-8. Source: RFC 3629, section 4.
    static func isWellFormed(_ bytes: Span<UInt8>) -> Bool {
        var index = 0
        while index < bytes.count {
            let lead = bytes[index]
            let (length, second): (Int, ClosedRange<UInt8>)
            switch lead {
            case 0..<0x80: (length, second) = (1, 0...0)
            case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
            case 0xE0: (length, second) = (3, 0xA0...0xBF)
            case 0xED: (length, second) = (3, 0x80...0x9F)
            case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
            case 0xF0: (length, second) = (4, 0x90...0xBF)
            case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
            case 0xF4: (length, second) = (4, 0x80...0x8F)
            default: return false
            }
            guard index + length <= bytes.count else { return false }
            if length > 1, !second.contains(bytes[index + 1]) { return false }
            if length > 2, bytes[index + 2] & 0xC0 != 0x80 { return false }
            if length > 3, bytes[index + 3] & 0xC0 != 0x80 { return false }
            index += length
        }
        return true
    }

    /// How many scalars well-formed bytes have, and whether there are characters among them that people can't see.
    static func examine(_ bytes: Span<UInt8>) -> (scalars: Int, hasInvisible: Bool) {
        var scalars = 0
        var hasInvisible = false
        var index = 0
        while index < bytes.count {
            let lead = UInt32(bytes[index])
            let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
            var value = length == 1 ? lead : lead & (0x7F >> UInt32(length))
            for offset in 1..<max(length, 1) where index + offset < bytes.count {
                value = value << 6 | UInt32(bytes[index + offset] & 0x3F)
            }
            if Text.isInvisible(value) { hasInvisible = true }
            scalars += 1
            index += length
        }
        return (scalars, hasInvisible)
    }

    /// Adds text without blanks at its ends, and with one space for each run of them inside.
    static func appendSingleLine(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
        let place = trimmed(bytes)
        var wasBlank = false
        var isPlain = true
        for index in place {
            let byte = bytes[index]
            if byte > 0x20 {
                wasBlank = false
            } else if isBlank(byte) {
                if wasBlank || byte != 0x20 { isPlain = false }
                wasBlank = true
            } else {
                wasBlank = false
            }
        }
        guard !isPlain else { return text.append(copying: bytes.extracting(place)) }
        wasBlank = false
        for index in place {
            let isBlank = isBlank(bytes[index])
            if !isBlank { text.append(bytes[index]) } else if !wasBlank { text.append(0x20) }
            wasBlank = isBlank
        }
    }

    /// Where the text is without spaces, tabs and line ends at its ends.
    static func trimmed(_ bytes: Span<UInt8>) -> Range<Int> {
        var start = 0
        var end = bytes.count
        while start < end, isBlank(bytes[start]) { start += 1 }
        while end > start, isBlank(bytes[end - 1]) { end -= 1 }
        return start..<end
    }

    /// Whether two texts are the same but for the case of the first one's ASCII letters.
    static func isEqual(_ bytes: Span<UInt8>, lowercased other: [UInt8]) -> Bool {
        guard bytes.count == other.count else { return false }
        for index in bytes.indices {
            let byte = bytes[index]
            guard (byte >= 0x41 && byte <= 0x5A ? byte + 32 : byte) == other[index] else { return false }
        }
        return true
    }

    /// Whether two texts are the same.
    static func isEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for index in left.indices where left[index] != right[index] { return false }
        return true
    }

    /// Whether two texts are the same.
    static func isEqual(_ left: Span<UInt8>, _ right: [UInt8]) -> Bool { isEqual(left, right.span) }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 9 || byte == 10 || byte == 13 }
}
