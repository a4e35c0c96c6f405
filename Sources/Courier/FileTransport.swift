import FoundationEssentials
import Registration

/// Writes each letter into a file of its own, where a development set-up or a test reads it.
///
/// The name is `<time>-<serial>-email-<address>.txt` or `<time>-<serial>-sms-<number>.txt`, the content `To:` and
/// `Subject:` lines, an empty line and the body. A file appears whole: it is written under another name first.
public struct FileTransport: Transport {
    private let directory: String

    /// Takes the directory, which must exist.
    public init(directory: String) { self.directory = directory }

    public func deliver(_ letter: Letter) -> HandOver {
        let text = "To: \(letter.destination.address)\nSubject: \(letter.subject)\n\n\(letter.body)\n"
        let name =
            "\(Self.timestamp())-\(Self.padded(letter.serial))-\(letter.destination.channel.rawValue)-\(Self.fileName(of: letter.destination.address)).txt"
        let temporary = directory + "/.\(name).part"
        do {
            try Data(text.utf8).write(to: URL(filePath: temporary))
            try FileManager.default.moveItem(atPath: temporary, toPath: directory + "/" + name)
            return .accepted(by: "file")
        } catch {
            return .later(reason: "the file could not be written", by: "file")
        }
    }

    /// An address as part of a file's name: a slash may stand in the local part of an e-mail address.
    private static func fileName(of address: String) -> String { address.replacing("/", with: "%2F") }

    /// The time in UTC, so that names sort as the messages were written: `20261122T184501.123`.
    private static func timestamp() -> String {
        let now = Date()
        let milliseconds = Int(now.timeIntervalSince1970 * 1_000) % 1_000
        let plain = now.formatted(.iso8601.timeSeparator(.omitted).dateSeparator(.omitted))
        return plain.filter { $0 != "Z" } + "." + String(String(milliseconds + 1_000).dropFirst())
    }

    private static func padded(_ serial: Int64) -> String {
        let digits = String(serial)
        return String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits
    }
}
