import HTMLTemplate
import Testing

@Suite("Template syntax")
struct SyntaxTests {
    @Test("a value is written where its name stands")
    func value() throws {
        #expect(try rendered("<p>{{text}} {{ other }}</p>") == "<p>T O</p>")
        #expect(try rendered("[{{optional}}][{{line.label}}][{{maybe.label}}]") == "[][inner][]")
        #expect(try rendered("{{maybe.label}}", Page(maybe: Line(label: "x"))) == "x")
    }

    @Test("if chooses by flag, optional, list and text")
    func conditions() throws {
        let template = """
            {{#if flag}}F{{else}}f{{/if}}{{#if optional}}O{{/if}}{{#if lines}}L{{/if}}{{#if text}}T{{/if}}\
            {{#if error}}E{{/if}}{{#if maybe}}M{{/if}}{{#unless flag}}u{{else}}U{{/unless}}
            """
        #expect(try rendered(template, Page(text: "")) == "fu")
        let full = Page(
            optional: "x", error: "e", flag: true, lines: [Line(label: "l")], maybe: Line(label: "m"))
        #expect(try rendered(template, full) == "FOLTEMU")
        #expect(try rendered("{{#if maybe.note}}n{{/if}}", Page(maybe: Line(label: "", note: "x"))) == "n")
    }

    @Test("each finds names in the element first, then outwards")
    func loop() throws {
        let page = Page(lines: [Line(label: "a"), Line(label: "b", note: "n")])
        let template = "{{#each lines}}<li>{{label}}{{#if note}}:{{note}}{{/if}}{{text}}</li>{{/each}}"
        #expect(try rendered(template, page) == "<li>aT</li><li>b:nT</li>")
        #expect(
            try rendered("{{#each lines}}{{#each lines}}{{label}}{{/each}};{{/each}}{{text}}", page) == "ab;ab;T")
    }

    @Test("a partial sees its model, its literals, then its surroundings")
    func partials() throws {
        let partials = [
            "row": "<b id=\"{{id}}\">{{t caption}} {{label}} {{text}}{{#if hint}} {{t hint}}{{/if}}</b>\n",
            "outer": "({{> inner}})", "inner": "{{id}}",
        ]
        #expect(
            try rendered("{{> row line id=\"a&b\" caption=\"Caption\" hint=\"\"}}|", partials: partials)
                == "<b id=\"a&amp;b\">Caption inner T</b>|")
        #expect(try rendered("{{> row maybe id=\"a\" caption=\"C\" hint=\"H\"}}|", partials: partials) == "|")
        #expect(try rendered("{{> outer id=\"a\"}}", partials: partials) == "(a)")
        let page = Page(lines: [Line(label: "1")])
        #expect(
            try rendered(
                "{{#each lines}}{{> row line id=\"a\" caption=\"C\" hint=\"H\"}}{{label}}{{/each}}", page,
                partials: partials)
                == "<b id=\"a\">C inner T H</b>1")
    }

    @Test("a page goes into its frame and sees the frame's names")
    func frame() throws {
        let fixture = try Fixture([
            "frame.html": "<title>{{title}}</title><main>\n{{content}}</main>\n",
            "page.html": "{{! a page }}\n{{#within frame}}\n<p>{{text}}{{title}}</p>\n{{/within}}\n",
        ])
        let set = try TemplateSet(
            directory: fixture.path, catalogues: Catalogues(), pages: [Page.self], frame: Frame.self)
        let page = set.render(Page(), frame: Frame(title: "<x>"), language: "en")
        #expect(
            String(decoding: page, as: UTF8.self)
                == "<title>&lt;x&gt;</title><main>\n<p>T&lt;x&gt;</p>\n</main>\n")
    }

    @Test("tags alone on a line leave no line behind")
    func lines() throws {
        #expect(
            try rendered("a\n  {{#if text}}\nb\n  {{else}}\nc\n  {{/if}}\nd {{! e }}\n{{! f }}\ng") == "a\nb\nd \ng")
        #expect(try rendered("{{#if text}}\r\nb\r\n{{/if}}\r\n") == "b\r\n")
        #expect(try rendered("a\n{{text}}\nb") == "a\nT\nb")
    }

    @Test("attributes can be conditional, and stand in lists")
    func attributes() throws {
        let template = "<input {{#if error}}aria-invalid=\"true\"{{/if}}>"
        #expect(try rendered(template) == "<input >")
        #expect(try rendered(template, Page(error: "e")) == "<input aria-invalid=\"true\">")
        #expect(
            try rendered("<input{{#if text}} checked{{/if}} class=\"a{{#if text}} b{{/if}}\">")
                == "<input checked class=\"a b\">")
        #expect(
            try rendered("<p{{#each lines}} data-l=\"{{label}}\"{{/each}}>", Page(lines: [Line(label: "1")]))
                == "<p data-l=\"1\">")
    }

    @Test("a translation in English is the id with its values")
    func translation() throws {
        let template = "{{t \"Don't \\\"go\\\",\n   %{who} & %{x}.\" who=text x=\"<1>\"}}"
        #expect(try rendered(template, Page(text: "<b>")) == "Don&#39;t &quot;go&quot;, &lt;b&gt; &amp; &lt;1&gt;.")
        #expect(try rendered("{{t \"a }} b\"}}") == "a }} b")
        let page = Page(notice: Message("%{n} < %{m}", ["n": "&"]))
        #expect(try rendered("{{notice}}", page) == "&amp; &lt; %{m}")
    }

    @Test("an unknown language is English")
    func unknownLanguage() throws {
        let fixture = try Fixture(["page.html": "{{t \"x\"}}"])
        let set = try TemplateSet(directory: fixture.path, catalogues: Catalogues(), pages: [Page.self])
        #expect(set.render(Page(), language: "xx") == Array("x".utf8))
        #expect(set.messageIDs == ["x"])
    }
}
