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
        var violation: RuleViolation?
        let canonical = [UInt8](capacity: Self.length) { violation = Self.read(Array(text.utf8).span, into: &$0) }
        if let violation { throw InvalidValue(violation) }
        self.text = String(decoding: canonical, as: UTF8.self)
    }

    /// Reads an IEC from bytes, by the rules of ``init(_:)``, for millions of them.
    ///
    /// - Parameter canonical: gets the 10 characters added, or nothing; has room for them.
    /// - Returns: the rule that the bytes break.
    public static func read(_ bytes: Span<UInt8>, into canonical: inout OutputSpan<UInt8>) -> RuleViolation? {
        let place = ASCIIText.trimmed(bytes)
        guard !place.isEmpty else { return .iecMissing }
        guard place.count == length, ASCIIText.isPAN(bytes, at: place.lowerBound) || isNumber(bytes, place) else {
            return .iecForm
        }
        for index in place { canonical.append(ASCIIText.uppercased(bytes[index])) }
        return nil
    }

    /// Whether the bytes are an IEC as they stand: then ``read(_:into:)`` would copy them.
    public static func isCanonical(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count == length else { return false }
        return isNumber(bytes, 0..<length) || (ASCIIText.isPAN(bytes, at: 0) && !ASCIIText.hasLowercase(bytes))
    }

    /// The characters of an IEC.
    public static let length = 10

    private static func isNumber(_ bytes: Span<UInt8>, _ place: Range<Int>) -> Bool {
        for index in place where !ASCIIText.isDigit(bytes[index]) { return false }
        return true
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
