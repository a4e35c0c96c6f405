/// A Goods and Services Tax Identification Number: State code, PAN or TAN, two characters, check character.
///
/// Only the master decides whether a number was issued; a `GSTIN` that exists has one of the forms in use, a State
/// that exists and a right check character. Source: CGST Rules 2017, rule 10.
public struct GSTIN: Hashable, Sendable, CustomStringConvertible {
    /// The 15 characters, letters in upper case.
    public let text: String

    /// Reads a GSTIN as people write it: letters in either case, blanks at the ends.
    ///
    /// - Throws: the first rule that it breaks: ``RuleViolation/gstinMissing``, ``RuleViolation/gstinLength``,
    ///   ``RuleViolation/gstinForm``, ``RuleViolation/gstinState`` or ``RuleViolation/gstinCheckCharacter``.
    public init(_ text: String) throws(InvalidValue) {
        var violation: RuleViolation?
        let canonical = [UInt8](capacity: Self.length) { violation = Self.read(Array(text.utf8).span, into: &$0) }
        if let violation { throw InvalidValue(violation) }
        self.text = String(decoding: canonical, as: UTF8.self)
    }

    /// Reads a GSTIN from bytes, by the rules of ``init(_:)``, for millions of them.
    ///
    /// - Parameter canonical: gets the 15 characters added, or nothing; has room for them.
    /// - Returns: the first rule that the bytes break.
    public static func read(_ bytes: Span<UInt8>, into canonical: inout OutputSpan<UInt8>) -> RuleViolation? {
        let place = ASCIIText.trimmed(bytes)
        guard !place.isEmpty else { return .gstinMissing }
        guard place.count == length else { return .gstinLength }
        if let violation = violation(in: bytes.extracting(place)) { return violation }
        for index in place { canonical.append(ASCIIText.uppercased(bytes[index])) }
        return nil
    }

    /// Whether the bytes are a GSTIN as they stand: then ``read(_:into:)`` would copy them.
    public static func isCanonical(_ bytes: Span<UInt8>) -> Bool {
        bytes.count == length && !ASCIIText.hasLowercase(bytes) && violation(in: bytes) == nil
    }

    /// The characters of a GSTIN.
    public static let length = 15

    private static func violation(in text: Span<UInt8>) -> RuleViolation? {
        guard isNormal(text) || isRare(text) else { return .gstinForm }
        guard isState(text[0], text[1]), !isOnlineService(text) || (text[0] == UInt8(ascii: "9") && text[1] == text[0])
        else { return .gstinState }
        let isRight = checkCharacter(of: text.extracting(..<14)) == ASCIIText.uppercased(text[14])
        return isRight ? nil : .gstinCheckCharacter
    }

    private static func isOnlineService(_ text: Span<UInt8>) -> Bool {
        ASCIIText.uppercased(text[12]) == UInt8(ascii: "O") && ASCIIText.uppercased(text[13]) == UInt8(ascii: "S")
    }

    /// Two digits, a PAN, a letter or digit but 0, one of `Z`, `1` to `9`, `A`, `B`, `D` to `J`, a letter or digit.
    private static func isNormal(_ text: Span<UInt8>) -> Bool {
        guard ASCIIText.isDigit(text[0]), ASCIIText.isDigit(text[1]), ASCIIText.isPAN(text, at: 2),
            text[12] != UInt8(ascii: "0"), ASCIIText.isDigit(text[12]) || ASCIIText.isLetter(text[12]),
            ASCIIText.isDigit(text[14]) || ASCIIText.isLetter(text[14])
        else { return false }
        switch ASCIIText.uppercased(text[13]) {
        case UInt8(ascii: "Z"), UInt8(ascii: "1")...UInt8(ascii: "9"), UInt8(ascii: "A"), UInt8(ascii: "B"),
            UInt8(ascii: "D")...UInt8(ascii: "J"):
            return true
        default: return false
        }
    }

    private static func isRare(_ text: Span<UInt8>) -> Bool {
        var folded: [UInt8] = []
        for index in text.indices { folded.append(ASCIIText.uppercased(text[index])) }
        return rareForms.contains { ASCIIText.matches(folded.span, $0.form) }
    }

    /// The PAN inside a number of the normal form, or `nil` for the forms that hold none.
    public var pan: String? {
        let bytes = Array(text.utf8)
        guard Self.isNormal(bytes.span) else { return nil }
        return String(decoding: bytes[2..<12], as: UTF8.self)
    }

