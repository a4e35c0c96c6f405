import Sodium
import Testing

@testable import Registration

@Suite("A one-time password") struct OneTimePasswordTests {
    private let keys: KeyRing
    private let contacts: Contacts
    private let seed = SecretSeed(nonce: Array(0xA0...0xAF), keyID: 1)

    init() throws {
        keys = try KeyRing.fixed()
        contacts = Contacts(mobile: try MobileNumber("9876543210"), email: try EmailAddress("asha@example.in"))
    }

    /// A nonce that counts: big-endian, in its last 4 bytes.
    private func nonce(_ number: Int) -> [UInt8] {
        [UInt8](repeating: 0, count: 12) + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    private func code(_ destination: Destination, _ seed: SecretSeed) throws -> String {
        try #require(OneTimePassword(for: destination, seed: seed, keys: keys)).digits
    }

    @Test("is HMAC-SHA-256 of purpose, nonce, channel and address, modulo a million")
    func fixedVector() throws {
        // Computed apart, with Python's hmac.
        let pair = try #require(OneTimePasswordPair(contacts: contacts, seed: seed, keys: keys))
        #expect(pair.mobile.digits == "345652")
        #expect(pair.email.digits == "143690")
    }

    @Test("is the same at each derivation, and another for another nonce, key, channel or address")
    func inputs() throws {
        // Two of ten lists of a hundred codes would be equal by chance once in 10 to the 600.
        func codes(_ destination: Destination, keyID: UInt32 = 1, offset: Int = 0) throws -> [String] {
            try (0..<100).map { try code(destination, SecretSeed(nonce: nonce($0 + offset), keyID: keyID)) }
        }
        let mobile = Destination(contacts.mobile)
        let lists = try [
            codes(mobile), codes(mobile, keyID: 2), codes(mobile, offset: 1_000), codes(Destination(contacts.email)),
            codes(Destination(try MobileNumber("9876543211"))), codes(Destination(try EmailAddress("asha@example.co"))),
        ]
        #expect(Set(lists).count == lists.count)
        #expect(try codes(mobile) == lists[0])
    }

    @Test("C10: is six digits, all codes about as frequent, a tenth with a leading zero")
    func distribution() throws {
        // The nonces are fixed, so that this passes always or never.
        let count = 100_000
        let destination = Destination(contacts.mobile)
        var heads = [Int](repeating: 0, count: 1_000)
        var tails = heads
        var leadingZeros = 0
        for number in 0..<count {
            let digits = try code(destination, SecretSeed(nonce: nonce(number), keyID: 1))
            guard digits.utf8.count == 6, let value = Int(digits) else {
                Issue.record("\(digits) is not six digits")
                return
            }
            heads[value / 1_000] += 1
            tails[value % 1_000] += 1
            if digits.utf8.first == UInt8(ascii: "0") { leadingZeros += 1 }
        }
        for counts in [heads, tails] {
            let expected = Double(count) / 1_000
            let deviation = counts.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
            // Chi-square with 999 degrees of freedom lies between 830 and 1,170 in 9,998 of 10,000 cases.
            #expect((830...1_170).contains(deviation))
        }
        #expect((9_600...10_400).contains(leadingZeros))
    }

    @Test("C10: passes over numbers that would favour the low codes")
    func withoutBias() {
        func bytes(_ words: UInt32...) -> [UInt8] {
            words.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) } }
        }
        #expect(OneTimePassword.unbiasedNumber(from: bytes(0, 5)) == 0)
        #expect(OneTimePassword.unbiasedNumber(from: bytes(1_234_567)) == 234_567)
        #expect(OneTimePassword.unbiasedNumber(from: bytes(4_293_999_999)) == 999_999)
        #expect(OneTimePassword.unbiasedNumber(from: bytes(4_294_000_000, 7)) == 7)
        #expect(OneTimePassword.unbiasedNumber(from: bytes(.max, 4_294_000_001, 42)) == 42)
        #expect(OneTimePassword.unbiasedNumber(from: bytes(.max, .max)) == nil)
        #expect(OneTimePassword.unbiasedNumber(from: []) == nil)
    }

    @Test("C10: differs between mobile and e-mail: a seed that makes them equal is drawn again")
    func differentCodes() throws {
        // The first number whose two codes are equal, found by trying.
        let equal = SecretSeed(nonce: nonce(284_277), keyID: 1)
        #expect(try code(Destination(contacts.mobile), equal) == code(Destination(contacts.email), equal))
        let draws = Draws([equal.nonce, equal.nonce, nonce(1)])
        let seed = OneTimePasswordPair.drawSeed(for: contacts, keys: keys, random: RandomBytes(draws.next))
        #expect(seed == SecretSeed(nonce: nonce(1), keyID: 1))
        #expect(draws.isEmpty)
    }

    @Test("of a system's random source has a nonce of 16 bytes under the current key")
    func drawnSeed() {
        let seeds = (0..<100).map { _ in OneTimePasswordPair.drawSeed(for: contacts, keys: keys, random: .system) }
        #expect(Set(seeds).count == 100)
        #expect(seeds.filter { $0.nonce.count == SecretSeed.nonceLength && $0.keyID == 1 }.count == 100)
    }

    @Test("is not derived without its key")
    func lostKey() {
        let lost = SecretSeed(nonce: seed.nonce, keyID: 3)
        #expect(OneTimePassword(for: Destination(contacts.mobile), seed: lost, keys: keys) == nil)
        #expect(OneTimePasswordPair(contacts: contacts, seed: lost, keys: keys) == nil)
    }

    @Test(
        "may be typed with spaces and hyphens",
        arguments: ["012345", "012 345", "012-345", " 01-23-45 ", "0 1 2 3 4 5"])
    func typed(text: String) {
        #expect(OneTimePassword(typed: text)?.digits == "012345")
    }

    @Test(
        "C9: is no other text",
        arguments: [
            "", " ", "01234", "0123456", "+12345", "-12345a", "1e5", "0x1234", "1.2345", "12345a", "१२३४५६", "１２３４５６",
            "012345\n",
            "\t012345", "01234\u{660}", "012345\u{301}", "012345\u{0}", "012\u{A0}345",
            String(repeating: "1", count: 1_000_000),
        ])
    func notTyped(text: String) {
        #expect(OneTimePassword(typed: text) == nil)
    }

    @Test("C6: pair is proven by both codes, each on its own channel")
    func judgement() throws {
        typealias Judgement = OneTimePasswordPair.Judgement
        let pair = try #require(OneTimePasswordPair(contacts: contacts, seed: seed, keys: keys))
        let both = Judgement(isMobileRight: true, isEmailRight: true)
        let none = Judgement(isMobileRight: false, isEmailRight: false)
        #expect(pair.judge(mobile: "345652", email: "143690") == both)
        #expect(pair.judge(mobile: "345 652", email: "143-690") == both)
        #expect(both.isProven)
        #expect(pair.judge(mobile: "143690", email: "345652") == none)
        #expect(pair.judge(mobile: "", email: "") == none)
        #expect(pair.judge(mobile: "------", email: "------") == none)
        #expect(pair.judge(mobile: "345652", email: "345652") == Judgement(isMobileRight: true, isEmailRight: false))
        #expect(pair.judge(mobile: "143690", email: "143690") == Judgement(isMobileRight: false, isEmailRight: true))
        #expect(!none.isProven)
        #expect(!Judgement(isMobileRight: true, isEmailRight: false).isProven)
        #expect(!Judgement(isMobileRight: false, isEmailRight: true).isProven)
    }
}
