import Glibc

/// Why the FastCGI server can't listen or start: what failed, the system's error number, and what to do.
public struct FastCGIError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was tried, in a few words.
    public let operation: String
    /// The system's error number (errno(3)); 0 when the system reported none.
    public let code: Int32
    /// What whoever runs the program can do about it.
    public let advice: String

    /// Makes an error.
    public init(operation: String, code: Int32, advice: String) {
        self.operation = operation
        self.code = code
        self.advice = advice
    }

    /// One line with all three.
    public var description: String {
        var cause = ""
        if code != 0, let text = unsafe strerror(code) { cause = unsafe ": \(String(cString: text)) (\(code))" }
        return "\(operation)\(cause). \(advice)"
    }
}
