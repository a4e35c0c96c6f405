import FoundationEssentials
import Glibc
public import Logging

/// A line of JSON for each event on standard error, as the journal keeps it and programs read it: time in UTC, level, message, then
/// the event's metadata under its own names.
///
/// No value is cut or escaped away: what is no UTF-8 cannot stand in a Swift string, and control characters are escaped as JSON
/// wants them. Source: RFC 8259; sd-daemon(3) for the prefix of the level, by which journald sorts.
public struct JournalLogHandler: LogHandler {
    public var metadata: Logger.Metadata = [:]
    public var logLevel = Logger.Level.info

    /// Makes a handler; the label is not written: a unit has one program.
    public init(label: String) {}

    /// Whether standard error is connected to the journal, as systemd says by `JOURNAL_STREAM`. Source: systemd.exec(5).
    public static var isWanted: Bool {
        guard let stream = unsafe getenv("JOURNAL_STREAM").map({ unsafe String(cString: $0) }) else { return false }
        var status = stat()
        return unsafe fstat(STDERR_FILENO, &status) == 0 && stream == "\(status.st_dev):\(status.st_ino)"
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }
        let line = Self.line(event.level, "\(event.message)", facts, at: Self.now())
        let bytes = Array(line.utf8)
        // One write for a line: lines of two threads do not mix.
        _ = unsafe write(STDERR_FILENO, bytes, bytes.count)
    }

    static func line(_ level: Logger.Level, _ message: String, _ facts: Logger.Metadata, at time: String) -> String {
        var event = facts.mapValues { "\($0)" }
        for (name, value) in [("time", time), ("level", "\(level)"), ("message", message)] { event[name] = value }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Text alone: it always becomes JSON.
        let object = (try? encoder.encode(event)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        return "<\(level.priority)>\(object)\n"
    }

    /// `2026-11-26T10:42:00.123Z`.
    private static func now() -> String {
        Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}

extension Logger.Level {
    /// The priority of syslog(3), as the journal reads it from `<n>` before a line.
    fileprivate var priority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
