import Sodium
import Testing

@testable import Registration

@Suite("A temporary password") struct TemporaryPasswordTests {
    private let keys: KeyRing
    private let iec: IEC
    private let gstin: GSTIN
    private let alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

    init() throws {
        keys = try KeyRing.fixed()
        iec = try IEC("AAPFU0939F")
        gstin = try GSTIN("27AAPFU0939F1ZV")
    }

    private func password(
        nonce: [UInt8] = Array(0xA0...0xAF), keyID: UInt32 = 1, iec: IEC? = nil, gstin: GSTIN? = nil
    ) -> TemporaryPassword? {
        TemporaryPassword(
            iec: iec ?? self.iec, gstin: gstin ?? self.gstin, seed: SecretSeed(nonce: nonce, keyID: keyID), keys: keys)
    }

    @Test("is the first 65 bits of HMAC-SHA-256 of purpose, nonce, IEC and GSTIN")
    func fixedVector() {
        // Computed apart, with Python's hmac.
        #expect(password()?.characters == "CW1DRDW21V36K")
        #expect(password()?.grouped == "CW1D-RDW2-1V36K")
    }

    @Test("is another for another nonce, key, IEC or GSTIN, and the same for the same")
    func inputs() throws {
        let passwords = try [
            password(), password(nonce: Array(0xA1...0xB0)), password(keyID: 2), password(iec: IEC("0312345678")),
            password(gstin: GSTIN("27AAQCA8719H1Z6")),
        ].map { try #require($0).characters }
        #expect(Set(passwords).count == passwords.count)
        #expect(password() == password())
    }

    @Test("has 13 characters, each of Crockford's 32 about as often as the others")
    func distribution() throws {
        // The nonces are fixed, so that this passes always or never.
        let count = 3_200
        var counts = [[UInt8: Int]](repeating: [:], count: 13)
        for number in 0..<count {
            let nonce = [UInt8](repeating: 0, count: 14) + [UInt8(number >> 8), UInt8(number & 255)]
            let derived = try #require(password(nonce: nonce))
            let characters = Array(derived.characters.utf8)
            try #require(characters.count == 13)
            for (place, character) in characters.enumerated() { counts[place][character, default: 0] += 1 }
        }
        for place in counts {
            #expect(Set(place.keys) == Set(alphabet.utf8))
            let deviation = place.values.reduce(0.0) { $0 + Double(($1 - 100) * ($1 - 100)) / 100 }
            // Chi-square with 31 degrees of freedom exceeds 72 once in 20,000 cases.
            #expect(deviation < 72)
        }
    }

    @Test("is not derived without its key")
    func lostKey() {
        #expect(password(keyID: 3) == nil)
    }

    @Test(
        "may be typed in either case, with O for 0, I and L for 1, blanks and hyphens",
        arguments: [
            "CW1DRDW21V36K", "CW1D-RDW2-1V36K", "cw1d-rdw2-1v36k", "cwid rdw2 lv36k", "CWLD-RDW2-IV36K",
            " C-W-1-DRDW21V36K\t",
        ])
    func typed(text: String) {
        #expect(TemporaryPassword(typed: text)?.characters == "CW1DRDW21V36K")
        #expect(password()?.matches(TemporaryPassword(typed: text)) == true)
    }

    @Test("has its zeros where an O was typed")
    func zeros() {
        #expect(TemporaryPassword(typed: "oooo-OOOO-0oO0o")?.characters == "0000000000000")
    }

    @Test(
        "is no other text",
        arguments: [
            "", " ", "-", "CW1DRDW21V36", "CW1DRDW21V36KK", "CW1DRDW21V36U", "CW1DRDW21V36*", "CW1DRDW21V36\u{212A}",
            "CW1DRDW21V36K\n", "CW1DRDW2\t1V36K", "CW1DRDW21V36K\u{0}", "CW1DRDW21V36K\u{301}", "ＣW1DRDW21V36K",
            "CW1D\u{2013}RDW2-1V36K", String(repeating: "K", count: 1_000_000),
        ])
    func notTyped(text: String) {
        #expect(TemporaryPassword(typed: text) == nil)
        #expect(password()?.matches(TemporaryPassword(typed: text)) == false)
    }

    @Test("matches none that differs in one character")
    func mismatch() throws {
        let password = try #require(self.password())
        let bytes = Array(password.characters.utf8)
        for index in bytes.indices {
            for other in alphabet.utf8 where other != bytes[index] {
                var typed = bytes
                typed[index] = other
                #expect(!password.matches(TemporaryPassword(typed: String(decoding: typed, as: UTF8.self))))
            }
        }
    }
}
