import HTMLTemplate
import Testing

@Suite("Load errors")
struct LoadErrorTests {
    @Test(
        "each mistake is found where it stands",
        arguments: [
            ("{{x}}", "1:3: nothing here is called 'x'"),
            ("a\né {{x.y}}", "2:5: nothing here is called 'x'"),
            ("{{line.x}}", "1:3: 'x' is no field of Line"),
            ("{{text.x}}", "1:3: 'text' is a text, not a model"),
            ("{{flag}}", "1:3: 'flag' is a flag, not a text"),
            ("{{lines}}", "1:3: 'lines' is a list, not a text"),
            ("{{line}}", "1:3: 'line' is a model, not a text"),
            ("{{#each text}}{{/each}}", "1:9: 'text' is a text, not a list"),
            ("{{#each maybe}}{{/each}}", "1:9: 'maybe' is a model, not a list"),
            ("{{#if line}}{{/if}}", "1:7: 'line' is a model that is always there"),
            ("{{#if x}}{{/if}}", "1:7: nothing here is called 'x'"),
            ("{{label}}", "1:3: nothing here is called 'label'"),
            ("{{> gone}}", "1:1: there is no partial 'gone'"),
            ("{{> self}}", "partials/self.html:1:1: the partial 'self' contains itself"),
            ("{{> ping}}", "partials/pong.html:1:2: the partial 'ping' contains itself"),
            ("{{> row text}}", "1:9: 'text' is a text, not a model"),
            ("{{> row id=\"a\"}}", "1:9: the partial 'row' does not use 'id'"),
            ("{{> row label=\"a\" label=\"b\"}}", "1:19: 'label' is given twice"),
            ("{{> row line label=\"a\"}}", "1:14: the partial 'row' does not use 'label'"),
            ("{{> row label=text}}", "1:9: the value of 'label' must be a quoted text"),
            ("{{> bad}}", "partials/bad.html:2:3: nothing here is called 'nope'"),
            ("a{{#if flag}}", "1:2: {{#if}} is not closed"),
            ("{{#if flag}}{{#each lines}}{{/if}}{{/each}}", "1:28: {{/if}} stands where {{/each}} is needed"),
            ("{{/if}}", "1:1: {{/if}} closes nothing"),
            ("{{else}}", "1:1: {{else}} stands in no {{#if}} or {{#unless}}"),
            ("{{#if flag}}{{else}}{{else}}{{/if}}", "1:21: a second {{else}}"),
            ("{{#when flag}}", "1:1: 'when' is no block: there are if, unless, each and within"),
            ("{{#within page}}{{/within}}", "1:1: the only form is {{#within frame}}"),
            ("{{#within frame}}{{/within}}", "1:1: there is no frame here"),
            (
                "{{#if flag}}{{#within frame}}{{/within}}{{/if}}",
                "1:13: {{#within frame}} may only stand round a whole page"
            ),
            ("a {{text", "1:3: the {{ is not closed"),
            ("{{}}", "1:1: expected one name"),
            ("{{{text}}}", "1:3: expected one name"),
            ("{{text other}}", "1:3: expected one name"),
            ("{{a-b}}", "1:3: expected one name"),
            ("{{t}}", "1:1: {{t}} needs a quoted text or a partial's literal"),
            ("{{t text}}", "1:5: 'text' is no literal of a partial; a field of kind message is translated by itself"),
            ("{{t \"%{a}\"}}", "1:1: %{a} is given no value"),
            ("{{t \"a\" b=text}}", "1:9: the text has no %{b}"),
            ("{{t \"%{a}\" a=flag}}", "1:12: 'flag' is a flag, not a text"),
            ("{{t \"%{a\"}}", "1:1: '%{' begins no placeholder: write %{name}"),
            ("{{t \"\\n\"}}", "1:6: a backslash in a text stands before \" or another backslash"),
            ("{{t \"a\" b}}", "1:9: expected key=value"),
            (
                "{{#if flag}}<p>{{else}}<p class=\"{{/if}}",
                "1:34: the block begins in text and ends elsewhere, in the attribute 'class'"
            ),
            ("{{#each lines}}<p {{/each}}", "1:19: the block begins in text and ends elsewhere, in a tag"),
            (
                "{{#if flag}}<title>{{/if}}</title>",
                "1:20: the block begins in text and ends elsewhere, in a title element"
            ),
            ("<p {{#if flag}}>{{/if}}>", "1:17: the block begins in a tag and ends elsewhere, in text"),
            (
                "<p {{#if flag}}a=\"{{/if}}\">",
                "1:19: the block begins in a tag and ends elsewhere, in the attribute 'a'"
            ),
            ("<p {{#if flag}}a=\"b\"{{/if}}c=\"d\">", "1:28: a space is needed before an attribute"),
            ("<p{{#if flag}}a{{/if}}>", "1:15: a space is needed before an attribute"),
            ("<p {{#each lines}}a=\"\"{{/each}}>", "1:19: a space is needed before an attribute"),
            ("<p {{#if flag}}a{{/if}} =\"b\">", "1:25: '=' stands where an attribute's name is expected"),
            (
                "<a href=\"/a{{#if flag}}?{{/if}}{{text}}\">",
                "1:25: the block begins in the attribute 'href' and ends elsewhere"
            ),
            ("<script>{{#if flag}}a{{/if}}</script>", "1:15: a block may not stand in a script element"),
            ("<p onclick=\"{{#if flag}}a{{/if}}\">", "1:19: a block may not stand in the attribute 'onclick'"),
            ("<!-- {{> row}} -->", "1:6: a block may not stand in a comment"),
        ])
    func mistakes(template: String, problem: String) throws {
        let found = try problems(
            template,
            partials: [
                "self": "{{> self}}", "ping": "{{> pong}}", "pong": " {{> ping}}",
                "row": "{{#if flag}}{{label}}{{/if}}",
                "bad": "\n{{nope}}",
            ])
        let expected = problem.hasPrefix("partials/") ? problem : "page.html:" + problem
        #expect(found.contains { $0.hasPrefix(expected) }, "\(found)")
    }

