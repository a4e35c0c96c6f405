/// Why a master file cannot be read on: nothing of it is to be loaded.
public struct MasterFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The line where reading stopped, from 1; `nil` when the file as a whole is at fault.
    public let line: Int?

    /// What is wrong and what to do.
    public let reason: String

    init(line: Int? = nil, _ reason: String) {
        self.line = line
        self.reason = reason
    }

    /// Line and reason.
    public var description: String { line.map { "line \($0): \(reason)" } ?? reason }
}
