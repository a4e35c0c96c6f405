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
    ///   - personal: words that the password may not hold, forwards or backwards: the ICEGATE ID, IEC, PAN, mobile, the
    ///     e-mail's local part. Those of fewer than 3 bytes are passed over.
    ///   - temporary: the temporary password of the registration, which may not become the password.
    /// - Throws: every rule that the password breaks.
    public init(
        _ text: String, personal: [String], temporary: TemporaryPassword? = nil
    ) throws(InvalidValue) {
        guard !text.isEmpty else { throw InvalidValue(.passwordMissing) }
        guard Self.mayFit(text) else { throw InvalidValue(.passwordTooLong) }
        let composed = Self.composed(text)
        let scalars = composed.unicodeScalars
        var violations: [RuleViolation] = []
        if scalars.count < Self.length.lowerBound { violations.append(.passwordTooShort) }
        let isTooLong = scalars.count > Self.length.upperBound || composed.utf8.count > Self.maximumBytes
        if isTooLong { violations.append(.passwordTooLong) }
        if scalars.contains(where: { $0.properties.generalCategory == .control }) {
            violations.append(.passwordControl)
        }
        if !composed.utf8.contains(where: ASCIIText.isDigit) { violations.append(.passwordDigit) }
        if !scalars.contains(where: Self.isSpecial) { violations.append(.passwordSpecial) }
        if !scalars.contains(where: \.properties.isUppercase) || !scalars.contains(where: \.properties.isLowercase) {
            violations.append(.passwordCases)
        }
        if Self.holds(composed, anyOf: personal + ["icegate", "customs"]) { violations.append(.passwordPersonal) }
        if let temporary, let typed = TemporaryPassword(typed: text), temporary.matches(typed) {
            violations.append(.passwordTemporary)
        }
        if !isTooLong, CommonPasswords.contain(composed) { violations.append(.passwordCommon) }
        guard violations.isEmpty else { throw InvalidValue(violations) }
        bytes = Array(composed.utf8)
    }

    /// The words that the password of a registrant or holder may not hold.
    ///
    /// - Parameter icegateID: as it was typed, where it is no name yet.
    public static func personalWords(icegateID: String, iec: IEC, gstin: GSTIN, contacts: Contacts) -> [String] {
        [icegateID, iec.text, gstin.pan, contacts.mobile.text, contacts.email.localPart].compactMap { $0 }
    }

    /// The bytes of a password typed at login, in the form in which chosen ones are hashed; `nil` for one that no
    /// policy lets exist, which is then not worth a hash.
    public static func bytesForLogin(_ text: String) -> [UInt8]? {
        guard !text.isEmpty, mayFit(text) else { return nil }
        let composed = composed(text)
        guard composed.utf8.count <= maximumBytes else { return nil }
        return Array(composed.utf8)
    }

    /// Whether the composed text may be short enough: composing makes no text shorter than a quarter, and costs time.
    private static func mayFit(_ text: String) -> Bool { text.utf8.count <= 4 * maximumBytes }

    private static func composed(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: text._nfc)
        return String(scalars)
    }

    /// Neither letter nor digit, nor a sign that belongs to the letter before it, as Devanagari's do.
    private static func isSpecial(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .decimalNumber, .nonspacingMark, .spacingMark, .enclosingMark: false
        default: !scalar.properties.isAlphabetic
        }
    }

    /// Whether a text holds one of the words, forwards or backwards, whatever the case of ASCII letters.
    private static func holds(_ text: String, anyOf words: [String]) -> Bool {
        let bytes = folded(text)
        return words.map(folded).contains { word in
            word.count >= 3 && (contains(bytes, word) || contains(bytes, word.reversed()))
        }
    }

    /// Byte by byte: a combining sign behind a word does not hide it.
    private static func contains(_ bytes: [UInt8], _ word: [UInt8]) -> Bool {
        bytes.indices.contains { bytes[$0...].starts(with: word) }
    }

    private static func folded(_ text: String) -> [UInt8] {
        text.utf8.map { ASCIIText.isUppercase($0) ? $0 + 32 : $0 }
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
