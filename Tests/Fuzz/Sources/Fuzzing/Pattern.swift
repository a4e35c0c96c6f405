import Glibc

/// A regular expression of POSIX (regex(7)), on bytes: written by others than those who wrote what it checks.
@safe public final class Pattern: @unchecked Sendable {
    // Compiled once and only read afterwards; regexec(3) may be called on many threads.
    private let compiled: UnsafeMutablePointer<regex_t>

    /// Compiles an extended expression, which always describes the whole text.
    public init(_ expression: String) {
        unsafe compiled = .allocate(capacity: 1)
        let status = unsafe regcomp(compiled, "^(\(expression))$", REG_EXTENDED | REG_NOSUB)
        require(status == 0, "the expression is not compiled: \(expression)")
    }

    deinit {
        unsafe regfree(compiled)
        unsafe compiled.deallocate()
    }

    /// Whether the whole text is as the expression says. What holds a NUL never is.
    public func matches(_ text: String) -> Bool {
        // A C string would end there.
        if text.utf8.contains(0) { return false }
        return unsafe text.withCString { unsafe regexec(compiled, $0, 0, nil, 0) == 0 }
    }
}
