/// The name with which an administrator of the portal logs in: 3 to 32 of `a`-`z`, `0`-`9`, `.`, `_` and `-`, beginning
/// with a letter.
public struct AdministratorName: Hashable, Sendable, CustomStringConvertible {
    /// The name, in lower case.
    public let text: String

    /// The shortest and the longest name, in characters.
    public static let length = 3...32

    /// Reads a name as people write it: letters in either case, blanks at the ends.
    ///
    /// - Throws: ``RuleViolation/administratorName``.
    public init(_ text: String) throws(InvalidValue) {
        let bytes = ASCIIText.uppercasedAndTrimmed(text).map { ASCIIText.isUppercase($0) ? $0 + 32 : $0 }
        guard Self.length.contains(bytes.count), let first = bytes.first, ASCIIText.isLowercase(first),
            bytes.allSatisfy({ ASCIIText.isLowercase($0) || ASCIIText.isDigit($0) || "._-".utf8.contains($0) })
        else { throw InvalidValue(.administratorName) }
        self.text = String(decoding: bytes, as: UTF8.self)
    }

    /// The text.
    public var description: String { text }
}

extension RuleViolation {
    /// No name of an administrator.
    public static let administratorName = RuleViolation(
        "An administrator's name has 3 to 32 letters, digits, dots, hyphens and underscores, and begins with a letter.")
}
