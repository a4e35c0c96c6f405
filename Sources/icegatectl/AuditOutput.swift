import Files
import Persistence
import Registration
import SystemPackage

/// Events on standard output, some thousand at a time.
final class AuditOutput {
    private let isJSON: Bool
    private var document = CSVDocument()
    private static let size = 1 << 16

    init(isJSON: Bool) {
        self.isJSON = isJSON
        if isJSON { document.bytes = [] } else { document.add(AuditEvent.columns + ["seal"]) }
    }

    func add(_ event: AuditEvent, seal: Int64?) {
        // As RFC 3339 has it; a column that is no time any more is shown as it is.
        let values = zip(AuditEvent.columns, event.values).map { name, value in
            (name: name, value: name == "happened_at" ? value.map { $0.replacing(" ", with: "T") + "Z" } : value)
        }
        if isJSON {
            var members = values.compactMap { pair in pair.value.map { (name: pair.name, value: JSONValue.text($0)) } }
            if let seal { members.append((name: "seal", value: .number(Int(seal)))) }
            document.bytes += (JSONValue.object(members).text + "\n").utf8
        } else {
            document.add(values.map { $0.value ?? "" } + [seal.map { String($0) } ?? ""])
        }
        if document.bytes.count >= Self.size { flush() }
    }

    /// Writes what is there.
    func flush() {
        // Whoever has closed the stream does not read it.
        _ = try? FileDescriptor.standardOutput.writeAll(document.bytes)
        document.bytes.removeAll(keepingCapacity: true)
    }
}
