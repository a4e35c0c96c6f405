import Testing

@testable import Registration

@Suite("An administrator's name") struct AdministratorNameTests {
    @Test(
        "is read in either case, with blanks round it",
        arguments: ["asha", "a.sharma-2_x", "abc", "a23456789012345678901234567890bc"])
    func right(text: String) throws {
        #expect(try AdministratorName(text).text == text)
        #expect(try AdministratorName(" \t\(text.uppercased()) ").text == text)
    }

    @Test(
        "is refused when it is too short or long, begins with anything but a letter, or holds another character",
        arguments: [
            "", " ", "ab", "a23456789012345678901234567890bcd", "1asha", "-asha", ".asha", "_asha", "asha sharma",
            "asha@x", "asha\n", "as\u{0}ha", "ash\u{E1}", "\u{212A}arl",
        ])
    func wrong(text: String) {
        #expect(broken { () throws(InvalidValue) in try AdministratorName(text) } == [.administratorName])
    }
}
