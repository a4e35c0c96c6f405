import Testing

@testable import Sodium

@Suite("A password hash") struct PasswordHashTests {
    /// The least that libsodium takes, so that the tests are quick.
    private static let least = PasswordHash.Cost(memoryKiB: 8, passes: 1)

    private func hash(_ password: [UInt8], cost: PasswordHash.Cost = least) throws -> PasswordHash {
        try #require(PasswordHash.make(of: password, cost: cost))
    }

    @Test("is the text of Argon2id with OWASP's parameters, a salt of 16 bytes and a hash of 32")
    func text() throws {
        let text = try hash(Array("correct Horse 7".utf8), cost: .owasp).text
        let fields = text.utf8.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
        #expect(text.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(fields.map(\.count).suffix(2) == [22, 43])
        #expect(text.utf8.count <= 127)
    }

    @Test("matches its password and no other")
    func matching() throws {
        let stored = PasswordHash(stored: try hash(Array("Mango!Lassi#42nd".utf8)).text)
        #expect(stored.matches(Array("Mango!Lassi#42nd".utf8)))
        #expect(!stored.matches(Array("Mango!Lassi#42nD".utf8)))
        #expect(!stored.matches(Array("Mango!Lassi#42n".utf8)))
        #expect(!stored.matches(Array("Mango!Lassi#42nd ".utf8)))
        #expect(!stored.matches([]))
    }

    @Test("has a salt of its own each time")
    func salt() throws {
        #expect(try hash([1, 2, 3]) != hash([1, 2, 3]))
    }

    @Test("takes an empty password and one of a kilobyte", arguments: [0, 1, 1_024])
    func lengths(count: Int) throws {
        let password = [UInt8](repeating: UInt8(ascii: "x"), count: count)
        let hash = try hash(password)
        #expect(hash.matches(password))
        #expect(!hash.matches(password + [UInt8(ascii: "x")]))
    }

    @Test("C22: tells passwords apart that differ behind a NUL")
    func nul() throws {
        let hash = try hash([65, 0, 66])
        #expect(hash.matches([65, 0, 66]))
        #expect(!hash.matches([65, 0, 67]))
        #expect(!hash.matches([65, 0]))
        #expect(!hash.matches([65]))
    }

    @Test("C22: tells passwords apart that differ at byte 73 alone")
    func longPasswords() throws {
        let common = [UInt8](repeating: UInt8(ascii: "k"), count: 72)
        let hash = try hash(common + [1])
        #expect(hash.matches(common + [1]))
        #expect(!hash.matches(common + [2]))
        #expect(!hash.matches(common))
    }

    @Test("made by the reference implementation is understood")
    func foreignHash() {
        // phc-winner-argon2, src/test.c: Argon2id, version 19, "password", "somesalt".
        let hash = PasswordHash(
            stored: "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
        #expect(hash.matches(Array("password".utf8)))
        #expect(!hash.matches(Array("passwore".utf8)))
    }

    @Test(
        "that is none matches nothing and is outdated",
        arguments: [
            "", "$", "$argon2id$", "hunter2", "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
            "$argon2id$v=19$m=8,t=1,p=1$c29tc2FsdA$", String(repeating: "$argon2id", count: 200),
        ])
    func noHash(text: String) {
        #expect(!PasswordHash(stored: text).matches([]))
        #expect(!PasswordHash(stored: text).matches(Array("password".utf8)))
        #expect(PasswordHash(stored: text).isOutdated(for: Self.least))
    }

    @Test("of nobody is one like others, of its cost, and each time another", arguments: [least, .owasp])
    func nobody(cost: PasswordHash.Cost) {
        let (hash, other) = (PasswordHash.ofNobody(cost: cost), PasswordHash.ofNobody(cost: cost))
        let fields = hash.text.utf8.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
        #expect(fields.map(\.count).suffix(2) == [22, 43])
        // What libsodium cannot read is outdated whatever its cost, and is compared with nothing.
        #expect(!hash.isOutdated(for: cost))
        #expect(hash != other)
    }

    @Test("is outdated once memory or passes differ from those wanted")
    func outdated() throws {
        let hash = try hash([1])
        #expect(!hash.isOutdated(for: Self.least))
        #expect(hash.isOutdated(for: PasswordHash.Cost(memoryKiB: 16, passes: 1)))
        #expect(hash.isOutdated(for: PasswordHash.Cost(memoryKiB: 8, passes: 2)))
        #expect(hash.isOutdated(for: .owasp))
    }

    @Test("is not made at less than libsodium's least cost")
    func leastCost() {
        #expect(PasswordHash.make(of: [1], cost: PasswordHash.Cost(memoryKiB: 7, passes: 1)) == nil)
        #expect(PasswordHash.make(of: [1], cost: PasswordHash.Cost(memoryKiB: 8, passes: 0)) == nil)
    }
}
