import SystemPackage

/// Says something beside the result, on standard error.
func complain(_ text: String, terminator: String = "\n") {
    // Whoever has closed the stream does not read it.
    _ = try? FileDescriptor.standardError.writeAll((text + terminator).utf8)
}
