import HTMLTemplate
import Testing

private struct Body: TemplateModel {
    var name: String
    var notice: Message = "a\nb"

    static let fields = Fields<Self>([
        .text("name") { $0.name },
        .message("notice") { $0.notice },
    ])
}

@Suite("Plain texts")
struct TextTemplateSetTests {
    private func text(_ template: String, _ body: Body) throws -> String {
        let fixture = try Fixture([
            "body.txt": template, "partials/sign.txt": "-- {{name}}\n",
            "hi.po": "msgid \"Dear %{name},\"\nmsgstr \"प्रिय %{name},\"\nmsgid \"a\\nb\"\nmsgstr \"क\\nख\"",
        ])
        let catalogues = try Catalogues(directory: fixture.path, languages: ["hi"])
        let set = try TextTemplateSet(directory: fixture.path, catalogues: catalogues, texts: [("body", Body.self)])
        return set.render("body", body, language: "hi")
    }

    @Test("a text is neither parsed as HTML nor escaped")
    func plain() throws {
        let template =
            "Subject: <{{name}}\n\n{{t \"Dear %{name},\" name=name}}\n{{#if name}}\n{{notice}}\n{{/if}}\n{{> sign}}\n"
        #expect(try text(template, Body(name: "<O'N>&")) == "Subject: <<O'N>&\n\nप्रिय <O'N>&,\nक\nख\n-- <O'N>&")
    }

    @Test("a value cannot begin a line or hold a control character")
    func controls() throws {
        let controls = String(String.UnicodeScalarView((0..<0x20).compactMap { Unicode.Scalar($0 as UInt32) }))
        #expect(try text("{{name}}|", Body(name: "a\(controls)b\u{7F}\r\nc")) == "a b c|")
        let notice = Message("Dear %{name},", ["name": "x\r\n\ty"])
        #expect(try text("{{notice}}", Body(name: "", notice: notice)) == "प्रिय x y,")
    }
}
