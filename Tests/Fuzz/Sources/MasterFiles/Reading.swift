import MasterLoad

/// All that a CSV reader says of some bytes.
struct Reading: Equatable {
    private(set) var records: [CSVRecord] = []
    private(set) var error: MasterFileError?

    init(_ bytes: [UInt8], inPiecesOf size: Int, limits: CSVReader.Limits) {
        var reader = CSVReader(ByteSource(bytes: bytes, inPiecesOf: size), limits: limits)
        do throws(MasterFileError) {
            while let record = try reader.next() { records.append(record) }
        } catch {
            self.error = error
        }
    }
}

/// CSV by RFC 4180 section 2, byte for byte, and by what the reader's documentation refuses.
struct CSVText {
    private(set) var records: [Record] = []
    /// Whether all of it was read.
    private(set) var isRight = true

    struct Record: CustomStringConvertible {
        var line: Int
        var fields: [[UInt8]] = []

        var description: String { "\(line): \(fields.map { String(decoding: $0, as: UTF8.self) })" }

        static func == (one: CSVRecord, other: Record) -> Bool {
            let texts = other.fields.map { String(decoding: $0, as: UTF8.self) }
            let broken = other.fields.indices.filter { String(validating: other.fields[$0], as: UTF8.self) == nil }
            return one.line == other.line && one.illFormedFields == broken
                && one.fields.map { Array($0.utf8) } == texts.map { Array($0.utf8) }
        }
    }

    static func read(_ bytes: [UInt8], limits: CSVReader.Limits) -> CSVText {
        var text = CSVText()
        if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) {
            text.isRight = false
            return text
        }
        var rest = bytes[...]
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
        var line = 1
        while !rest.isEmpty {
            guard let record = readRecord(&rest, &line, limits) else {
                text.isRight = false
                return text
            }
            if record.fields != [[]] { text.records.append(record) }
        }
        return text
    }

    private static func readRecord(
        _ rest: inout ArraySlice<UInt8>, _ line: inout Int, _ limits: CSVReader.Limits
    ) -> Record? {
        var record = Record(line: line)
        while true {
            guard let field = readField(&rest, &line), field.count <= limits.fieldBytes else { return nil }
            record.fields.append(field)
            if rest.isEmpty { return record }
            if rest.starts(with: ",".utf8) {
                rest = rest.dropFirst()
                guard record.fields.count < limits.fields else { return nil }
            } else if rest.starts(with: "\n".utf8) || rest.starts(with: "\r\n".utf8) {
                rest = rest.dropFirst(rest.first == UInt8(ascii: "\r") ? 2 : 1)
                line += 1
                return record
            } else {
                return nil
            }
        }
    }

    /// The field's text; `nil` for a NUL, or a quote that is out of place or never closed.
    private static func readField(_ rest: inout ArraySlice<UInt8>, _ line: inout Int) -> [UInt8]? {
        guard rest.first == UInt8(ascii: "\"") else {
            let field = rest.prefix { !",\r\n".utf8.contains($0) }
            rest = rest.dropFirst(field.count)
            return field.contains(0) || field.contains(UInt8(ascii: "\"")) ? nil : Array(field)
        }
        rest = rest.dropFirst()
        var field: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") {
                guard rest.first == byte else { return field }
                rest = rest.dropFirst()
            } else if byte == 0 {
                return nil
            } else if byte == UInt8(ascii: "\n") {
                line += 1
            }
            field.append(byte)
        }
        return nil
    }
}

func == (one: [CSVRecord], other: [CSVText.Record]) -> Bool {
    one.count == other.count && zip(one, other).allSatisfy { $0 == $1 }
}
