/// One HMAC key of the key file.
public struct KeyEntry: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    /// The number by which records name the key.
    public let id: UInt32

    /// The key, 32 bytes.
    public let bytes: [UInt8]

    /// The id alone.
    public var description: String { "key \(id)" }

    /// The id alone.
    public var customMirror: Mirror { Mirror(self, children: ["id": id]) }

    init(id: UInt32, bytes: [UInt8]) {
        self.id = id
        self.bytes = bytes
    }

    /// The key as the file has it: 64 digits.
    var hexadecimal: String {
        String(decoding: bytes.flatMap { [Self.digits[Int($0 >> 4)], Self.digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static let digits = Array("0123456789abcdef".utf8)

    /// Reads a key file: lines of `id:64 hexadecimal digits`, `#` comments; the first line is the current key.
    ///
    /// - Returns: the keys, or what is wrong, a line for each problem that shows nothing of a key.
    static func parse(_ file: [UInt8], path: String) -> (keys: [KeyEntry], problems: [String]) {
        var keys: [KeyEntry] = []
        var problems: [String] = []
        for (index, line) in file.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let line = line.last == 0x0D ? line.dropLast() : line
            guard let first = line.first, first != UInt8(ascii: "#") else { continue }
            guard let key = KeyEntry(line: line) else {
                problems.append(
                    "KEY_FILE \(path), line \(index + 1): this is not a number, a colon and 64 hexadecimal digits.")
                continue
            }
            guard !keys.contains(where: { $0.id == key.id }) else {
                problems.append(
                    "KEY_FILE \(path), line \(index + 1): key \(key.id) is there already; give it a new id.")
                continue
            }
            keys.append(key)
        }
        if keys.isEmpty, problems.isEmpty {
            problems.append(
                "KEY_FILE \(path) holds no key; make one: (printf 1:; openssl rand -hex 32) > \(path)")
        }
        return (keys, problems)
    }

    private init?(line: ArraySlice<UInt8>) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let number = line[..<colon]
        let digits = line[(colon + 1)...]
        guard !number.isEmpty, number.allSatisfy({ (0x30...0x39).contains($0) }),
            let id = UInt32(String(decoding: number, as: UTF8.self)), digits.count == 64
        else { return nil }
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in digits {
            let value: UInt8
            switch digit {
            case 0x30...0x39: value = digit - 0x30
            case 0x41...0x46: value = digit - 0x41 + 10
            case 0x61...0x66: value = digit - 0x61 + 10
            default: return nil
            }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        self.id = id
        self.bytes = bytes
    }
}
