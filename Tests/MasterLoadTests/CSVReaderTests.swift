import MasterLoad
import Testing

@Suite("A CSV reader") struct CSVReaderTests {
    /// The records of a text that comes in chunks of some bytes.
    private func read(_ bytes: [UInt8], chunk size: Int = 65_536, limits: CSVReader.Limits = .init())
        throws(MasterFileError) -> [CSVRecord]
    {
        var reader = CSVReader(ByteSource(bytes: bytes, inPiecesOf: size), limits: limits)
        var records: [CSVRecord] = []
        while let record = try reader.next() { records.append(record) }
        return records
    }

    @Test(
        "reads quotes, doubled quotes, commas and line ends in quotes, whatever the chunks",
        arguments: [1, 2, 3, 7, 99])
    func quotes(_ size: Int) throws {
        let text = "\u{FEFF}a,b,c\r\n\"x, y\",\"say \"\"hi\"\"\",\"two\r\nlines\"\r\n\n,,\n\"\",é नमस्ते, z "
        let records = try read(Array(text.utf8), chunk: size)
        #expect(records.map(\.line) == [1, 2, 5, 6])
        #expect(
            records.map(\.fields) == [
                ["a", "b", "c"], ["x, y", "say \"hi\"", "two\r\nlines"], ["", "", ""], ["", "é नमस्ते", " z "],
            ])
        #expect(records.allSatisfy { $0.illFormedFields.isEmpty })
    }

    @Test("reads a last line with and without its end, and nothing from nothing", arguments: ["", "\n", "\r\n"])
    func ends(_ end: String) throws {
        #expect(try read(Array("a,b\(end)".utf8)).map(\.fields) == [["a", "b"]])
        #expect(try read(Array(end.utf8)) == [])
    }

    @Test(
        "stops, with the line, where it cannot know what is meant",
        arguments: [
            ("a\nb\"c\n", 2), ("a\n\"b\"c\n", 2), ("a\n\"b\nc\nd", 2), ("a\rb\r", 1), ("a\n\"b\"\rc", 2), ("a\nb\r", 2),
            ("a\n\nb\0", 3), ("\"a\nb\"\n\"c\"d", 3),
        ])
    func malformed(_ text: String, _ line: Int) {
        let error = #expect(throws: MasterFileError.self) { try read(Array(text.utf8)) }
        #expect(error?.line == line)
    }

    @Test("F1: says UTF-16 of a UTF-16 file", arguments: [[0xFF, 0xFE, 0x61, 0], [0xFE, 0xFF, 0, 0x61]] as [[UInt8]])
    func utf16(_ bytes: [UInt8]) {
        let error = #expect(throws: MasterFileError.self) { try read(bytes) }
        #expect(error?.reason.contains("UTF-16") == true)
    }

    @Test("names the fields that are not UTF-8 and reads on")
    func illFormed() throws {
        let records = try read(Array("a,b\nx,".utf8) + [0xE9, 0x0A] + Array("y,z".utf8))
        #expect(records.map(\.illFormedFields) == [[], [1], []])
    }

    @Test("F2: bounds fields and records")
    func limits() throws {
        let limits = CSVReader.Limits(fieldBytes: 4, fields: 3)
        #expect(try read(Array("1234,b,c".utf8), limits: limits).count == 1)
        #expect(throws: MasterFileError.self) { try read(Array("12345".utf8), limits: limits) }
        #expect(throws: MasterFileError.self) { try read(Array("\"12345".utf8), limits: limits) }
        #expect(throws: MasterFileError.self) { try read(Array("a,b,c,d".utf8), limits: limits) }
        // A doubled quote is one byte of the field.
        let quotes = String(repeating: "\"", count: 10)
        #expect(try read(Array(quotes.utf8), limits: limits).map(\.fields) == [["\"\"\"\""]])
        #expect(throws: MasterFileError.self) { try read(Array("\"\"\"1234\"".utf8), limits: limits) }
    }
}
