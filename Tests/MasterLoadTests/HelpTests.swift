import FoundationEssentials
import Testing

/// What every command of `icegatectl` says of itself.
@Suite("icegatectl's help") struct HelpTests {
    private struct Help: Decodable {
        struct Command: Decodable {
            let commandName: String
            let discussion: String?
            let arguments: [Argument]?
            let subcommands: [Command]?
        }
        struct Argument: Decodable {
            struct Name: Decodable { let name: String }
            let names: [Name]?
        }
        let command: Command
    }

    @Test("has an example in each, and each that does something prints JSON on demand")
    func examples() throws {
        let file = "/tmp/icegate-help-\(UInt32.random(in: 0 ... .max))"
        defer { _ = shell("rm -f \(file)") }
        #expect(shell("\(ToolTests.Place.tool) --experimental-dump-help >\(file)") == 0)
        let help = try JSONDecoder().decode(Help.self, from: Data(contentsOf: URL(filePath: file)))
        var commands = [help.command]
        while let command = commands.popLast() {
            // ArgumentParser's own.
            if command.commandName == "help" { continue }
            #expect(command.discussion?.contains("Example") == true, "\(command.commandName)")
            guard let below = command.subcommands, !below.isEmpty else {
                let names = command.arguments?.flatMap { $0.names ?? [] }.map(\.name) ?? []
                #expect(names.contains("json"), "\(command.commandName)")
                continue
            }
            commands += below
        }
    }
}
