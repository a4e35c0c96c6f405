import Fuzzing
import Registration

/// Values that registrants and master files bring: what exists is written as published, and reads itself.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = unsafe Input(start, count)
    let bytes = input.remainder()
    // What is not UTF-8 reaches the domain from master files alone, which read bytes.
    let text = String(validating: bytes, as: UTF8.self)

    check(bytes, text, Patterns.iec, { (text) throws(InvalidValue) in try IEC(text).text }, IEC.isCanonical)
    check(bytes, text, Patterns.gstin, { (text) throws(InvalidValue) in try GSTIN(text).text }, GSTIN.isCanonical)
    check(
        bytes, text, Patterns.email, { (text) throws(InvalidValue) in try EmailAddress(text).text },
        EmailAddress.isCanonical)
    check(
        bytes, text, Patterns.mobile, { (text) throws(InvalidValue) in try MobileNumber(text).text },
        MobileNumber.isCanonical)
    guard let text else { return 0 }
    if let name = try? ICEGATEID(text) {
        require(Patterns.icegateID.matches(name.text), "ICEGATE ID \(name.text)")
        require((try? ICEGATEID(name.text)) == name, "an ICEGATE ID does not read itself: \(name.text)")
        // Blanks are not trimmed, and letters alone are changed.
        require(name.text.utf8.count == bytes.count, "an ICEGATE ID of other characters: \(name.text)")
    }
    if let gstin = try? GSTIN(text) { check(gstin) }
    if let address = try? EmailAddress(text) {
        require(address.text.utf8.count <= 50, "a long address: \(address.text)")
        // An argument of SMTP's RCPT TO, and of a program.
        require(
            address.text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"<>()[],;:\\\"".utf8.contains($0) }
                && address.text.utf8.first != UInt8(ascii: "-"), "an address that says more: \(address.text)")
        require(address.localPart.utf8.count < address.text.utf8.count, "no domain: \(address.text)")
    }
    return 0
}

/// The rules of every value that is read from bytes, too.
private func check(
    _ bytes: [UInt8], _ text: String?, _ pattern: Pattern, _ read: (String) throws(InvalidValue) -> String,
    _ isCanonical: (Span<UInt8>) -> Bool
) {
    let value = text.flatMap { try? read($0) }
    if let value {
        require(pattern.matches(value), "not as published: \(value)")
        require((try? read(value)) == value, "does not read itself: \(value)")
        require(isCanonical(Array(value.utf8).span), "a value is not canonical: \(value)")
    }
    // Canonical are exactly the bytes that are read as they stand.
    require(isCanonical(bytes.span) == (value.map { Array($0.utf8) } == bytes), "canonical or not: \(bytes)")
}

private func check(_ gstin: GSTIN) {
    let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
    let values = gstin.text.utf8.compactMap { digits.firstIndex(of: $0) }
    // Luhn modulo 36, with the check character counted in: the sum is a multiple.
    var sum = 0
    for (place, value) in values.enumerated() {
        let product = value * (place % 2 == 0 ? 1 : 2)
        sum += product / 36 + product % 36
    }
    require(values.count == 15 && sum % 36 == 0, "a wrong check character: \(gstin.text)")
    require((1...38).contains(gstin.stateCode) || [97, 99].contains(gstin.stateCode), "a State: \(gstin.text)")
    if let pan = gstin.pan {
        require(gstin.text.utf8.dropFirst(2).starts(with: pan.utf8) && gstin.kind == .normal, "a PAN: \(gstin.text)")
        guard let iec = try? IEC(pan) else { return require(false, "a PAN that is no IEC: \(pan)") }
        require(gstin.canBelong(to: iec), "not of its own PAN: \(gstin.text)")
    } else {
        require(gstin.kind != .normal, "a normal number without PAN: \(gstin.text)")
    }
}

/// The forms as they are published, not as the product reads them.
private enum Patterns {
    // DGFT, Trade Notice 9 of 12-06-2017: ten digits, or a PAN.
    static let iec = Pattern("[0-9]{10}|[A-Z]{5}[0-9]{4}[A-Z]")
    // GSTN's validation of forms: taxpayers, government departments, UIN (two), TDS, TCS, NRTP, OIDAR.
    static let gstin = Pattern(
        [
            "[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z][1-9A-BD-JZ][0-9A-Z]",
            "[0-9]{2}[A-Z]{4}[0-9]{5}[A-Z][0-9]Z[0-9]",
            "[0-9]{4}[A-Z]{3}[0-9]{5}[UO]N[A-Z0-9]",
            "[0-9]{2}[A-Z]{4}[A-Z0-9][0-9]{4}[A-Z][1-9A-Z]D[0-9A-Z]",
            "[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]C[0-9A-Z]",
            "[0-9]{4}[A-Z]{3}[0-9]{5}NR[0-9A-Z]",
            "99[0-9]{2}[A-Z]{3}[0-9]{5}OS[0-9A-Z]",
        ].joined(separator: "|"))
    // The advisory: letters, digits, - and _, up to 25.
    static let icegateID = Pattern("[A-Z0-9_-]{1,25}")
    // HTML Standard, "valid e-mail address", with a domain that has a dot.
    static let email = Pattern(
        "[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@"
            + "[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?([.][a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)+")
    // Department of Telecommunications, National Numbering Plan: mobiles begin with 6 to 9.
    static let mobile = Pattern("[6-9][0-9]{9}")
}
