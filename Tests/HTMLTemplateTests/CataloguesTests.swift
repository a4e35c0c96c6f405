import HTMLTemplate
import Testing

@Suite("Catalogues")
struct CataloguesTests {
    private func catalogues(_ text: String) throws -> Catalogues {
        let fixture = try Fixture(["hi.po": text])
        return try Catalogues(directory: fixture.path, languages: ["en", "hi"])
    }

    @Test("translations are read with comments, several lines and escapes")
    func reading() throws {
        let catalogues = try catalogues(
            """
            # a comment
            msgid ""
            msgstr ""
            "Content-Type: text/plain; charset=UTF-8\\n"

            #: page.html
            msgid "Yes"
            msgstr "हाँ"
            #~ msgid "Old"
            #~ msgstr "पुराना"
            msgid ""
            "You have "
            "%{n} left"
            msgstr ""
            "\\"%{n}\\"\\t\\\\"
            "\\nबाकी"\r
            #, fuzzy
            msgid "Guess"
            msgstr "?"
            #, c-format
            msgid "Empty"
            msgstr ""
            """)
        #expect(catalogues.text("Yes", language: "hi") == "हाँ")
        #expect(catalogues.text(Message("You have %{n} left", ["n": "3"]), language: "hi") == "\"3\"\t\\\nबाकी")
        #expect(catalogues.text("Guess", language: "hi") == "Guess")
        #expect(catalogues.text("Empty", language: "hi") == "Empty")
        #expect(catalogues.text("Yes", language: "en") == "Yes")
        #expect(catalogues.missing(["Yes", "Guess", "Empty", "Other"], language: "hi") == ["Empty", "Guess", "Other"])
        #expect(catalogues.missing(["Other"], language: "en") == [])
        #expect(catalogues.unused(["Yes", "Guess", "Empty"], language: "hi") == ["You have %{n} left"])
        #expect(catalogues.languages == ["en", "hi"])
    }

    @Test(
        "what is not understood is a problem where it stands",
        arguments: [
            ("msgctxt \"a\"\nmsgid \"b\"\nmsgstr \"c\"", "1:1: 'msgctxt \"a\"' is not understood here"),
            ("msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[0] \"c\"", "2:1: 'msgid_plural \"b\"' is not understood here"),
            ("msgid \"a\"\nmsgstr[0] \"c\"", "2:1: 'msgstr[0] \"c\"' is not understood here"),
            ("msgstr \"a\"", "1:1: 'msgstr \"a\"' is not understood here"),
            ("msgid \"a\"", "1:1: the msgid has no msgstr"),
            ("msgid \"a\"\nmsgid \"b\"\nmsgstr \"c\"", "1:1: the msgid has no msgstr"),
            ("msgid \"a\nmsgstr \"b\"", "1:1: expected a quoted text"),
            ("msgid \"a\"b\"\nmsgstr \"b\"", "1:9: a quote inside a text needs a backslash"),
            ("msgid \"a\\x41\"\nmsgstr \"b\"", "1:9: the escapes are \\n \\t \\r \\\" \\\\"),
            ("msgid \"a\\\"\nmsgstr \"b\"", "1:9: the escapes are"),
            ("  \"a\"", "1:3: a text belongs to nothing"),
            ("hello", "1:1: 'hello' is not understood here"),
            ("msgid \"a\"\nmsgstr \"b\"\nmsgid \"a\"\nmsgstr \"c\"", "3:1: the msgid occurs twice"),
            ("msgid \"a %{b}\"\nmsgstr \"a %{c}\"", "2:1: msgid and msgstr differ in %{b}, %{c}"),
            ("msgid \"a %{b}\"\nmsgstr \"a\"", "2:1: msgid and msgstr differ in %{b}"),
            ("msgid \"a\"\nmsgstr \"%{\"", "2:1: '%{' begins no placeholder: write %{name}"),
            ("msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=latin-1\\n\"", "1:1: the charset must be UTF-8"),
        ])
    func mistakes(text: String, problem: String) throws {
        let error = #expect(throws: TemplateLoadError.self) { try catalogues(text) }
        #expect(error?.problems.first?.description.hasPrefix("hi.po:" + problem) == true, "\(error?.description ?? "")")
    }

