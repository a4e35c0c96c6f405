import Testing

@testable import Sodium

@Suite("Random bytes") struct RandomBytesTests {
    @Test("come in the number asked for", arguments: [0, 1, 16, 32, 100_000])
    func count(_ count: Int) {
        #expect(RandomBytes.system(count).count == count)
    }

    @Test("differ at each draw")
    func draws() {
        let draws = (0..<1_000).map { _ in RandomBytes.system(16) }
        #expect(Set(draws).count == draws.count)
    }

    @Test("take every value about as often as any other")
    func spread() {
        var counts = [Int](repeating: 0, count: 256)
        for byte in RandomBytes.system(256_000) { counts[Int(byte)] += 1 }
        let deviation = counts.reduce(0.0) { $0 + Double(($1 - 1_000) * ($1 - 1_000)) / 1_000 }
        // Chi-square with 255 degrees of freedom: more than 400 comes up once in 100 million runs.
        #expect(deviation < 400)
    }

    @Test("of a test are the fixed ones")
    func fixed() {
        let source = RandomBytes { count in [UInt8](repeating: 7, count: count) }
        #expect(source(3) == [7, 7, 7])
    }
}
