import HTMLTemplate
import Testing

@Suite("Escaping by position")
struct PositionTests {
    @Test(
        "text, title, textarea and quoted attributes escape the five characters",
        arguments: [
            ("<p>", "</p>"), ("<title>", "</title>"), ("<textarea name=\"a\">", "</textarea>"),
            ("<p class=\"", "\">"), ("<p class = '", "'>"), ("<P DATA-X=\"x ", " y\">"), ("<noscript>", "</noscript>"),
            ("<!-- c --><!doctype html><br/>", ""), ("<script>a</script><style>b</style>", ""),
            ("<script>if (a < b) '</scriptx>'</script>", ""), ("<textarea>a</textarea >", ""),
            ("<meta name=\"a\" content=\"", "\">"),
        ])
    func escaped(before: String, after: String) throws {
        let page = Page(text: "&<>\"'a")
        #expect(try rendered(before + "{{text}}" + after, page) == before + "&amp;&lt;&gt;&quot;&#39;a" + after)
    }

    @Test("every scalar after, before and between escaped characters leaves them escaped")
    func scalars() throws {
        let fixture = try Fixture(["page.html": "{{text}}"])
        let set = try TemplateSet(directory: fixture.path, catalogues: Catalogues(), pages: [Page.self])
        let special: [(Unicode.Scalar, String)] = [
            ("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;"),
        ]
        // A page for each thousand scalars: a page for each would take a minute in a debug build.
        var text = ""
        var expected: [UInt8] = []
        var count = 0
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            count += 1
            let (character, reference) = special[count % special.count]
            text.unicodeScalars.append(character)
            text.unicodeScalars.append(scalar)
            expected.append(contentsOf: reference.utf8)
            if let own = special.first(where: { $0.0 == scalar }) {
                expected.append(contentsOf: own.1.utf8)
            } else {
                expected.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
            }
            if count % 1000 == 0 || value == 0x10FFFF {
                // Compared outside #expect, which takes minutes to describe how long arrays differ.
                let isEscaped = set.render(Page(text: text), language: "en") == expected
                try #require(isEscaped, "a scalar of the thousand up to \(value)")
                text = ""
                expected = []
            }
        }
        #expect(count == 0x110000 - 0x800)
        #expect(
            try rendered("<p class=\"{{text}}\">", Page(text: "\"\u{301}><b")) == "<p class=\"&quot;\u{301}&gt;&lt;b\">"
        )
    }

    @Test(
        "a value that begins a URL is a harmless one or about:invalid",
        arguments: [
            ("/", "/"), ("/a/b?c=d&e#f", "/a/b?c=d&amp;e#f"), ("#x", "#x"), ("?x", "?x"), ("https://a/", "https://a/"),
            ("HTTP://a", "HTTP://a"), ("mailto:a@b", "mailto:a@b"), ("tel:+91", "tel:+91"),
            ("/é \"<>'", "/%C3%A9%20%22%3C%3E&#39;"), ("//host", nil), ("/\\host", nil), ("\\\\host", nil),
            ("javascript:alert(1)", nil), ("JAVASCRIPT:x", nil), (" javascript:x", nil), ("java\nscript:x", nil),
            ("/\t/host", nil), ("\u{1}https:x", nil), ("data:text/html,x", nil), ("relative", nil), ("", nil),
            ("httpsx:", nil), ("/a\u{7F}", nil), ("https\u{301}:x", nil),
        ] as [(String, String?)])
    func wholeURL(value: String, written: String?) throws {
        for name in ["href", "src", "action", "formaction", "cite", "poster", "xlink:href", "HREF", "data", "ping"] {
            let page = try rendered("<a \(name)=\" {{text}}\">", Page(text: value))
            #expect(page == "<a \(name)=\" \(written ?? "about:invalid")\">")
        }
        let followed = try rendered("<a href=\"{{text}}?q={{text}}#{{text}}\">", Page(text: value))
        #expect(followed.hasPrefix("<a href=\"\(written ?? "about:invalid")?q="))
    }

    @Test(
        "values inside a URL are percent-encoded",
        arguments: [
            ("/a/{{text}}/b", "a/b?c", "/a/a%2Fb%3Fc/b"), ("/{{text}}/b", "/host", "/%2Fhost/b"),
            ("/{{text}}/{{other}}", "", "/./O"), ("/a/{{text}}/b", "..", "/a/%252E%252E/b"),
            ("/a/{{text}}", ".", "/a/%252E"), ("/a/{{text}}", "v1.2", "/a/v1.2"),
            ("/a?q={{text}}&amp;r={{other}}", "a&b=c#d e+'é", "/a?q=a%26b%3Dc%23d%20e%2B%27%C3%A9&amp;r=O"),
            ("?q={{text}}", "\"<", "?q=%22%3C"), ("/a#{{text}}", "b/c", "/a#b%2Fc"),
            ("page-{{text}}", "x:y", "page-x%3Ay"), ("/%2F{{text}}?b&amp;{{text}}", "e", "/%2Fe?b&amp;e"),
            ("mailto:{{text}}?subject={{text}}", "a@b", "mailto:a@b?subject=a%40b"),
            ("tel:{{text}}", "+91 1", "tel:+91%201"), ("https://host/{{text}}", "@x", "https://host/%40x"),
        ])
    func partOfURL(template: String, value: String, written: String) throws {
        #expect(try rendered("<a href='\(template)'>", Page(text: value)) == "<a href='\(written)'>")
    }

    @Test("a partial is written by where it stands each time", arguments: [false, true])
    func placesOfPartial(isLinkFirst: Bool) throws {
        let (text, link) = ("<p>{{> p}}</p>", "<a href=\"/{{> p}}\">")
        let (written, linked) = ("<p>x&amp;/</p>", "<a href=\"/x%26%2F\">")
        let template = isLinkFirst ? link + text + link : text + link + text
        let expected = isLinkFirst ? linked + written + linked : written + linked + written
        #expect(try rendered(template, Page(text: "&/"), partials: ["p": "x{{text}}"]) == expected)
    }

    @Test("a first segment that is absent does not make a host of the next one")
    func absentFirstSegment() throws {
        #expect(try rendered("<a href='/{{optional}}/{{other}}'>") == "<a href='/./O'>")
        #expect(try rendered("<a href='/{{maybe.note}}/{{other}}'>") == "<a href='/./O'>")
        #expect(try rendered("<a href='/a/{{optional}}/{{other}}?{{optional}}'>") == "<a href='/a//O?'>")
    }

    @Test(
        "where no escaping is safe, a value does not load",
        arguments: [
            ("<script>{{text}}</script>", 9, "a value may not stand in a script element"),
            ("<script>'</ script>{{text}}</script>", 20, "a value may not stand in a script element"),
            ("<style>{{text}}</style>", 8, "a value may not stand in a style element"),
            ("<iframe>{{text}}</iframe>", 9, "a value may not stand in a iframe element"),
            ("<!-- {{text}} -->", 6, "a value may not stand in a comment"),
            ("<!doctype {{text}}>", 11, "a value may not stand in a doctype"),
            ("<p class={{text}}>", 10, "a value may not stand in an unquoted attribute"),
            ("<p class=a{{text}}>", 11, "a value may not stand in an unquoted attribute"),
            ("<p {{text}}=\"a\">", 4, "a value may not stand in a tag"),
            ("<p a{{text}}=\"a\">", 5, "a value may not stand in an attribute's name"),
            ("<{{text}}>", 2, "a value may not stand in a tag's name"),
            ("<h{{text}}>", 3, "a value may not stand in a tag's name"),
            ("</{{text}}>", 3, "a value may not stand in a tag's name"),
            ("<title><{{text}}</title>", 9, "a value may not stand in a tag's name"),
            ("<p onclick=\"{{text}}\">", 13, "a value may not stand in the attribute 'onclick'"),
            ("<p ONclick='{{text}}'>", 13, "a value may not stand in the attribute 'onclick'"),
            ("<p style=\"{{text}}\">", 11, "a value may not stand in the attribute 'style'"),
            ("<iframe srcdoc=\"{{text}}\"></iframe>", 17, "a value may not stand in the attribute 'srcdoc'"),
            ("<img srcset=\"{{text}}\">", 14, "a value may not stand in the attribute 'srcset'"),
            ("<animate values=\"{{text}}\">", 18, "a value may not stand in the attribute 'values'"),
            ("<a href=\"//{{text}}\">", 12, "a value may not stand in a URL's host"),
            ("<a href=\"https://a{{text}}\">", 19, "a value may not stand in a URL's host"),
            ("<a href=\"https:\t//\t//{{text}}\">", 22, "a value may not stand in a URL's host"),
            ("<a href=\"https:&Tab;/{{text}}\">", 22, "a value may not stand in a URL of this scheme"),
            ("<a href=\"{{text}}{{text}}\">", 18, "a value may not follow a value that is a whole URL"),
            ("<a href=\"javascript:f('{{text}}')\">", 24, "a value may not stand in a URL of this scheme"),
            ("<a href=\"java&#115;cript:{{text}}\">", 26, "a value may not stand in a URL of this scheme"),
            ("<a href=\"{{text}}/a\">", 18, "after a value that is a whole URL only ? or # may follow"),
            ("<a href=\"java{{text}}:a\">", 22, "a value may not be a part of a URL's scheme"),
            ("<a href=\"/&#{{text}}\">", 13, "a value may not be a part of a character reference: write &amp;"),
            ("<a href=\"/a?b&{{text}}=c\">", 15, "a value may not be a part of a character reference: write &amp;"),
            ("<a href=\"/a%{{text}}\">", 13, "a value may not be a part of a %XX: write %25"),
            ("<a href=\"/a%2{{text}}\">", 14, "a value may not be a part of a %XX: write %25"),
            ("<a href=\"{{notice}}\">", 12, "a message may not stand in a URL"),
            ("<a href=\"{{t \"x\"}}\">", 10, "a message may not stand in a URL"),
            ("<meta http-equiv=\"refresh\" content=\"{{text}}\">", 37, "a value may not stand in the content"),
            ("<meta content=\"{{text}}\" http-equiv=\"refresh\">", 37, "a value may not stand in the content"),
            ("<meta content=\"{{text}}\" http-equiv=refresh>", 44, "a value may not stand in the content"),
        ])
    func refused(template: String, column: Int, message: String) throws {
        // The name stands two columns behind its braces.
        let found = try problems(template)
        #expect(found.count == 1)
        let columns = [column, column + 2]
        #expect(columns.contains { found.first?.hasPrefix("page.html:1:\($0): \(message)") == true }, "\(found)")
    }

    @Test(
        "a partial that is right in one place is wrong in another",
        arguments: [
            "<p class=\"{{> p}}\">{{> p}}</p>", "<p>{{> p}}</p><p class=\"{{> p}}\">",
            "{{> p}}<p class=\"{{> p}}\">{{> p}}",
        ])
    func illFormedPartial(template: String) throws {
        #expect(
            try problems(template, partials: ["p": "a < b"]) == ["partials/p.html:1:4: '<' begins no tag: write &lt;"])
    }

    @Test("a partial of two pages is wrong in the one where it is wrong")
    func illFormedPartialOfOne() throws {
        for wrong in ["page", "second"] {
            let fixture = try Fixture([
                "page.html": "<p class=\"{{> p}}\">", "second.html": "<p class=\"{{> p}}\">",
                "partials/p.html": "a < b",
            ])
            try fixture.write("<p>{{> p}}</p>", to: wrong + ".html")
            let error = #expect(throws: TemplateLoadError.self) {
                try TemplateSet(
                    directory: fixture.path, catalogues: Catalogues(), pages: [Page.self, SecondPage.self])
            }
            #expect(error?.problems.map(\.file) == ["partials/p.html"])
        }
    }

    private struct SecondPage: PageModel {
        static let template = "second"
        static let fields = Fields<Self>([])
    }

    @Test(
        "HTML that browsers would have to guess at does not load",
        arguments: [
            ("a < b", 4), ("<?xml?>", 2), ("<![CDATA[a]]>", 3), ("<p a=\"b\"c=\"d\">", 9), ("<p \"a\">", 4),
            ("<p a=>", 6), ("<p a=b'c>", 7), ("<p / a>", 5), ("<!-->", 5), ("<!--->", 6), ("<!-- --!>", 9),
            ("<title><b></title>", 9), ("<script><!-- </script>", 12), ("<plaintext>", 11), ("</ p>", 3),
            ("<p class=\"a", 12), ("<script>", 9), ("<!-- a", 7), ("<p", 3),
        ])
    func illFormed(template: String, column: Int) throws {
        let found = try problems(template)
        #expect(found.first?.hasPrefix("page.html:1:\(column): ") == true, "\(found)")
    }
}
