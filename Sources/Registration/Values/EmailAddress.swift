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
        let bytes = ASCIIText.trimmed(Array(text.utf8))
        guard !bytes.isEmpty else { throw InvalidValue(.emailMissing) }
        guard bytes.count <= Self.maximumLength else { throw InvalidValue(.emailLength) }
        guard let at = bytes.firstIndex(of: UInt8(ascii: "@")) else { throw InvalidValue(.emailForm) }
        let local = bytes[..<at]
        let domain = bytes[(at + 1)...].map { ASCIIText.isUppercase($0) ? $0 + 32 : $0 }
        guard Self.isLocalPart(local), Self.isDomain(domain) else { throw InvalidValue(.emailForm) }
        self.text = String(decoding: local + [bytes[at]] + domain, as: UTF8.self)
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

    private static func isLocalPart(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, let last = bytes.last else { return false }
        let dot = UInt8(ascii: ".")
        guard first != dot, last != dot, first != UInt8(ascii: "-") else { return false }
        guard !zip(bytes, bytes.dropFirst()).contains(where: { $0 == dot && $1 == dot }) else { return false }
        return bytes.allSatisfy { ASCIIText.isLetter($0) || ASCIIText.isDigit($0) || localMarks.contains($0) }
    }

    private static func isDomain(_ bytes: [UInt8]) -> Bool {
        let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        // The last label is letters, or one in another script in its ASCII form: xn--h2brj9c is .भारत.
        guard labels.count >= 2, let last = labels.last, last.count >= 2,
            last.allSatisfy(ASCIIText.isLetter) || last.starts(with: "xn--".utf8)
        else { return false }
        let hyphen = UInt8(ascii: "-")
        return labels.allSatisfy { label in
            (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
                && label.allSatisfy { ASCIIText.isLetter($0) || ASCIIText.isDigit($0) || $0 == hyphen }
        }
    }

    private static let localMarks: [UInt8] = Array(".!#$%&'*+/=?^_`{|}~-".utf8)
}

extension RuleViolation {
    /// Nothing was typed.
    public static let emailMissing = RuleViolation("Enter the e-mail ID.")
    /// Longer than 50 characters.
    public static let emailLength = RuleViolation("E-mail id should not exceed 50 characters.")
    /// No address of one mailbox.
    public static let emailForm = RuleViolation("E-mail ID must be written like name@example.com.")
}
