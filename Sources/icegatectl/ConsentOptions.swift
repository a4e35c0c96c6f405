import ArgumentParser
import Terminal

/// For what cannot be taken back: whoever sits at a terminal is asked, a job is not.
struct ConsentOptions: ParsableArguments {
    @Flag(name: .long, help: "Ask nothing at a terminal: this cannot be taken back.")
    var yes = false

    /// - Throws: the exit code of a refusal when a person does not say yes.
    func ask(_ question: String, _ options: CommonOptions) throws {
        guard !yes, HiddenLine.isTyped else { return }
        complain("\(question) This cannot be taken back. Type yes to go on: ", terminator: "")
        guard readLine() == "yes" else { throw options.refused("Nothing was done.") }
    }
}
