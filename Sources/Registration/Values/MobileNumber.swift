/// An Indian mobile number: 10 digits, the first 6 to 9.
public struct MobileNumber: Hashable, Sendable, CustomStringConvertible {
    /// The 10 digits, without country code.
    public let text: String

    /// Reads a number as people write it: with +91, 91 or 0 before it, with spaces and hyphens.
    ///
    /// - Throws: ``RuleViolation/mobileMissing`` or ``RuleViolation/mobileForm``.
    public init(_ text: String) throws(InvalidValue) {
        var bytes = ASCIIText.trimmed(Array(text.utf8))
        guard !bytes.isEmpty else { throw InvalidValue(.mobileMissing) }
        let isInternational = bytes.first == UInt8(ascii: "+")
        if isInternational { bytes.removeFirst() }
        guard bytes.allSatisfy({ ASCIIText.isDigit($0) || Self.separators.contains($0) }) else {
            throw InvalidValue(.mobileForm)
        }
        var digits = bytes.filter(ASCIIText.isDigit)
        if digits.count == 12, digits.starts(with: "91".utf8) {
            digits.removeFirst(2)
        } else if isInternational {
            // `+91 98765432` is a number that lacks two digits, not 91987 65432.
            throw InvalidValue(.mobileForm)
        } else if digits.count == 11, digits.first == UInt8(ascii: "0") {
            digits.removeFirst()
        }
        guard digits.count == 10, let first = digits.first, first >= UInt8(ascii: "6") else {
            throw InvalidValue(.mobileForm)
        }
        self.text = String(decoding: digits, as: UTF8.self)
    }

    /// The number with all but the last four digits hidden, to be shown and logged.
    public var masked: String { "******" + String(decoding: text.utf8.suffix(4), as: UTF8.self) }

    /// The masked form: what ends in a log shows nobody's contact.
    public var description: String { masked }

    private static let separators: [UInt8] = Array(" -()".utf8)
}

extension RuleViolation {
    /// Nothing was typed.
    public static let mobileMissing = RuleViolation("Enter the mobile number.")
    /// No Indian mobile number.
    public static let mobileForm = RuleViolation("Mobile number must have 10 digits and begin with 6, 7, 8 or 9.")
}
