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
        let bytes = ASCIIText.uppercasedAndTrimmed(text)
        guard !bytes.isEmpty else { throw InvalidValue(.gstinMissing) }
        guard bytes.count == 15 else { throw InvalidValue(.gstinLength) }
        guard Self.forms.contains(where: { ASCIIText.matches(bytes, $0.form) }) else { throw InvalidValue(.gstinForm) }
        guard Self.isState(bytes[0], bytes[1]),
            !bytes[12...13].elementsEqual("OS".utf8) || bytes.starts(with: "99".utf8)
        else { throw InvalidValue(.gstinState) }
        guard Self.checkCharacter(of: bytes.prefix(14)) == bytes[14] else {
            throw InvalidValue(.gstinCheckCharacter)
        }
        self.text = String(decoding: bytes, as: UTF8.self)
    }

    /// The PAN inside a number of the normal form, or `nil` for the forms that hold none.
    public var pan: String? {
        let bytes = Array(text.utf8)
        guard ASCIIText.matches(bytes, Self.normalForm) else { return nil }
        return String(decoding: bytes[2..<12], as: UTF8.self)
    }

    /// Whether the number may belong to the holder of an IEC: where both hold a PAN, the PANs are equal.
    public func canBelong(to iec: IEC) -> Bool {
        guard let own = pan, let holder = iec.pan else { return true }
        return own == holder
    }

    /// The State code: the first two digits, 1 to 38, 97 (other territory) or 99 (centre).
    public var stateCode: Int {
        text.utf8.prefix(2).reduce(0) { $0 * 10 + Int($1) - 48 }
    }

    /// What the registration is for, which the form of the number tells.
    public var kind: Kind {
        let bytes = Array(text.utf8)
        // The number was read by one of these forms.
        return Self.forms.first { ASCIIText.matches(bytes, $0.form) }?.kind ?? .normal
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

    private static let normalForm: StaticString = "99AAAAA9999A+#*"
    private static let forms: [(form: StaticString, kind: Kind)] = [
        (normalForm, .normal),
        ("99AAAA99999A9Z9", .governmentDepartment),
        ("9999AAA99999UN*", .uniqueIdentity), ("9999AAA99999ON*", .uniqueIdentity),
        ("99AAAA*9999A+D*", .taxDeductor),
        ("99AAAAA9999A+C*", .taxCollector),
        ("9999AAA99999NR*", .nonResident),
        ("9999AAA99999OS*", .onlineServices),  // always of the centre (99)
    ]

    /// The State codes in use: 01 to 38, 97 (other territory) and 99 (centre).
    private static func isState(_ tens: UInt8, _ units: UInt8) -> Bool {
        guard ASCIIText.isDigit(tens), ASCIIText.isDigit(units) else { return false }
        let code = Int(tens - 48) * 10 + Int(units - 48)
        return (1...38).contains(code) || code == 97 || code == 99
    }

    /// The check character over the first 14: a Luhn sum to the base 36.
    ///
    /// - Parameter bytes: digits and upper-case letters.
    static func checkCharacter(of bytes: some Collection<UInt8>) -> UInt8 {
        var sum = 0
        for (index, byte) in bytes.enumerated() {
            let value = Int(byte) - (ASCIIText.isDigit(byte) ? 48 : 55)
            let product = value * (index.isMultiple(of: 2) ? 1 : 2)
            sum += product / 36 + product % 36
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
        "GSTIN is not valid: please check it for a typing mistake")
    /// The PAN inside is not the one that the IEC is.
    public static let gstinOfAnotherPAN = RuleViolation("GSTIN holds another PAN than the IEC.")
}
