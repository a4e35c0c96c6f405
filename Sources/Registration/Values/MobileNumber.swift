/// An Indian mobile number: 10 digits, the first 6 to 9.
public struct MobileNumber: Hashable, Sendable, CustomStringConvertible {
    /// The 10 digits, without country code.
    public let text: String

    /// Reads a number as people write it: with +91, 91 or 0 before it, with spaces and hyphens.
    ///
    /// - Throws: ``RuleViolation/mobileMissing`` or ``RuleViolation/mobileForm``.
    public init(_ text: String) throws(InvalidValue) {
        var violation: RuleViolation?
        let canonical = [UInt8](capacity: Self.length) { violation = Self.read(Array(text.utf8).span, into: &$0) }
        if let violation { throw InvalidValue(violation) }
        self.text = String(decoding: canonical, as: UTF8.self)
    }

    /// Reads a number from bytes, by the rules of ``init(_:)``, for millions of them.
    ///
    /// - Parameter canonical: gets the 10 digits added, or nothing; has room for them.
    /// - Returns: the rule that the bytes break.
    public static func read(_ bytes: Span<UInt8>, into canonical: inout OutputSpan<UInt8>) -> RuleViolation? {
        let place = ASCIIText.trimmed(bytes)
        guard !place.isEmpty else { return .mobileMissing }
        let isInternational = bytes[place.lowerBound] == UInt8(ascii: "+")
        var count = 0
        // The first three digits tell what is written before the number.
        var (first, second, third): (UInt8, UInt8, UInt8) = (0, 0, 0)
        for index in isInternational ? place.dropFirst() : place {
            let byte = bytes[index]
            guard ASCIIText.isDigit(byte) else {
                guard isSeparator(byte) else { return .mobileForm }
                continue
            }
            switch count {
            case 0: first = byte
            case 1: second = byte
            case 2: third = byte
            default: break
            }
            count += 1
        }
        let prefix: Int
        if count == 12, first == UInt8(ascii: "9"), second == UInt8(ascii: "1") {
            (prefix, first) = (2, third)
        } else if count == 11, !isInternational, first == UInt8(ascii: "0") {
            (prefix, first) = (1, second)
        } else if count == 10, !isInternational {
            prefix = 0
        } else {
            // `+91 98765432` is a number that lacks two digits, not 91987 65432.
            return .mobileForm
        }
        guard first >= UInt8(ascii: "6") else { return .mobileForm }
        var digit = 0
        for index in place where ASCIIText.isDigit(bytes[index]) {
            digit += 1
            if digit > prefix { canonical.append(bytes[index]) }
        }
        return nil
    }

    /// Whether the bytes are a number as they stand: then ``read(_:into:)`` would copy them.
    public static func isCanonical(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count == length, bytes[0] >= UInt8(ascii: "6") else { return false }
        for index in bytes.indices where !ASCIIText.isDigit(bytes[index]) { return false }
        return true
    }

    /// The digits of a number.
    public static let length = 10

    /// The number with all but the last four digits hidden, to be shown and logged.
    public var masked: String { "******" + String(decoding: text.utf8.suffix(4), as: UTF8.self) }

    /// The masked form: what ends in a log shows nobody's contact.
    public var description: String { masked }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == ASCIIText.space || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")")
    }
}

extension RuleViolation {
    /// Nothing was typed.
    public static let mobileMissing = RuleViolation("Enter the mobile number.")
    /// No Indian mobile number.
    public static let mobileForm = RuleViolation("Mobile number must have 10 digits and begin with 6, 7, 8 or 9.")
}