    @Test("a catalogue that is not there is a problem")
    func absent() throws {
        let fixture = try Fixture()
        let error = #expect(throws: TemplateLoadError.self) {
            try Catalogues(directory: fixture.path, languages: ["hi"])
        }
        #expect(error?.description == "hi.po:1:1: the file cannot be read")
    }

    @Test("pages are written in the language, their translations escaped like values")
    func pages() throws {
        let fixture = try Fixture([
            "page.html":
                "<p title=\"{{t \"Yes\"}}\">{{t \"%{n} left\" n=text}} {{notice}} {{> p k=\"Yes\"}} {{t \"No\"}}</p>",
            "partials/p.html": "{{#if k}}{{t k}}{{else}}{{t \"never\"}}{{/if}}",
            "hi.po": """
            msgid "Yes"
            msgstr "<\\"हाँ\\">"
            msgid "%{n} left"
            msgstr "बाकी & %{n}"
            """,
        ])
        let catalogues = try Catalogues(directory: fixture.path, languages: ["hi"])
        let set = try TemplateSet(directory: fixture.path, catalogues: catalogues, pages: [Page.self])
        let page = Page(text: "<3>", notice: Message("%{n} left", ["n": "'"]))
        #expect(
            String(decoding: set.render(page, language: "hi"), as: UTF8.self)
                == "<p title=\"&lt;&quot;हाँ&quot;&gt;\">बाकी &amp; &lt;3&gt; बाकी &amp; &#39; &lt;&quot;हाँ&quot;&gt; No</p>")
        #expect(
            String(decoding: set.render(page, language: "en"), as: UTF8.self)
                == "<p title=\"Yes\">&lt;3&gt; left &#39; left Yes No</p>")
        #expect(set.messageIDs == ["Yes", "%{n} left", "No"])
        #expect(catalogues.missing(set.messageIDs, language: "hi") == ["No"])
    }

    @Test(
        "what a literal leaves out is nowhere in the page, whatever stands in it",
        arguments: [
            "{{t \"never\"}}", "{{#if flag}}{{t \"never\"}}{{else}}z{{/if}}",
            "{{#each lines}}{{label}}{{t \"never\"}}{{/each}}",
            "{{> q line}}", "{{> r k=\"2\"}}", "{{#if k}}{{t \"never\"}}{{/if}}{{t \"never\"}}",
        ])
    func leftOut(block: String) throws {
        let fixture = try Fixture([
            "page.html": "x{{> p k=\"1\"}}y",
            "partials/p.html": "a{{#if k}}b{{else}}\(block){{/if}}{{#unless k}}\(block){{/unless}}c{{text}}",
            "partials/q.html": "{{label}}{{t \"never\"}}", "partials/r.html": "{{#if k}}{{t \"never\"}}{{/if}}",
        ])
        let set = try TemplateSet(directory: fixture.path, catalogues: Catalogues(), pages: [Page.self])
        let page = Page(flag: true, lines: [Line(label: "1"), Line(label: "2")])
        #expect(String(decoding: set.render(page, language: "en"), as: UTF8.self) == "xabcTy")
        #expect(set.messageIDs == [])
    }

    @Test("a page knows its language, which no catalogue has to translate")
    func languageOfPage() throws {
        let template = "<p lang=\"{{language}}\">{{#if isEnglish}}E{{else}}{{t \"Other\"}}{{/if}}</p>"
        let fixture = try Fixture(["page.html": template, "hi.po": "msgid \"Other\"\nmsgstr \"अन्य\"\n"])
        let catalogues = try Catalogues(directory: fixture.path, languages: ["hi"])
        let set = try TemplateSet(directory: fixture.path, catalogues: catalogues, pages: [Page.self])
        #expect(String(decoding: set.render(Page(), language: "hi"), as: UTF8.self) == "<p lang=\"hi\">अन्य</p>")
        #expect(String(decoding: set.render(Page(), language: "en"), as: UTF8.self) == "<p lang=\"en\">E</p>")
        #expect(set.messageIDs == ["Other"])
    }
}
