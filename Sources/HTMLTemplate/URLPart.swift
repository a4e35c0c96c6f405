/// How far the template's own text has come inside a URL attribute.
enum URLPart: Hashable, Sendable {
    /// Nothing but spaces yet: a value chooses the whole URL.
    case start
    /// Text that may still turn out to be a scheme.
    case prefix([UInt8])
    /// One "/" at the start.
    case slash
    /// The host, after "//" or "https:".
    case host(hasBegun: Bool)
    case path(isMail: Bool)
    case query
    case fragment
    /// After a value that chose the whole URL.
    case afterWhole
    /// A scheme whose rest is not a location, such as `javascript:`.
    case otherScheme

    static func isHarmlessScheme(_ scheme: some Collection<UInt8>) -> Bool {
        ["https", "http", "mailto", "tel"].contains { scheme.elementsEqual($0.utf8) }
    }

    /// Goes on by one byte of the template's text; returns what is wrong with it.
    mutating func advance(_ byte: UInt8) -> String? {
        if self == .afterWhole, byte != UInt8(ascii: "?"), byte != UInt8(ascii: "#") {
            self = .path(isMail: false)
            return "after a value that is a whole URL only ? or # may follow"
        }
        switch (self, byte) {
        case (.fragment, _), (.otherScheme, _):
            break
        case (.query, _) where byte != UInt8(ascii: "#"):
            break
        case (_, UInt8(ascii: "#")):
            self = .fragment
        case (_, UInt8(ascii: "?")):
            self = .query
        case (.start, _) where byte.isHTMLSpace:
            break
        case (.start, UInt8(ascii: "/")), (.start, UInt8(ascii: "\\")):
            self = .slash
        case (.start, _):
            self = .prefix([])
            return advance(byte)
        case (.prefix(let text), UInt8(ascii: ":")):
            return endScheme(text)
        case (.prefix, UInt8(ascii: "/")):
            self = .path(isMail: false)
        case (.prefix, UInt8(ascii: "&")), (.prefix, ...0x20):
            // A character reference or a dropped tab could spell a scheme that is not seen here.
            self = .otherScheme
        case (.prefix(let text), _):
            self = .prefix(text + [byte.asciiLowercased])
        case (.slash, UInt8(ascii: "/")), (.slash, UInt8(ascii: "\\")):
            self = .host(hasBegun: false)
        case (.slash, UInt8(ascii: "&")), (.slash, ...0x20):
            self = .otherScheme
        case (.slash, _):
            self = .path(isMail: false)
        case (.host(let hasBegun), UInt8(ascii: "/")), (.host(let hasBegun), UInt8(ascii: "\\")):
            if hasBegun { self = .path(isMail: false) }
        case (.host(hasBegun: false), UInt8(ascii: "&")):
            // A character reference could spell a slash, or what is dropped.
            self = .otherScheme
        case (.host, ...0x20):
            // Browsers drop tabs and line ends, also in front of the host.
            // Source: https://url.spec.whatwg.org/#concept-basic-url-parser
            break
        case (.host, _):
            self = .host(hasBegun: true)
        case (.path, _), (.query, _), (.afterWhole, _):
            break
        }
        return nil
    }

    private mutating func endScheme(_ scheme: [UInt8]) -> String? {
        if scheme.contains(0) { return "a value may not be a part of a URL's scheme" }
        guard Self.isHarmlessScheme(scheme) else {
            self = .otherScheme
            return nil
        }
        self =
            scheme.starts(with: "http".utf8) ? .host(hasBegun: false) : .path(isMail: scheme.first == UInt8(ascii: "m"))
        return nil
    }

    /// How a value is written here; nil where none may stand, see `problem`.
    var encoding: Encoding? {
        switch self {
        case .start: .url
        case .slash: .urlFirstSegment
        case .prefix: .urlSegment(keepsAt: false)
        case .path(let isMail): .urlSegment(keepsAt: isMail)
        case .query, .fragment: .urlComponent
        case .host, .afterWhole, .otherScheme: nil
        }
    }

    var problem: String {
        switch self {
        case .host: "a value may not stand in a URL's host"
        case .afterWhole: "a value may not follow a value that is a whole URL"
        default: "a value may not stand in a URL of this scheme"
        }
    }

    /// Goes on past a value.
    mutating func passValue() {
        switch self {
        case .start: self = .afterWhole
        case .slash: self = .path(isMail: false)
        // The zero byte, which no file holds, keeps the rest from being read as a scheme.
        case .prefix(let text): self = .prefix(text + [0])
        default: break
        }
    }
}
