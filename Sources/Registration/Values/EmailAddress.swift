/// An e-mail address of at most 50 ASCII characters, in the form that `<input type=email>` accepts, with a domain
/// that has a dot.
///
/// Quoted local parts, address literals and lists are refused: one address reaches one mailbox, and nothing in it can
/// end an SMTP command. Source: HTML Standard, "valid e-mail address"; RFC 5321, 4.5.3.1.
public struct EmailAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address; the domain is in lower case.
    public let text: String

    /// The longest address, in characters: the advisory's limit.
    public static let maximumLength = 50

    /// Reads an address, without blanks at its ends.
    ///
    /// - Throws: ``RuleViolation/emailMissing``, ``RuleViolation/emailLength`` or ``RuleViolation/emailForm``.
    public init(_ text: String) throws(InvalidValue) {
        var violation: RuleViolation?
        let canonical = [UInt8](capacity: Self.maximumLength) {
            violation = Self.read(Array(text.utf8).span, into: &$0)
        }
        if let violation { throw InvalidValue(violation) }
        self.text = String(decoding: canonical, as: UTF8.self)
    }

    /// Reads an address from bytes, by the rules of ``init(_:)``, for millions of them.
    ///
    /// - Parameter canonical: gets the address added, or nothing; has room for the longest.
    /// - Returns: the rule that the bytes break.
    public static func read(_ bytes: Span<UInt8>, into canonical: inout OutputSpan<UInt8>) -> RuleViolation? {
        let place = ASCIIText.trimmed(bytes)
        guard !place.isEmpty else { return .emailMissing }
        guard place.count <= maximumLength else { return .emailLength }
        let text = bytes.extracting(place)
        let at = endOfLocalPart(text)
        guard at > 0, domain(text, after: at) != nil else { return .emailForm }
        for index in text.indices { canonical.append(index < at ? text[index] : ASCIIText.lowercased(text[index])) }
        return nil
    }

    /// Whether the bytes are an address as they stand: then ``read(_:into:)`` would copy them.
    public static func isCanonical(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count <= maximumLength else { return false }
        let at = endOfLocalPart(bytes)
        return at > 0 && domain(bytes, after: at) == .inLowerCase
    }

    /// Where the `@` stands behind a right local part; 0 when there is none.
    private static func endOfLocalPart(_ bytes: Span<UInt8>) -> Int {
        let dot = UInt8(ascii: ".")
        // As if a dot stood before and behind: at neither end, nor beside another, may one stand.
        var previous = dot
        for index in bytes.indices {
            let byte = bytes[index]
            guard localCharacters.contains(byte) else {
                let isEnd = byte == UInt8(ascii: "@") && previous != dot && bytes[0] != UInt8(ascii: "-")
                return isEnd ? index : 0
            }
            if byte == dot, previous == dot { return 0 }
            previous = byte
        }
        return 0
    }

    /// The part before the `@`.
    public var localPart: String { String(decoding: text.utf8.prefix { $0 != UInt8(ascii: "@") }, as: UTF8.self) }

    /// The address with all but the first character of the local part hidden, to be shown and logged.
    public var masked: String {
        String(decoding: text.utf8.prefix(1), as: UTF8.self) + "***"
            + String(decoding: text.utf8.drop { $0 != UInt8(ascii: "@") }, as: UTF8.self)
    }

    /// The masked form: what ends in a log shows nobody's contact.
    public var description: String { masked }

    private enum Domain { case inLowerCase, mixed }

    /// Labels of 1 to 63 characters, at least two, none with a hyphen at an end; the last is letters, two at least, or one
    /// in another script in its ASCII form: xn--h2brj9c is .भारत.
    ///
    /// - Returns: `nil` for what is no domain.
    private static func domain(_ bytes: Span<UInt8>, after at: Int) -> Domain? {
        let (dot, hyphen) = (UInt8(ascii: "."), UInt8(ascii: "-"))
        var start = at + 1
        var isLettersOnly = true
        var isLowercase = true
        // As if a hyphen stood before a label and behind it: at neither end may one stand.
        var previous = hyphen
        for index in start..<bytes.count {
            let byte = bytes[index]
            if byte == dot {
                guard previous != hyphen, index - start <= 63 else { return nil }
                start = index + 1
                isLettersOnly = true
                previous = hyphen
                continue
            }
            guard labelCharacters.contains(byte), byte != hyphen || index > start else { return nil }
            // Digits and the hyphen stand below the letters.
            if byte < UInt8(ascii: "A") {
                isLettersOnly = false
            } else if byte < UInt8(ascii: "a") {
                isLowercase = false
            }
            previous = byte
        }
        let length = bytes.count - start
        guard start > at + 1, previous != hyphen, length >= 2, length <= 63,
            isLettersOnly || isEncoded(bytes, at: start)
        else { return nil }
        return isLowercase ? .inLowerCase : .mixed
    }

    private static func isEncoded(_ bytes: Span<UInt8>, at start: Int) -> Bool {
        bytes.count - start > 4 && ASCIIText.lowercased(bytes[start]) == UInt8(ascii: "x")
            && ASCIIText.lowercased(bytes[start + 1]) == UInt8(ascii: "n") && bytes[start + 2] == UInt8(ascii: "-")
            && bytes[start + 3] == UInt8(ascii: "-")
    }

    /// Letters, digits and `.!#$%&'*+/=?^_{|}~-` and the grave accent.
    private static let localCharacters = ASCIIText.Characters(low: 0xA3FF_ECFA_0000_0000, high: 0x7FFF_FFFF_C7FF_FFFE)
    /// Letters, digits and the hyphen.
    private static let labelCharacters = ASCIIText.Characters(low: 0x3FF_2000_0000_0000, high: 0x7FF_FFFE_07FF_FFFE)
}

extension RuleViolation {
    /// Nothing was typed.
    public static let emailMissing = RuleViolation("Enter the e-mail ID.")
    /// Longer than 50 characters.
    public static let emailLength = RuleViolation("E-mail id should not exceed 50 characters.")
    /// No address of one mailbox.
    public static let emailForm = RuleViolation("E-mail ID must be written like name@example.com.")
}
