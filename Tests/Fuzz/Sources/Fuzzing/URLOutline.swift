/// What a browser makes of a URL in a page of `https://portal.example/`, as far as a value must not change it.
///
/// Source: https://url.spec.whatwg.org/#url-parsing
public struct URLOutline: Equatable {
    /// The scheme, in lower case; nil where the page's own counts.
    public var scheme: String?
    /// What stands between `//` and the path; nil where the page's own counts.
    public var host: String?
    /// How many segments the path has, with those that `..` takes away counted.
    public var segments: Int
    /// Segments that lead upwards or stay.
    public var dots: Int
    /// How many `&` and how many `=` the query has; nil for none.
    public var query: [Int]?
    /// Whether there is a fragment.
    public var hasFragment: Bool

    /// Reads the value of an attribute, references resolved.
    public init(_ value: [UInt8]) {
        var bytes = value[...]
        while let first = bytes.first, first <= 0x20 { bytes = bytes.dropFirst() }
        while let last = bytes.last, last <= 0x20 { bytes = bytes.dropLast() }
        var text = bytes.filter { $0 != 9 && $0 != 10 && $0 != 13 }[...]
        func isScheme(_ byte: UInt8) -> Bool {
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || "+-.".utf8.contains(byte)
        }
        let word = text.prefix(while: isScheme)
        let isWord = word.first.map { (65...90).contains($0) || (97...122).contains($0) } ?? false
        if isWord, text.dropFirst(word.count).first == UInt8(ascii: ":") {
            scheme = String(decoding: word.map { (65...90).contains($0) ? $0 + 32 : $0 }, as: UTF8.self)
            text = text.dropFirst(word.count + 1)
        }
        let fragment = text.firstIndex(of: UInt8(ascii: "#"))
        hasFragment = fragment != nil
        if let fragment { text = text[..<fragment] }
        if let start = text.firstIndex(of: UInt8(ascii: "?")) {
            let fields = text[start...]
            query = [fields.count { $0 == UInt8(ascii: "&") }, fields.count { $0 == UInt8(ascii: "=") }]
            text = text[..<start]
        }
        // Of the schemes that have hosts, a backslash is a slash.
        let isSpecial = scheme == nil || scheme == "https" || scheme == "http"
        func isSlash(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: "/") || (isSpecial && byte == UInt8(ascii: "\\"))
        }
        let slashes = text.prefix(while: isSlash).count
        if isSpecial, slashes >= 2 || scheme != nil {
            let rest = text.dropFirst(slashes)
            let name = rest.prefix { !isSlash($0) }
            host = String(decoding: name, as: UTF8.self)
            text = rest.dropFirst(name.count)
        }
        let parts = text.split(omittingEmptySubsequences: false, whereSeparator: isSlash)
        segments = parts.count
        dots = parts.count { part in
            let plain = String(decoding: part, as: UTF8.self).lowercased().replacing("%2e", with: ".")
            return plain == "." || plain == ".."
        }
    }
}
