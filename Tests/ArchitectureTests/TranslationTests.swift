import HTMLTemplate
import Testing

@Suite("The translations") struct TranslationTests {
    private let resources: Resources
    /// Every text of the templates and the Swift sources that a person reads.
    private let used: Set<String>
    /// Every text of the Swift sources that could be a message.
    private let literals: Set<String>

    /// Texts of the sources that look like messages and are none: names of header fields and their values.
    private static let notMessages: Set<String> = [
        "Sec-Fetch-Site", "X-Frame-Options", "DENY", "Referrer-Policy", "Cross-Origin-Opener-Policy",
        "Cross-Origin-Resource-Policy", "Permissions-Policy",
    ]

    /// Files whose texts are not translated: names of products, and what monitoring reads.
    private static let untranslated: Set<String> = [
        "Sources/Portal/PortalMetrics.swift", "Sources/Portal/Visits/BrowserName.swift",
    ]

    init() throws {
        resources = try Resources.loaded()
        var messages: Set<String> = []
        var literals: Set<String> = []
        for file in try Tree.swiftSources() where ["Portal", "Registration"].contains(file.target) {
            literals.formUnion(file.source.literals)
            guard !Self.untranslated.contains(file.path) else { continue }
            messages.formUnion(
                file.source.literals.filter { Self.isMessage($0, isOfDomain: file.target == "Registration") })
        }
        self.literals = literals
        used = messages.subtracting(Self.notMessages).union(resources.pages.messageIDs).union(
            resources.texts.messageIDs)
    }

    /// Whether a text of a Swift source is one for people: `Message` is written as a bare text, so that nothing marks
    /// it but its look. In the domain only sentences are messages: names and patterns stand there too.
    private static func isMessage(_ text: String, isOfDomain: Bool) -> Bool {
        guard let first = text.utf8.first else { return false }
        let beginsLikeOne = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) || "*%".utf8.contains(first)
        return beginsLikeOne && (!isOfDomain || text.utf8.contains(UInt8(ascii: " ")))
    }

    @Test("into Hindi lack none of the texts that people read")
    func missing() {
        #expect(used.count > 300)
        #expect(resources.catalogues.missing(used, language: "hi") == [])
    }

    @Test("into Hindi hold none that nobody reads")
    func unused() {
        #expect(resources.catalogues.unused(used.union(literals), language: "hi") == [])
    }

    @Test("are Hindi, without spaces at the ends")
    func form() {
        for id in used {
            let text = resources.catalogues.text(Message(id: id), language: "hi")
            for text in [id, text] {
                #expect(text.utf8.first != 32 && text.utf8.last != 32 && !text.contains("  "), "\(text)")
            }
            #expect(text.unicodeScalars.contains { (0x900...0x97F).contains($0.value) }, "\(id)")
        }
    }

    @Test("have the placeholders of the English texts")
    func placeholders() {
        // A catalogue that breaks this does not load; here the values are seen to arrive.
        for id in used where id.contains("%{") {
            let names = id.split(separator: "%{").dropFirst(id.hasPrefix("%{") ? 0 : 1).map { $0.prefix { $0 != "}" } }
            let message = Message(id: id, arguments: names.map { .init(name: String($0), value: "<\($0)>") })
            let text = resources.catalogues.text(message, language: "hi")
            for name in names { #expect(text.contains("<\(name)>"), "\(text)") }
            #expect(!text.contains("%{"), "\(text)")
        }
    }

    @Test("of SMS fit into two parts, filled in with the longest values")
    func lengthOfSMS() {
        let values = [
            "code": "123456", "time": "22-11-2026, 10:42 IST", "password": "K7Q2-M9XT-4CDEF",
            "id": "ABCDEFGHIJKLMNOPQRSTUVWXY",
        ]
        let messages = resources.texts.messageIDs.filter { $0.hasSuffix(" - CBIC") }
        #expect(messages.count >= 4)
        for id in messages {
            let message = Message(id: id, arguments: values.map { .init(name: $0.key, value: $0.value) })
            let english = resources.catalogues.text(message, language: "en")
            let hindi = resources.catalogues.text(message, language: "hi")
            // 3GPP TS 23.040: a part of several holds 153 characters of GSM 7-bit, or 67 of UCS-2.
            #expect(english.utf8.allSatisfy { $0 < 128 } && english.utf8.count <= 2 * 153, "\(english)")
            #expect(hindi.utf16.count <= 2 * 67, "\(hindi)")
        }
    }
}