    /// Whether the number may belong to the holder of an IEC: where both hold a PAN, the PANs are equal.
    public func canBelong(to iec: IEC) -> Bool {
        Self.canBelong(Array(text.utf8).span, to: Array(iec.text.utf8).span)
    }

    /// The same for the canonical bytes of both.
    public static func canBelong(_ gstin: Span<UInt8>, to iec: Span<UInt8>) -> Bool {
        guard let first = iec.indices.first, ASCIIText.isUppercase(iec[first]),
            isNormal(gstin)
        else { return true }
        for index in iec.indices where gstin[index + 2] != iec[index] { return false }
        return true
    }

    /// The State code: the first two digits, 1 to 38, 97 (other territory) or 99 (centre).
    public var stateCode: Int {
        text.utf8.prefix(2).reduce(0) { $0 * 10 + Int($1) - 48 }
    }

    /// What the registration is for, which the form of the number tells.
    public var kind: Kind {
        let bytes = Array(text.utf8)
        if Self.isNormal(bytes.span) { return .normal }
        // The number was read by one of these forms.
        return Self.rareForms.first { ASCIIText.matches(bytes.span, $0.form) }?.kind ?? .normal
    }

    /// The kinds of registration that have numbers of a form of their own.
    public enum Kind: Sendable, CaseIterable {
        /// A taxpayer, under whatever scheme.
        case normal
        /// A department of a government.
        case governmentDepartment
        /// A body of the United Nations or an embassy, which is given back tax (UIN).
        case uniqueIdentity
        /// Who deducts tax at source.
        case taxDeductor
        /// Who collects tax at source: an electronic market.
        case taxCollector
        /// A taxable person without a fixed place of business in India.
        case nonResident
        /// Who provides online services from outside India.
        case onlineServices
    }

    /// The text.
    public var description: String { text }

    // In which 9 stands for a digit, A for a letter, * for either and + for either but 0.
    private static let rareForms: [(form: [UInt8], kind: Kind)] = [
        (Array("99AAAA99999A9Z9".utf8), .governmentDepartment),
        (Array("9999AAA99999UN*".utf8), .uniqueIdentity), (Array("9999AAA99999ON*".utf8), .uniqueIdentity),
        (Array("99AAAA*9999A+D*".utf8), .taxDeductor),
        (Array("99AAAAA9999A+C*".utf8), .taxCollector),
        (Array("9999AAA99999NR*".utf8), .nonResident),
        (Array("9999AAA99999OS*".utf8), .onlineServices),  // always of the centre (99)
    ]

    /// The State codes in use: 01 to 38, 97 (other territory) and 99 (centre).
    private static func isState(_ tens: UInt8, _ units: UInt8) -> Bool {
        guard ASCIIText.isDigit(tens), ASCIIText.isDigit(units) else { return false }
        let code = Int(tens - 48) * 10 + Int(units - 48)
        return (1...38).contains(code) || code == 97 || code == 99
    }

    /// The check character over the first 14: a Luhn sum to the base 36.
    ///
    /// - Parameter bytes: digits and letters.
    static func checkCharacter(of bytes: Span<UInt8>) -> UInt8 {
        var sum = 0
        for index in bytes.indices {
            let byte = bytes[index]
            // Letters of either case have their place in the alphabet in the five lowest bits.
            let value = Int(byte < 65 ? byte &- 48 : byte & 31 &+ 9)
            let product = value &<< (index & 1)
            sum &+= product < 36 ? product : product &- 35
        }
        let check = (36 - sum % 36) % 36
        return UInt8(check < 10 ? check + 48 : check + 55)
    }
}

extension RuleViolation {
    /// Nothing was typed.
    public static let gstinMissing = RuleViolation("Enter the GSTIN.")
    /// Not 15 characters.
    public static let gstinLength = RuleViolation("GSTIN must have 15 characters.")
    /// None of the forms that GSTINs have.
    public static let gstinForm = RuleViolation(
        "GSTIN must be written as on the registration certificate, for example 27AAPFU0939F1ZV.")
    /// The first two digits are no State.
    public static let gstinState = RuleViolation(
        "GSTIN must begin with a State code: please check the first two digits.")
    /// The check character is wrong.
    public static let gstinCheckCharacter = RuleViolation(
        "GSTIN is not valid: please check it for a typing mistake.")
    /// The PAN inside is not the one that the IEC is.
    public static let gstinOfAnotherPAN = RuleViolation("GSTIN holds another PAN than the IEC.")
}
