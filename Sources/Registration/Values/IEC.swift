/// An Importer Exporter Code: 10 digits, or the holder's PAN.
///
/// Codes given before 12-06-2017 are 10 digits, in which leading zeros occur; since then the IEC is the firm's PAN.
/// Source: DGFT Trade Notice 9 of 12-06-2017.
public struct IEC: Hashable, Sendable, CustomStringConvertible {
    /// The 10 characters, letters in upper case.
    public let text: String

    /// Reads an IEC as people write it: letters in either case, blanks at the ends.
    ///
    /// - Throws: ``RuleViolation/iecMissing`` or ``RuleViolation/iecForm``.
    public init(_ text: String) throws(InvalidValue) {
        let bytes = ASCIIText.uppercasedAndTrimmed(text)
        guard !bytes.isEmpty else { throw InvalidValue(.iecMissing) }
        guard ASCIIText.matches(bytes, "9999999999") || ASCIIText.matches(bytes, "AAAAA9999A") else {
            throw InvalidValue(.iecForm)
        }
        self.text = String(decoding: bytes, as: UTF8.self)
    }

    /// The PAN that the code is, or `nil` for a code of digits.
    public var pan: String? { text.utf8.first.map(ASCIIText.isUppercase) == true ? text : nil }

    /// The text.
    public var description: String { text }
}

extension RuleViolation {
    /// Nothing was typed.
    public static let iecMissing = RuleViolation("Enter the IEC.")
    /// Neither 10 digits nor the form of a PAN.
    public static let iecForm = RuleViolation(
        "IEC must be 10 digits, or 5 letters, 4 digits and a letter (the PAN of the firm).")
}
