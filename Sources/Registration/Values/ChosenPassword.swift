@_spi(_Unicode) import Swift

/// A password that a registrant chose, which keeps every rule of the policy.
///
/// Length is counted in Unicode scalars of the composed form (NFC), so that one password typed on two keyboards is one
/// password. Source: the advisory (number, special character, different cases); NIST SP 800-63B-4, 3.1.1.2 (length,
/// blocklist, context words); the numbers are settings of this project.
public struct ChosenPassword: Sendable {
    /// The password in NFC, as UTF-8, to be hashed.
    public let bytes: [UInt8]

    /// The shortest and the longest password, in Unicode scalars.
    public static let length = 12...128
    /// The longest password, in bytes of UTF-8.
    public static let maximumBytes = 1_024

    /// Takes a password.
    ///
    /// - Parameters:
    ///   - text: the password, nothing trimmed.
    ///   - personal: words that the password may not hold: the ICEGATE ID, IEC, PAN, mobile, the e-mail's local part.
    /// - Throws: every rule that the password breaks.
    public init(_ text: String, personal: [String]) throws(InvalidValue) {
        guard !text.isEmpty else { throw InvalidValue(.passwordMissing) }
        let composed = Self.composed(text)
        let scalars = composed.unicodeScalars
        var violations: [RuleViolation] = []
        if scalars.count < Self.length.lowerBound { violations.append(.passwordTooShort) }
        if scalars.count > Self.length.upperBound || composed.utf8.count > Self.maximumBytes {
            violations.append(.passwordTooLong)
        }
        if composed.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) { violations.append(.passwordControl) }
        if !composed.utf8.contains(where: ASCIIText.isDigit) { violations.append(.passwordDigit) }
        if !scalars.contains(where: Self.isSpecial) { violations.append(.passwordSpecial) }
        if !scalars.contains(where: \.properties.isUppercase) || !scalars.contains(where: \.properties.isLowercase) {
            violations.append(.passwordCases)
        }
        let folded = Self.folded(composed)
        if (personal + ["icegate", "customs"]).map(Self.folded).contains(where: { $0.count >= 3 && folded.contains($0) }
        ) {
            violations.append(.passwordPersonal)
        }
        if CommonPasswords.contain(composed) { violations.append(.passwordCommon) }
        guard violations.isEmpty else { throw InvalidValue(violations) }
        bytes = Array(composed.utf8)
    }

    /// The bytes of a password typed at login, in the form in which chosen ones are hashed; `nil` for one that no
    /// policy lets exist, which is then not worth a hash.
    public static func bytesForLogin(_ text: String) -> [UInt8]? {
        let composed = composed(text)
        guard !composed.isEmpty, composed.utf8.count <= maximumBytes else { return nil }
        return Array(composed.utf8)
    }

    private static func composed(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: text._nfc)
        return String(scalars)
    }

    private static func isSpecial(_ scalar: Unicode.Scalar) -> Bool {
        !scalar.properties.isAlphabetic && !(scalar.value >= 0x30 && scalar.value <= 0x39) && scalar.value >= 0x20
            && scalar.value != 0x7F
    }

    private static func folded(_ text: String) -> String {
        String(decoding: text.utf8.map { ASCIIText.isUppercase($0) ? $0 + 32 : $0 }, as: UTF8.self)
    }
}

extension RuleViolation {
    /// Nothing was typed.
    public static let passwordMissing = RuleViolation("Enter a new password.")
    /// Fewer than 12 characters.
    public static let passwordTooShort = RuleViolation("The password should have at least 12 characters.")
    /// More than 128 characters or 1,024 bytes.
    public static let passwordTooLong = RuleViolation("The password should not exceed 128 characters.")
    /// A character that cannot be seen, such as a tab.
    public static let passwordControl = RuleViolation("The password should not contain control characters.")
    /// No digit.
    public static let passwordDigit = RuleViolation("The password should contain a number.")
    /// Nothing but letters and digits.
    public static let passwordSpecial = RuleViolation("The password should contain a special character.")
    /// Letters of one case only.
    public static let passwordCases = RuleViolation("The password should contain capital and small letters.")
    /// Holds the ID, IEC, PAN, mobile, the e-mail's local part, icegate or customs.
    public static let passwordPersonal = RuleViolation(
        "The password should not contain your ICEGATE ID, IEC, PAN, mobile number, e-mail name, \"icegate\" or \"customs\"."
    )
    /// A password that attackers try first.
    public static let passwordCommon = RuleViolation("This password is too common. Please choose another one.")
    /// Equal to the temporary password.
    public static let passwordTemporary = RuleViolation("The temporary password may not become the password.")
    /// The second field differs from the first.
    public static let passwordMismatch = RuleViolation("The two passwords are not the same.")
    /// The second field is empty.
    public static let confirmationMissing = RuleViolation("Enter the password again.")
}
