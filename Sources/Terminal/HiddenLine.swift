import Glibc
public import SystemPackage

/// A line that is read without being shown: a password.
public enum HiddenLine {
    /// Whether a person types at standard input.
    public static var isTyped: Bool { isatty(STDIN_FILENO) == 1 }

    /// Reads a line from standard input, which shows nothing of it while it is a terminal.
    ///
    /// The terminal is as it was when this returns, but not when a signal ends the program meanwhile: Ctrl-C is therefore
    /// held back until the line is read. Source: termios(3), getpass(3).
    ///
    /// - Parameter limit: the most bytes that are read of it.
    /// - Returns: the bytes without the end of the line; `nil` at the end of the input.
    /// - Throws: what reading throws.
    public static func read(atMost limit: Int) throws(Errno) -> [UInt8]? {
        guard isTyped else { return try line(atMost: limit) }
        var settings = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &settings) == 0 else { throw Errno(rawValue: errno) }
        var hidden = settings
        hidden.c_lflag &= ~tcflag_t(ECHO | ISIG)
        guard unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0 else { throw Errno(rawValue: errno) }
        // A terminal that took the settings a moment ago takes them back, unless it has gone.
        defer { _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings) }
        return try line(atMost: limit)
    }

    private static func line(atMost limit: Int) throws(Errno) -> [UInt8]? {
        var line: [UInt8] = []
        while true {
            guard let byte = try byte() else { return line.isEmpty ? nil : line }
            if byte == UInt8(ascii: "\n") { return line }
            line.append(byte)
            if line.count == limit { return line }
        }
    }

    /// One at a time, so that what stands behind the line is left for whoever reads next.
    private static func byte() throws(Errno) -> UInt8? {
        var byte: [UInt8] = [0]
        while true {
            let count = unsafe Glibc.read(STDIN_FILENO, &byte, 1)
            if count == 1 { return byte[0] }
            if count == 0 { return nil }
            guard errno == EINTR else { throw Errno(rawValue: errno) }
        }
    }
}
