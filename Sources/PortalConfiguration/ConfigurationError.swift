/// All that is wrong with a configuration, found in one go.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One line for each problem: what is wrong and what to do. No line holds the value of a secret.
    public let problems: [String]

    /// The lines, one under the other.
    public var description: String { problems.joined(separator: "\n") }

    init(_ problems: [String]) { self.problems = problems }
}
