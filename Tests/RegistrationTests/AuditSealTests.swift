import Sodium
import Testing

@testable import Registration

@Suite("A seal") struct AuditSealTests {
    private static let values: [String?] = [
        "7", "2026-11-22 10:42:00.000000", "account.login", "accepted", nil, nil, "ASHA-1", nil, "72", "192.0.2.1",
        "0123456789abcdef", nil, nil, nil,
    ]

    private static func seal(_ keys: KeyRing, after previous: AuditSeal? = nil, number: Int = 7) -> AuditSeal {
        var values = values
        values[0] = String(number)
        return AuditSeal(
            .regular, after: previous, sealedAt: "2026-11-22 10:45:00.000000",
            completeUntil: "2026-11-22 10:45:00.000000", sealedBy: OperatorName("asha@desk"),
            events: AuditSeal.Events(of: [AuditEvent(values)]), keys: keys)
    }

    @Test("is made today as it will be made in a year: what was sealed passes then")
    func fixed() throws {
        // What another program makes of the same values.
        let seal = Self.seal(try .fixed())
        #expect(seal.number == 1 && seal.keyID == 1 && seal.previousCode == AuditSeal.origin)
        let digest = "92e488cd0c9e79208928f3d6768b50fa00ddfef9884801b7045d205477c41cba"
        #expect(Hexadecimal.encode(seal.events.digest) == digest)
        #expect(Hexadecimal.encode(seal.code) == "6bedc68f8d42f19773d99fb688c975379d1993f12ab2215d7f8252d4d77f7946")
        let event = AuditEvent(Self.values)
        #expect(event.code(underKey: 1, of: try .fixed()).map(Hexadecimal.encode) == "18dd665a5a0a416a")
        #expect(event.code(underKey: 3, of: try .fixed()) == nil)
    }

    @Test("is tied to the one before it")
    func chain() throws {
        let keys = try KeyRing.fixed()
        let (one, other) = (Self.seal(keys), Self.seal(keys, number: 8))
        let (next, behindOther) = (Self.seal(keys, after: one), Self.seal(keys, after: other))
        #expect(next.number == 2 && next.previousCode == one.code)
        #expect(next.code != behindOther.code && next.code != one.code)
    }

    @Test("covers each column of an event apart from its neighbours, and tells nothing from an empty text")
    func encoding() {
        let variants = Self.values.indices.flatMap { column in
            [nil, "", "x", (Self.values[column] ?? "") + "x"].map { value in
                var values = Self.values
                values[column] = value
                return values
            }
        }
        let moved: [String?] = ["72026", "-11-22 10:42:00.000000"] + Self.values.dropFirst(2)
        let all = Set(variants + [moved, Self.values])
        #expect(Set(all.map { AuditEvent($0).encoding }).count == all.count)
    }

    @Test("is judged by its own columns and the key that it names")
    func judgement() throws {
        let keys = try KeyRing.fixed()
        let seal = Self.seal(keys)
        guard case .intact = seal.judge(keys) else {
            Issue.record("it is intact")
            return
        }
        let other: (id: UInt32, bytes: [UInt8]) = (3, Array(0..<32))
        let lone = try #require(KeyRing([other]))
        guard case .keyMissing = seal.judge(lone) else {
            Issue.record("nobody can tell")
            return
        }
        let forged = AuditSeal(
            number: 1, kind: .regular, format: 1, keyID: 1, sealedAt: seal.sealedAt, completeUntil: nil,
            sealedBy: seal.sealedBy, events: seal.events, removal: nil, previousCode: seal.previousCode, code: seal.code
        )
        guard case .forged = forged.judge(keys) else {
            Issue.record("it was changed")
            return
        }
    }
}

@Suite("An operator's name") struct OperatorNameTests {
    @Test(
        "is one word of printable ASCII, whatever it is made of",
        arguments: [
            ("asha@dbhost", "asha@dbhost"), ("", "unknown"), ("a b\tc\nd", "a?b?c?d"), ("आशा@host", "???@host"),
            ("a\u{0}\u{7F}\u{1B}[0m", "a???[0m"), ("0123456789".repeated(7), "0123456789".repeated(6) + "0123"),
        ])
    func form(name: String, text: String) {
        #expect(OperatorName(name).text == text)
    }
}

extension String {
    fileprivate func repeated(_ count: Int) -> String { String(repeating: self, count: count) }
}
