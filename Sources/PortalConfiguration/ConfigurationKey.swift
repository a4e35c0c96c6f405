/// One setting: its name in the file and in the environment, what it may be and what it means.
///
/// ``all`` is the whole table. What is read is read by these values, so nothing outside the table can be.
public struct ConfigurationKey: Sendable {
    /// What a value may be.
    public enum Kind: Sendable, Equatable {
        /// Any text in one line.
        case text
        /// An absolute path.
        case path
        /// A text that is never shown.
        case secret
        /// One of these words.
        case word([String])
        /// A whole number in a range.
        case number(ClosedRange<Int>)
        /// A whole number of seconds in a range.
        case seconds(ClosedRange<Int>)
    }

    /// The name, capital letters, digits and underscores; ends in the unit where there is one.
    public let name: String

    /// What the value may be.
    public let kind: Kind

    /// What holds when the key is not set, as it would be written; `nil` when nothing does.
    public let defaultValue: String?

    /// What it means, one sentence for the administrator.
    public let meaning: String

    init(_ name: String, _ kind: Kind, default defaultValue: String? = nil, _ meaning: String) {
        self.name = name
        self.kind = kind
        self.defaultValue = defaultValue
        self.meaning = meaning
    }

    /// What the value may be, in words: `a number from 1 to 256`.
    public var expectation: String {
        switch kind {
        case .text: "a text"
        case .path: "an absolute path"
        case .secret: "a secret"
        case .word(let words): words.joined(separator: " or ")
        case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
        case .seconds(let range): "a number of seconds from \(range.lowerBound) to \(range.upperBound)"
        }
    }

    var isSecret: Bool { kind == .secret }
}
