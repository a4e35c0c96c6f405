import HTMLTemplate
import Testing

@Suite("Template store")
struct TemplateStoreTests {
    @Test("a set that is taken into use is the one that pages have from then on; who has the old one keeps it")
    func use() throws {
        let fixture = try Fixture(["page.html": "{{t \"one\"}}", "hi.po": ""])
        func read() throws -> TemplateSet {
            let catalogues = try Catalogues(directory: fixture.path, languages: ["en", "hi"])
            return try TemplateSet(directory: fixture.path, catalogues: catalogues, pages: [Page.self])
        }
        let store = TemplateStore(try read())
        func page() -> String { String(decoding: store.current.render(Page(), language: "hi"), as: UTF8.self) }
        #expect(page() == "one")

        let before = store.current
        try fixture.write("{{t \"two\"}}", to: "page.html")
        try fixture.write("msgid \"two\"\nmsgstr \"दो\"", to: "hi.po")
        #expect(page() == "one")
        store.use(try read())
        #expect(page() == "दो")
        #expect(before.render(Page(), language: "hi") == Array("one".utf8))
    }
}
