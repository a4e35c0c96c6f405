import FoundationEssentials

/// Says something beside the result.
func complain(_ text: String) {
    // A person who has closed the terminal does not read it.
    try? Data((text + "\n").utf8).write(to: URL(filePath: "/dev/stderr"))
}
