import FoundationEssentials

/// The bytes of one file and the name by which problems call it.
struct TemplateSource: Sendable {
    let name: String
    let bytes: [UInt8]

    init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    /// Reads a file; a file that is not there, or is not UTF-8, is a problem at its first byte.
    static func read(_ name: String, in directory: String) -> Result<TemplateSource, TemplateLoadError> {
        let path = directory + "/" + name
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            let problem = TemplateLoadError.Problem(file: name, line: 1, column: 1, message: unreadable)
            return .failure(TemplateLoadError([problem]))
        }
        let source = TemplateSource(name: name, bytes: [UInt8](data))
        if let message = source.encodingProblem { return .failure(TemplateLoadError([source.problem(message, at: 0)])) }
        return .success(source)
    }

    static let unreadable = "the file cannot be read"

    private var encodingProblem: String? {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return "the file begins with a byte order mark" }
        if String(validating: bytes, as: UTF8.self) == nil { return "the file is not UTF-8" }
        if bytes.contains(0) { return "the file holds a NUL" }
        return nil
    }

    /// The file without its last line's end, for texts that are put inside others.
    func withoutFinalNewline() -> TemplateSource {
        var bytes = bytes
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return TemplateSource(name: name, bytes: bytes)
    }

    func problem(_ message: String, at offset: Int) -> TemplateLoadError.Problem {
        var line = 1
        var column = 1
        for byte in bytes.prefix(offset) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return TemplateLoadError.Problem(file: name, line: line, column: column, message: message)
    }
}
