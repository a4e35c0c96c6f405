import Testing

@testable import Registration

@Suite("An IEC") struct IECTests {
    @Test(
        "is 10 digits, leading zeros kept, or a PAN",
        arguments: ["0312345678", "0000000000", "9999999999", "AAPFU0939F"])
    func forms(text: String) throws {
        #expect(try IEC(text).text == text)
        #expect(try IEC("\t \(text.lowercased()) \t").text == text)
        #expect(try IEC(text).description == text)
    }

    @Test("is a PAN where it has letters")
    func pan() throws {
        #expect(try IEC("aapfu0939f").pan == "AAPFU0939F")
        #expect(try IEC("0312345678").pan == nil)
    }

    @Test(
        "is no other text",
        arguments: [
            "031234567", "03123456789", "AAPFU0939", "AAPFU0939FF", "AAPF00939F", "AAPFU093AF", "AAPFU09391",
            "1APFU0939F",
            "CGRPK3746CFT001", "03123 45678", "0312-45678", "+312345678", "-312345678", "3.12345678", "0x12345678",
            String(repeating: "1", count: 1_000_000),
        ])
    func refused(text: String) {
        #expect(broken { () throws(InvalidValue) in try IEC(text) } == [.iecForm])
    }

    @Test("that was not typed is asked for", arguments: ["", " ", "\t"])
    func missing(text: String) {
        #expect(broken { () throws(InvalidValue) in try IEC(text) } == [.iecMissing])
    }

    @Test("holds ASCII letters and digits alone", arguments: hostileScalars)
    func hostile(scalar: Unicode.Scalar) {
        for text in variants(of: "0312345678", with: scalar) + variants(of: "AAPFU0939F", with: scalar) {
            #expect(broken { () throws(InvalidValue) in try IEC(text) } == [.iecForm])
        }
    }
}
