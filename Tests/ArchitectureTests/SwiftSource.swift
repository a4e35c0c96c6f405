/// A Swift file taken apart: its code without comments and texts, and the texts by themselves.
///
/// It knows what this project writes: line and block comments, texts in one line, in several, and between `#`.
struct SwiftSource {
    /// The code, a space in place of each comment, a pair of quotes in place of each text; that of interpolations
    /// stands at the end.
    private(set) var code = ""
    /// The texts without interpolations, escapes resolved.
    private(set) var literals: [String] = []
    /// The texts with interpolations, without these.
    private(set) var interpolated: [String] = []

    private var bytes: ArraySlice<UInt8>

    init(_ text: String) {
        bytes = Array(text.utf8)[...]
        let outer = readCode(isInterpolation: false)
        code = outer + "\n" + code
    }

    /// The identifiers and keywords of the code.
    var words: [String] {
        code.utf8.split { !Self.isWordByte($0) }.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The modules that the file imports.
    var imports: [String] {
        code.utf8.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let words = line.split { $0 == UInt8(ascii: " ") }.map { String(decoding: $0, as: UTF8.self) }
            guard let index = words.firstIndex(of: "import"), index + 1 < words.count,
                words[..<index].allSatisfy({ $0.hasPrefix("@") || Self.accessLevels.contains($0) })
            else { return nil }
            let kinds = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
            let name = kinds.contains(words[index + 1]) && index + 2 < words.count ? words[index + 2] : words[index + 1]
            return String(name.prefix { $0 != "." })
        }
    }

    private static let accessLevels = ["public", "package", "internal", "fileprivate", "private"]

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Reads to the end of the file, or of an interpolation.
    private mutating func readCode(isInterpolation: Bool) -> String {
        var code: [UInt8] = []
        var depth = 0
        while let byte = bytes.first {
            if byte == UInt8(ascii: "/"), bytes.starts(with: "//".utf8) {
                bytes = bytes.drop { $0 != UInt8(ascii: "\n") }
            } else if byte == UInt8(ascii: "/"), bytes.starts(with: "/*".utf8) {
                while !bytes.isEmpty, !bytes.starts(with: "*/".utf8) { bytes.removeFirst() }
                bytes = bytes.dropFirst(2)
                code.append(UInt8(ascii: " "))
            } else if byte == UInt8(ascii: "\"") || (byte == UInt8(ascii: "#") && bytes.starts(with: "#\"".utf8)) {
                code += Array("\"\"".utf8)
                readText()
            } else {
                if byte == UInt8(ascii: "(") { depth += 1 }
                if byte == UInt8(ascii: ")") { depth -= 1 }
                bytes.removeFirst()
                if isInterpolation, depth < 0 { break }
                code.append(byte)
            }
        }
        return String(decoding: code, as: UTF8.self)
    }

    private mutating func readText() {
        let isRaw = bytes.first == UInt8(ascii: "#")
        if isRaw { bytes.removeFirst() }
        let quotes = bytes.starts(with: "\"\"\"".utf8) ? "\"\"\"" : "\""
        bytes = bytes.dropFirst(quotes.utf8.count)
        let end = Array(quotes.utf8) + (isRaw ? [UInt8(ascii: "#")] : [])
        var text: [UInt8] = []
        var hasInterpolation = false
        while let byte = bytes.first, byte != UInt8(ascii: "\"") || !bytes.starts(with: end) {
            bytes.removeFirst()
            guard byte == UInt8(ascii: "\\"), !isRaw, let escaped = bytes.first else {
                text.append(byte)
                continue
            }
            bytes.removeFirst()
            switch escaped {
            case UInt8(ascii: "("):
                hasInterpolation = true
                code += readCode(isInterpolation: true) + "\n"
            case UInt8(ascii: "n"): text.append(UInt8(ascii: "\n"))
            case UInt8(ascii: "t"): text.append(UInt8(ascii: "\t"))
            case UInt8(ascii: "\n"): bytes = bytes.drop { $0 == UInt8(ascii: " ") }
            default: text.append(escaped)
            }
        }
        bytes = bytes.dropFirst(end.count)
        let read = String(decoding: text, as: UTF8.self)
        if hasInterpolation { interpolated.append(read) } else { literals.append(read) }
    }
}
