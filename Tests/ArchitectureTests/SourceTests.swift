import Testing

@Suite("The sources") struct SourceTests {
    /// What each target may import of this package; the executables may import everything.
    private static let imports: [String: Set<String>] = [
        "Threading": ["CLinux"],
        "Supervision": [],
        "Exposition": ["Threading"],
        "Terminal": [],
        "Sodium": ["CSodium"],
        "Files": ["CZlib"],
        "HTTP": [],
        "FastCGI": ["CFastCGI", "HTTP", "Threading"],
        "MariaDB": ["CMariaDB", "Threading"],
        "HTMLTemplate": ["Files"],
        "Captcha": ["CGD", "Files", "Threading"],
        "Transfer": ["CCurl", "CCrypto", "Threading"],
        "Registration": ["Sodium"],
        "Persistence": ["MariaDB", "Registration", "Sodium", "Threading"],
        "Courier": ["HTMLTemplate", "HTTP", "Persistence", "Registration", "Sodium", "Threading", "Transfer"],
        "MasterLoad": ["Files", "MariaDB", "Registration", "Sodium"],
        "Portal": [
            "Captcha", "Exposition", "Files", "HTMLTemplate", "HTTP", "Persistence", "Registration", "Sodium",
            "Threading",
        ],
        "PortalConfiguration": ["Files", "MariaDB", "Registration", "Transfer"],
    ]
    private static let executables: Set<String> = ["icegate-portal", "icegatectl"]
    private static let wrappers: Set<String> = [
        "FastCGI", "Files", "MariaDB", "Sodium", "Captcha", "Supervision", "Threading", "Terminal", "Transfer",
    ]

    @Test("say unsafe only where C is wrapped")
    func unsafe() throws {
        for file in try Tree.swiftSources() where !Self.wrappers.contains(file.target) {
            #expect(!file.source.words.contains("unsafe"), "\(file.path)")
        }
    }

    @Test("import one way: executables, then portal and stores, then the domain; wrappers know none of them")
    func directions() throws {
        let sources = try Tree.swiftSources()
        let targets = Set(try Tree.files(in: "Sources").map { String($0.prefix { $0 != "/" }) })
        for file in sources where !Self.executables.contains(file.target) {
            let allowed = try #require(Self.imports[file.target], "\(file.target) is not in the table of imports")
            let backwards = Set(file.source.imports).intersection(targets).subtracting(allowed)
            #expect(backwards.isEmpty, "\(file.path) imports \(backwards.sorted())")
        }
        // An import that is allowed and gone would let the table grow old.
        for (target, allowed) in Self.imports where ["Registration", "Portal", "FastCGI", "MariaDB"].contains(target) {
            let imported = Set(sources.filter { $0.target == target }.flatMap(\.source.imports))
            #expect(allowed.subtracting(imported).isEmpty, "\(target)")
        }
    }

    @Test("guard what threads share by a monitor, which ThreadSanitizer sees")
    func locks() throws {
        for file in try Tree.swiftSources() { #expect(!file.source.words.contains("Mutex"), "\(file.path)") }
    }

    @Test("of the domain import Sodium and FoundationEssentials alone")
    func domain() throws {
        let imported = try Tree.swiftSources().filter { $0.target == "Registration" }.flatMap(\.source.imports)
        #expect(Set(imported) == ["FoundationEssentials", "Sodium", "Swift"])
    }

    @Test("do without Foundation: its small part serves")
    func foundation() throws {
        let full: Set<String> = [
            "Foundation", "FoundationNetworking", "FoundationXML", "FoundationInternationalization",
        ]
        for file in try Tree.swiftSources() {
            #expect(full.isDisjoint(with: file.source.imports), "\(file.path)")
        }
    }

    @Test("are read rightly by these tests")
    func reading() {
        let source = SwiftSource(
            #"""
            @testable public import struct Foundation.Date // import Sodium
            import Portal /* unsafe */
            let one = "unsafe \(call("x", unsafe)) end", two = "a \"b\"\n"
            let three = """
                import MariaDB
                """
            """#)
        #expect(source.imports == ["Foundation", "Portal"])
        #expect(source.words.filter { $0 == "unsafe" }.count == 1)
        #expect(source.literals.prefix(2) == ["x", "a \"b\"\n"])
        #expect(source.interpolated == ["unsafe  end"])
    }
}
