import Testing

@testable import PortalConfiguration

@Suite("A configuration file") struct ConfigurationFileTests {
    private func parse(_ text: String) -> ConfigurationFile {
        ConfigurationFile(bytes: Array(text.utf8), path: "f", known: ["A", "B", "PASSWORD"])
    }

    @Test("holds KEY=value lines, comments, quoted values, CRLF and no line end at its end")
    func reads() {
        let file = parse("# comment\n; comment\n\n A = one two \r\nB=\"  #\\\"\\\\= \"\nPASSWORD=x#y=z")
        #expect(file.values == ["A": "one two", "B": "  #\"\\= ", "PASSWORD": "x#y=z"])
        #expect(file.problems == [])
    }

    @Test(
        "is refused with the line, and without what stands there, where it is ill-formed",
        arguments: [
            "hunter2", "hunter2 = x", "=hunter2", "a=hunter2", "C=hunter2", "A=1\nA=hunter2", "A=\"hunter2",
            "A=\"hun\"ter2\"", "A=\"hunter2\\n\"", "A=hunter2\\", "A='hunter2'", "A=hunter2\u{1}", "A=\"",
        ])
    func refuses(_ text: String) throws {
        let file = parse("\n" + text)
        #expect(file.problems.count == 1)
        let problem = try #require(file.problems.first)
        #expect(problem.hasPrefix("f, line \(text.utf8.contains(10) ? 3 : 2): "))
        #expect(!problem.contains("hunter2"))
    }

    @Test("that is not UTF-8 is refused")
    func bytes() {
        let file = ConfigurationFile(bytes: Array("A=".utf8) + [0xFF], path: "f", known: ["A"])
        #expect(file.values == [:])
        #expect(file.problems.count == 1)
    }
}
