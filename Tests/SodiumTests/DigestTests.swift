import Testing

@testable import Sodium

@Suite("A digest") struct DigestTests {
    @Test(
        "of SHA-256 is the one of FIPS 180-4's examples",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrs"
                    + "tnopqrstu", "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
            ),
            (
                String(repeating: "a", count: 1_000_000),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
            ),
        ])
    func sha256(message: String, digest: String) {
        #expect(Hexadecimal.encode(Digest.sha256(Array(message.utf8))) == digest)
    }

    @Test("is equal to itself and to nothing that differs in one bit or in length")
    func comparison() {
        let bytes: [UInt8] = Array(0..<32)
        #expect(Digest.areEqual(bytes, bytes))
        #expect(Digest.areEqual([], []))
        #expect(!Digest.areEqual(bytes, []))
        #expect(!Digest.areEqual(bytes, bytes + [0]))
        #expect(!Digest.areEqual(bytes, Array(bytes.dropLast())))
        for index in bytes.indices {
            for bit in 0..<8 {
                var other = bytes
                other[index] ^= 1 << UInt8(bit)
                #expect(!Digest.areEqual(bytes, other))
            }
        }
    }
}
