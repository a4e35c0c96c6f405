/// Why the portal does not start: every problem there is, a line each.
struct StartError: Error, CustomStringConvertible {
    let problems: [String]

    var description: String { problems.joined(separator: "\n") }
}
