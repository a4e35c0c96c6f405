import Testing

@testable import Sodium

@Suite("Hexadecimal text") struct HexadecimalTests {
    @Test("holds every byte and gives it back")
    func everyByte() {
        let bytes = Array(UInt8.min...UInt8.max)
        let text = Hexadecimal.encode(bytes)
        #expect(text.utf8.count == 512)
        #expect(text.hasPrefix("000102030405060708090a0b"))
        #expect(text.hasSuffix("fcfdfeff"))
        #expect(Hexadecimal.decode(text) == bytes)
        #expect(Hexadecimal.decode(text.uppercased()) == bytes)
        #expect(Hexadecimal.encode([]).isEmpty)
        #expect(Hexadecimal.decode("") == [])
    }

    @Test(
        "with anything but pairs of digits is refused",
        arguments: [
            "0", "000", "0g", "g0", " 00", "00 ", "0x00", "+1", "-1", "00\n", "१२", "ａａ", "0\u{301}0", "//", "::",
        ])
    func refused(text: String) {
        #expect(Hexadecimal.decode(text) == nil)
    }
}
