/// The text of a configuration file, taken apart: `KEY=value` lines as in a systemd EnvironmentFile.
///
/// Empty lines and lines that start with `#` or `;` are comments. A value may stand in double quotes, in which `\"` and
/// `\\` stand for `"` and `\`. What systemd would read in another way is refused.
///
/// Source: systemd.exec(5), EnvironmentFile=.
struct ConfigurationFile {
    private(set) var values: [String: String] = [:]
    private(set) var problems: [String] = []

    /// Takes a file apart; never fails, but may leave problems.
    ///
    /// - Parameter path: for the problems' text.
    init(bytes: [UInt8], path: String, known: Set<String>) {
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let place = "\(path), line \(index + 1)"
            let line = Self.trim(line)
            guard let first = line.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else { continue }
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else {
                problems.append("\(place): this is not KEY=value; start the line with # if it is a comment.")
                continue
            }
            // Bytes that are not of a key could be a part of a secret: not shown.
            let key = Self.trim(line[..<equals])
            guard !key.isEmpty, key.allSatisfy(Self.isKeyByte) else {
                problems.append("\(place): a key is made of A-Z, 0-9 and _; mend what stands before the = sign.")
                continue
            }
            let name = String(decoding: key, as: UTF8.self)
            guard known.contains(name) else {
                problems.append("\(place): \(name) is not a key of this program; mend its name or remove the line.")
                continue
            }
            guard values[name] == nil else {
                problems.append("\(place): \(name) is set a second time; remove one of the lines.")
                continue
            }
            switch Self.value(of: Self.trim(line[(equals + 1)...])) {
            case .success(let value): values[name] = value
            case .failure(let fault): problems.append("\(place): the value of \(name) \(fault.text).")
            }
        }
    }

    private struct Fault: Error {
        let text: String
    }

    private static func value(of written: ArraySlice<UInt8>) -> Result<String, Fault> {
        var read: [UInt8] = []
        if written.first == UInt8(ascii: "\"") {
            guard written.count > 1, written.last == UInt8(ascii: "\"") else {
                return .failure(Fault(text: "starts with a double quote and does not end with one"))
            }
            var rest = written.dropFirst().dropLast()
            while let byte = rest.popFirst() {
                if byte == UInt8(ascii: "\"") {
                    return .failure(Fault(text: "has a double quote inside; write \\\" for it"))
                }
                guard byte == UInt8(ascii: "\\") else {
                    read.append(byte)
                    continue
                }
                guard let escaped = rest.popFirst(), escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\")
                else { return .failure(Fault(text: "has a backslash before neither \" nor \\; write \\\\ for it")) }
                read.append(escaped)
            }
        } else {
            guard !written.contains(UInt8(ascii: "\\")), !written.contains(UInt8(ascii: "\"")),
                written.first != UInt8(ascii: "'")
            else { return .failure(Fault(text: "has a quote or a backslash; put it in double quotes")) }
            read = Array(written)
        }
        guard !read.contains(where: { $0 < 0x20 || $0 == 0x7F }), let text = String(validating: read, as: UTF8.self)
        else { return .failure(Fault(text: "is not plain UTF-8 text")) }
        return .success(text)
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_")
    }

    /// Without spaces, tabs and the CR of CRLF at both ends.
    private static func trim(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        var bytes = bytes
        while let first = bytes.first, isSpace(first) { bytes.removeFirst() }
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        return bytes
    }
}
