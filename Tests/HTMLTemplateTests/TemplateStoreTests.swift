import HTMLTemplate
import Testing

@Suite("Template store")
struct TemplateStoreTests {
    @Test("reload takes in what changed, and keeps the old set when the new one has problems")
    func reload() throws {
        let fixture = try Fixture(["page.html": "{{t \"one\"}}", "hi.po": ""])
        let store = try TemplateStore(
            directory: fixture.path, locales: fixture.path, languages: ["en", "hi"], pages: [Page.self])
        func page() -> String { String(decoding: store.current.render(Page(), language: "hi"), as: UTF8.self) }
        #expect(page() == "one")

        let before = store.current
        try fixture.write("{{t \"two\"}}", to: "page.html")
        try fixture.write("msgid \"two\"\nmsgstr \"दो\"", to: "hi.po")
        #expect(page() == "one")
        try store.reload()
        #expect(page() == "दो")
        #expect(before.render(Page(), language: "hi") == Array("one".utf8))

        try fixture.write("{{three}}", to: "page.html")
        #expect(throws: TemplateLoadError.self) { try store.reload() }
        #expect(page() == "दो")
        try fixture.write("three", to: "page.html")
        try fixture.write("msgid", to: "hi.po")
        #expect(throws: TemplateLoadError.self) { try store.reload() }
        #expect(page() == "दो")
    }
}
