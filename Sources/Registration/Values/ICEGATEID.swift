/// The name that a registrant chooses to log in with: up to 25 letters, digits, `-` and `_`, whatever their case.
///
/// Source: the advisory's rules under the form; reserved names are a decision of this project.
public struct ICEGATEID: Hashable, Sendable, CustomStringConvertible {
    /// The name in upper case.
    public let text: String

    /// The longest name, in characters.
    public static let maximumLength = 25

    /// Reads a name. Blanks are not trimmed: the advisory forbids them.
    ///
    /// - Throws: every rule that the name breaks.
    public init(_ text: String) throws(InvalidValue) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { throw InvalidValue(.icegateIDMissing) }
        var violations: [RuleViolation] = []
        if bytes.contains(where: { $0 == ASCIIText.space || (9...13).contains($0) }) {
            violations.append(.icegateIDBlank)
        }
        if bytes.contains(where: { !Self.isAllowed($0) && $0 != ASCIIText.space && !(9...13).contains($0) }) {
            violations.append(.icegateIDSpecialCharacter)
        }
        if text.unicodeScalars.count > Self.maximumLength { violations.append(.icegateIDLength) }
        if !bytes.contains(where: { ASCIIText.isLetter($0) || ASCIIText.isDigit($0) }) {
            violations.append(.icegateIDAlphanumeric)
        }
        let name = String(decoding: bytes.map { ASCIIText.isLowercase($0) ? $0 - 32 : $0 }, as: UTF8.self)
        if violations.isEmpty, Self.reserved.contains(name) { violations.append(.icegateIDReserved) }
        guard violations.isEmpty else { throw InvalidValue(violations) }
        self.text = name
    }

    /// The text.
    public var description: String { text }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        ASCIIText.isLetter(byte) || ASCIIText.isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    /// Names that would pass for an office, a role or a program.
    private static let reserved: Set<String> = [
        "ADMIN", "ADMINISTRATOR", "ANONYMOUS", "CBEC", "CBIC", "COMMISSIONER", "CUSTOMS", "DGFT", "EVERYONE", "GST",
        "GSTN", "GUEST", "HELP", "HELPDESK", "ICEGATE", "ICES", "INDIA", "INFO", "NIC", "NONE", "NULL", "OFFICER",
        "OPERATOR", "POSTMASTER", "ROOT", "SECURITY", "SUPERUSER", "SUPPORT", "SYSTEM", "TEST", "UNDEFINED", "USER",
        "WEBMASTER",
    ]
}

extension RuleViolation {
    /// Nothing was typed.
    public static let icegateIDMissing = RuleViolation("Enter the ICEGATE ID of your choice.")
    /// A blank anywhere.
    public static let icegateIDBlank = RuleViolation("ICEGATE Id should not contain any blank spaces.")
    /// A character beyond letters, digits, `-` and `_`.
    public static let icegateIDSpecialCharacter = RuleViolation(
        "ICEGATE Id should not contain special characters except \"-\" and \"_\".")
    /// More than 25 characters.
    public static let icegateIDLength = RuleViolation("ICEGATE Id should not exceed 25 characters.")
    /// Neither a letter nor a digit.
    public static let icegateIDAlphanumeric = RuleViolation("ICEGATE Id must contain a letter or a digit.")
    /// A name that is kept back.
    public static let icegateIDReserved = RuleViolation(
        "This ICEGATE ID is reserved. Please try with another ICEGATE ID.")
    /// Another registrant or account has it.
    public static let icegateIDTaken = RuleViolation(
        "This ICEGATE ID already exists in system. Please try with another ICEGATE ID.")
}
