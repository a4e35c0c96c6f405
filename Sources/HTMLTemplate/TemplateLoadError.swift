/// Every problem found while templates or catalogues were loaded; nothing of them can be used.
public struct TemplateLoadError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One problem and where it stands.
    public struct Problem: Sendable, Hashable, CustomStringConvertible {
        /// The file's path below the directory that was loaded.
        public let file: String
        /// Counted from 1.
        public let line: Int
        /// Counted from 1, in Unicode scalars.
        public let column: Int
        /// What is wrong, in one line.
        public let message: String

        /// `file:line:column: message`
        public var description: String { "\(file):\(line):\(column): \(message)" }
    }

    /// At least one; in the order of the files, each once.
    public let problems: [Problem]

    /// One problem on each line.
    public var description: String { problems.map(\.description).joined(separator: "\n") }

    init(_ problems: [Problem]) {
        var seen: Set<Problem> = []
        self.problems = problems.filter { seen.insert($0).inserted }
    }
}
