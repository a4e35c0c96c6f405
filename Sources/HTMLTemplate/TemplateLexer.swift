/// Cuts the inside of one `{{…}}` into words, quoted strings and equal signs.
struct TemplateLexer {
    enum Token: Equatable {
        case word(String)
        case string(String)
        case equals
    }

    struct Failure: Error {
        let message: String
        let offset: Int
    }

    /// Where the `}}` of a tag stands whose inside begins at `start`; nil when it has none. Quoted strings may hold
    /// `}}`.
    static func end(of bytes: [UInt8], from start: Int) -> Int? {
        let isComment = start < bytes.count && bytes[start] == UInt8(ascii: "!")
        var index = start
        var isQuoted = false
        while index < bytes.count {
            let byte = bytes[index]
            if !isComment, byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if isQuoted {
                if byte == UInt8(ascii: "\\") { index += 1 }
            } else if byte == UInt8(ascii: "}"), index + 1 < bytes.count, bytes[index + 1] == byte {
                return index
            }
            index += 1
        }
        return nil
    }

    static func tokens(of bytes: [UInt8], in range: Range<Int>) throws(Failure) -> [(token: Token, offset: Int)] {
        var tokens: [(token: Token, offset: Int)] = []
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            if byte.isHTMLSpace {
                index += 1
            } else if byte == UInt8(ascii: "=") {
                tokens.append((.equals, index))
                index += 1
            } else if byte == UInt8(ascii: "\"") {
                let start = index
                tokens.append((.string(try string(of: bytes, in: range, from: &index)), start))
            } else {
                let start = index
                while index < range.upperBound, !bytes[index].isHTMLSpace, bytes[index] != UInt8(ascii: "="),
                    bytes[index] != UInt8(ascii: "\"")
                {
                    index += 1
                }
                tokens.append((.word(String(decoding: bytes[start..<index], as: UTF8.self)), start))
            }
        }
        return tokens
    }

    /// A line break in a quoted string counts, with the spaces round it, as one space, so that long texts can be
    /// wrapped.
    private static func string(
        of bytes: [UInt8], in range: Range<Int>, from index: inout Int
    ) throws(Failure) -> String {
        let start = index
        var text: [UInt8] = []
        index += 1
        while index < range.upperBound {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\""):
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard index < range.upperBound, bytes[index] == byte || bytes[index] == UInt8(ascii: "\"") else {
                    throw Failure(
                        message: "a backslash in a text stands before \" or another backslash", offset: index - 1)
                }
                text.append(bytes[index])
                index += 1
            case UInt8(ascii: "\n"):
                while text.last?.isHTMLSpace == true { text.removeLast() }
                while index < range.upperBound, bytes[index].isHTMLSpace { index += 1 }
                text.append(UInt8(ascii: " "))
            default:
                text.append(byte)
            }
        }
        throw Failure(message: "the text is not closed", offset: start)
    }
}

extension UInt8 {
    /// Space, tab, line feed, form feed, carriage return.
    var isHTMLSpace: Bool {
        self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0C || self == 0x0D
    }

    var isASCIILetter: Bool {
        (0x61...0x7A).contains(self | 0x20)
    }

    var asciiLowercased: UInt8 {
        (0x41...0x5A).contains(self) ? self | 0x20 : self
    }
}
