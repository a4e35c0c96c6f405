import PortalConfiguration
import Testing

@Suite("The files beside the sources") struct FileTests {
    @Test("number migrations from 1, without a gap")
    func migrations() throws {
        let names = try Tree.files(in: "sql/migrations")
        #expect(!names.isEmpty)
        for (index, name) in names.enumerated() {
            let number = String(10_000 + index + 1).dropFirst()
            #expect(name.hasPrefix("\(number)_") && name.hasSuffix(".sql"), "\(name) stands at \(number)")
        }
    }

    @Test("in SQL are UTF-8 and end with a line end")
    func sql() throws {
        let names = try Tree.files(in: "sql", withSuffix: ".sql")
        #expect(names.count >= 3)
        for name in names {
            let bytes = try Tree.bytes(of: "sql/\(name)")
            #expect(bytes.last == UInt8(ascii: "\n"), "\(name)")
            #expect(String(validating: bytes, as: UTF8.self) != nil, "\(name)")
        }
    }

    @Test("configure the development set-up by keys that exist")
    func configuration() throws {
        let known = Set(ConfigurationKey.all.map(\.name))
        var written: [String] = []
        for line in try Tree.text(of: "script/lib/set_up.sh").utf8.split(separator: UInt8(ascii: "\n")) {
            // A line of the file that is written, or `printf 'KEY=%s\n'`.
            var text = line.drop { $0 == UInt8(ascii: " ") }
            if let quote = text.firstRange(of: "printf '".utf8) { text = text[quote.upperBound...] }
            let name = text.prefix { ("A"..."Z").contains(Unicode.Scalar($0)) || $0 == UInt8(ascii: "_") }
            guard name.count > 1, text[name.endIndex...].first == UInt8(ascii: "=") else { continue }
            written.append(String(decoding: name, as: UTF8.self))
        }
        // Found at all, the printed one included.
        #expect(Set(["KEY_FILE", "DATABASE_NAME", "CAPTCHA_TEST_ANSWER"]).isSubset(of: written))
        for name in written { #expect(known.contains(name), "\(name)") }
    }
}
