import Testing

@testable import Registration

@Suite("A mobile number") struct MobileNumberTests {
    @Test(
        "is read as people write it",
        arguments: [
            "9876543210", "09876543210", "919876543210", "+919876543210", "+91 98765 43210", "+91-98765-43210",
            "91 9876543210", "0 98765 43210", "(0)98765-43210", "+(91) 98765-43210", " 9876543210\t", "98-76-54-32-10",
        ])
    func forms(text: String) throws {
        #expect(try MobileNumber(text).text == "9876543210")
    }

    @Test("begins with 6, 7, 8 or 9", arguments: 0...9)
    func firstDigit(digit: Int) {
        let expected: [RuleViolation] = digit >= 6 ? [] : [.mobileForm]
        for prefix in ["", "0", "91", "+91"] {
            #expect(broken { () throws(InvalidValue) in try MobileNumber("\(prefix)\(digit)876543210") } == expected)
        }
    }

    @Test("that begins with 91 itself keeps it")
    func ninetyOne() throws {
        #expect(try MobileNumber("9198765432").text == "9198765432")
        #expect(try MobileNumber("919198765432").text == "9198765432")
    }

    @Test(
        "A9, C29: is no other text",
        arguments: [
            "9587854", "987654321", "98765432100", "+9876543210", "+91 98765432", "+09876543210", "+1 9876543210",
            "00919876543210", "0919876543210", "+91 09876543210", "++919876543210", "9876543210,9123456789",
            "9876543210;9123456789", "9876543210/9123456789", "9876543210&to=9123456789", "9876543210%00",
            "0731-470346",
            "98765.43210", "9876543210x", "+", "-", "()", "1e9", String(repeating: "9", count: 100_000),
        ])
    func refused(text: String) {
        #expect(broken { () throws(InvalidValue) in try MobileNumber(text) } == [.mobileForm])
    }

    @Test("that was not typed is asked for", arguments: ["", " ", "\t"])
    func missing(text: String) {
        #expect(broken { () throws(InvalidValue) in try MobileNumber(text) } == [.mobileMissing])
    }

    @Test("A9: holds ASCII digits alone", arguments: hostileScalars)
    func hostile(scalar: Unicode.Scalar) {
        for text in variants(of: "9876543210", with: scalar) {
            #expect(broken { () throws(InvalidValue) in try MobileNumber(text) } == [.mobileForm])
        }
    }

    @Test("shows its last four digits, wherever it is printed")
    func masked() throws {
        #expect(try MobileNumber("9876543210").masked == "******3210")
        #expect(try "\(MobileNumber("9876543210"))" == "******3210")
    }
}