    @Test("all problems of all files are thrown together, each once")
    func collected() throws {
        let found = try problems(
            "{{#within frame}}{{a}}{{> row}}\n{{> row}}{{b}}{{/within}}", partials: ["row": "{{c}}"],
            frame: "{{d}}{{content}}")
        #expect(
            found == [
                "frame.html:1:3: nothing here is called 'd'", "page.html:1:20: nothing here is called 'a'",
                "partials/row.html:1:3: nothing here is called 'c'", "page.html:2:12: nothing here is called 'b'",
            ])
    }

    @Test("a frame has the page once, in text")
    func frames() throws {
        let page = "{{#within frame}}a{{/within}}"
        #expect(try problems(page, frame: "x") == ["frame.html:1:1: the frame has {{content}} 0 times, not once"])
        #expect(
            try problems(page, frame: "{{content}}{{content}}")
                == ["frame.html:1:1: the frame has {{content}} 2 times, not once"])
        #expect(try problems(page, frame: "<p {{content}}>") == ["frame.html:1:4: {{content}} must stand in text"])
        #expect(
            try problems("a" + page, frame: "{{content}}") == [
                "page.html:1:2: {{#within frame}} must go round the whole page"
            ])
        #expect(
            try problems("{{content}}", frame: "{{content}}") == ["page.html:1:3: nothing here is called 'content'"])
        #expect(
            try problems("{{#within frame}}<p{{/within}}", frame: "{{content}}").first
                == "page.html:1:31: the file ends inside a tag's name")
    }

    @Test("a file that is not there or not UTF-8 is a problem")
    func files() throws {
        let fixture = try Fixture()
        let error = #expect(throws: TemplateLoadError.self) {
            try TemplateSet(directory: fixture.path, catalogues: Catalogues(), pages: [Page.self])
        }
        #expect(error?.description == "page.html:1:1: the file cannot be read")
        #expect(try problems("\u{FEFF}a") == ["page.html:1:1: the file begins with a byte order mark"])
        #expect(try problems("a\0") == ["page.html:1:1: the file holds a NUL"])
    }

    @Test("a name that a model declares twice is a mistake wherever the model is used")
    func declaredTwice() throws {
        struct Ambiguous: PageModel {
            static let template = "page"
            static let fields = Fields<Self>([.text("a") { _ in "" }, .flag("b") { _ in true }, .text("a") { _ in "" }])
        }
        let fixture = try Fixture(["page.html": "{{a}}"])
        let error = #expect(throws: TemplateLoadError.self) {
            try TemplateSet(directory: fixture.path, catalogues: Catalogues(), pages: [Ambiguous.self])
        }
        #expect(error?.problems.map(\.description) == ["page.html:1:1: the model Ambiguous declares 'a' twice"])
    }
}
