import Files
import FoundationEssentials
import Testing

@Suite("Files") struct FilesTests {
    private func path(_ name: String) -> String { "/tmp/icegate-files-\(UInt64.random(in: 0 ... .max))-\(name)" }

    @Test("take the gzip format off, whatever the pieces, and several members as one text", arguments: [1, 7, 4096])
    func gzip(_ size: Int) throws {
        // "hello\n" and "world\n", as gzip -n writes them.
        let hello: [UInt8] = [
            0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0xE7, 2, 0, 0x20, 0x30, 0x3A, 0x36, 6, 0,
            0, 0,
        ]
        let bytes = hello + hello
        var decoder = try GzipDecoder()
        var output = [UInt8](repeating: 0, count: 64)
        var (start, end) = (0, 0)
        while start < bytes.count {
            let (consumed, produced) = try decoder.decode(
                bytes, start..<min(start + size, bytes.count), into: &output, end..<output.count)
            start += consumed
            end += produced
        }
        #expect(String(decoding: output[..<end], as: UTF8.self) == "hello\nhello\n")
        let isComplete = decoder.isComplete
        #expect(isComplete)
    }

    @Test("that are to be written appear whole or not at all")
    func output() throws {
        let path = path("out")
        do {
            var file = try OutputFile(path: path)
            try file.append("one\n")
            #expect(!FileManager.default.fileExists(atPath: path))
        }
        #expect(!FileManager.default.fileExists(atPath: path + ".new"))
        var file = try OutputFile(path: path)
        try file.append("two\n")
        try file.finish()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "two\n")
        try OutputFile.remove(path: path)
        try OutputFile.remove(path: path)
        #expect(throws: FileError.self) { _ = try OutputFile(path: "/nowhere/x") }
    }

    @Test("without a name hold what was written, at any place")
    func temporary() throws {
        var file = try TemporaryFile(directory: "/tmp")
        try file.append(Array("hello".utf8))
        try file.append(Array(" world".utf8))
        var buffer = [UInt8](repeating: 0, count: 8)
        let count = try file.read(into: &buffer, at: 2, from: 3..<9)
        #expect(count == 6)
        #expect(String(decoding: buffer[2..<8], as: UTF8.self) == "lo wor")
        let size = file.byteCount
        #expect(size == 11)
    }

    @Test("keep numbers and move bytes")
    func bytes() {
        var bytes: [UInt8] = [9]
        bytes.append(littleEndian: UInt32(0x0102_0304))
        #expect(bytes == [9, 4, 3, 2, 1])
        #expect(bytes.span.number(at: 1, as: UInt32.self) == 0x0102_0304)
        bytes.moveToFront(2..<5)
        #expect(bytes.prefix(3) == [3, 2, 1])
    }
}
