import Sodium
import Testing

@testable import Registration

@Suite("A key ring") struct KeyRingTests {
    private let old: (id: UInt32, bytes: [UInt8]) = (1, Array(0..<32))
    private let new: (id: UInt32, bytes: [UInt8]) = (2, Array(100..<132))

    @Test("has at least one key, each of 32 bytes and with an identifier of its own")
    func form() {
        #expect(KeyRing([]) == nil)
        #expect(KeyRing([old, (1, new.bytes)]) == nil)
        #expect(KeyRing([old, (2, Array(0..<31))]) == nil)
        #expect(KeyRing([(2, Array(0..<33))]) == nil)
        #expect(KeyRing([new, old])?.currentID == 2)
        #expect(KeyRing([(0, old.bytes), (.max, new.bytes)])?.currentID == 0)
    }

    @Test("that got a new key derives what the old one derived, until the old one is taken away")
    func rotation() throws {
        let before = try #require(KeyRing([old]))
        let during = try #require(KeyRing([new, old]))
        let after = try #require(KeyRing([new]))
        let contacts = Contacts(mobile: try MobileNumber("9876543210"), email: try EmailAddress("asha@example.in"))
        let seed = OneTimePasswordPair.drawSeed(for: contacts, keys: before, random: .system)
        let pair = try #require(OneTimePasswordPair(contacts: contacts, seed: seed, keys: before))
        let same = try #require(OneTimePasswordPair(contacts: contacts, seed: seed, keys: during))
        #expect(seed.keyID == 1)
        #expect(same.mobile == pair.mobile && same.email == pair.email)
        #expect(OneTimePasswordPair(contacts: contacts, seed: seed, keys: after) == nil)
        #expect(OneTimePasswordPair.drawSeed(for: contacts, keys: during, random: .system).keyID == 2)
    }

    @Test("makes another code for another purpose, other parts and another current key")
    func codes() throws {
        let ring = try #require(KeyRing([old, new]))
        let purposes: [KeyRing.Purpose] = [
            .oneTimePassword, .temporaryPassword, .captchaAnswer, .captchaToken, .formToken, .attemptSubject,
        ]
        let codes = purposes.map { ring.code(for: $0, [1], [2]) }
        #expect(Set(codes).count == purposes.count)
        #expect(ring.code(for: .formToken, [1], [2]) == codes[4])
        #expect(ring.code(for: .formToken, [1, 2]) != codes[4])
        #expect(try #require(KeyRing([new, old])).code(for: .formToken, [1], [2]) != codes[4])
        #expect(codes.allSatisfy { $0.count == 32 })
    }
}
