import Testing

@testable import Sodium

@Suite("A keyed hash") struct KeyedHashTests {
    /// One test case of RFC 4231, section 4.
    struct Vector: Sendable {
        let key: [UInt8]
        let message: [UInt8]
        /// Hexadecimal; the first half alone in the case with truncation.
        let code: String
    }

    private static let longKey = [UInt8](repeating: 0xAA, count: 131)

    private static let vectors = [
        Vector(
            key: [UInt8](repeating: 0x0B, count: 20), message: Array("Hi There".utf8),
            code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        Vector(
            key: Array("Jefe".utf8), message: Array("what do ya want for nothing?".utf8),
            code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        Vector(
            key: [UInt8](repeating: 0xAA, count: 20), message: [UInt8](repeating: 0xDD, count: 50),
            code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        Vector(
            key: Array(1...25), message: [UInt8](repeating: 0xCD, count: 50),
            code: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
        Vector(
            key: [UInt8](repeating: 0x0C, count: 20), message: Array("Test With Truncation".utf8),
            code: "a3b6167473100ee06e0c796c2955552b"),
        Vector(
            key: longKey, message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
        Vector(
            key: longKey,
            message: Array(
                ("This is a test using a larger than block-size key and a larger than block-size data. The key needs "
                    + "to be hashed before being used by the HMAC algorithm.").utf8),
            code: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
    ]

    @Test("is the HMAC-SHA-256 of RFC 4231", arguments: vectors)
    func vector(_ vector: Vector) throws {
        // HMAC fills a short key with zeros and hashes one longer than a block (RFC 2104, section 2): both give the
        // 32 bytes that this type takes.
        let folded = vector.key.count > 64 ? Digest.sha256(vector.key) : vector.key
        let key = folded + [UInt8](repeating: 0, count: 32 - folded.count)
        let hash = try #require(KeyedHash(key: key))
        #expect(Hexadecimal.encode(hash.code(of: vector.message)).hasPrefix(vector.code))
    }

    @Test("takes keys of 32 bytes alone", arguments: [0, 1, 31, 33, 64])
    func keyLength(count: Int) {
        #expect(KeyedHash(key: [UInt8](repeating: 1, count: count)) == nil)
    }

    @Test("of parts leads each part by its length")
    func parts() throws {
        let hash = try #require(KeyedHash(key: Array(0..<32)))
        let code = hash.code(ofParts: [Array("ab".utf8), [], Array("c".utf8)])
        #expect(Hexadecimal.encode(code) == "64d220681a669f90b6b937a0999e2b3382de24ebca288381e0894770fdec25bb")
    }

    @Test("of parts differs when a border moves")
    func borders() throws {
        let hash = try #require(KeyedHash(key: Array(0..<32)))
        let lists: [[[UInt8]]] = [
            [], [[]], [[], []], [[0, 0, 0, 0]], [[1, 2], [3]], [[1], [2, 3]], [[1, 2, 3]], [[1, 2, 3], []],
        ]
        #expect(Set(lists.map(hash.code(ofParts:))).count == lists.count)
    }
}
