import Fuzzing
import HTMLTemplate

/// Any two values, at every position that takes one, come out as they went in and change nothing round them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = unsafe Input(start, count)
    let first = input.bytes(Int(input.byte()))
    let values = [first, input.remainder()].map { String(decoding: $0, as: UTF8.self) }
    let letters = values.map { $0.isEmpty ? "" : "x" }
    let page = Positions.set.render(Page(values: values), language: "en")
    let outline = HTMLOutline(page)
    Breakout.check(page, against: Positions.set.render(Page(values: letters), language: "en"))

    let texts = outline.texts.map { text(CharacterReferences.resolved($0)) }
    let (a, b) = (values[0], values[1])
    for wanted in ["1 \(a).", "2 \(a)\(b)", "3 \(b)", "4 \(a)", "5 \(b)"] {
        require(texts.contains { same($0, wanted) }, "a text is lost: \(wanted)")
    }
    for attribute in outline.attributes {
        let value = CharacterReferences.resolved(attribute.value)
        switch attribute.name {
        case "title": require(value == Array(a.utf8), "a value is lost: \(attribute)")
        case "alt": require(value == Array("a \(a) \(b)".utf8), "a value is lost: \(attribute)")
        case "href" where value.starts(with: "/q?a=".utf8): checkQuery(text(value), values)
        default: break
        }
    }
    checkMessage(values)
    return 0
}

/// Fields of a query hold the values, byte for byte.
private func checkQuery(_ address: String, _ values: [String]) {
    let sides = address.dropFirst("/q?a=".count).split(separator: "&b=", omittingEmptySubsequences: false)
    require(sides.count == 2, "another number of fields: \(address)")
    for (side, value) in zip(sides, values) {
        var bytes: [UInt8] = []
        var rest = side.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            bytes.append(UInt8(digits, radix: 16) ?? 0)
            rest = rest.dropFirst(2)
        }
        require(bytes == Array(value.utf8), "a field is lost: \(address)")
    }
}

/// In plain texts a value makes no line and hides none.
private func checkMessage(_ values: [String]) {
    let message = Positions.texts.render("message", Page(values: values), language: "en")
    let lines = message.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    require(lines.count == 4 && lines[2].isEmpty, "other lines: \(message)")
    require(lines[0].starts(with: "To: ".utf8) && lines[3].starts(with: "for ".utf8), "other lines: \(message)")
    require(message.utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || $0 == 10 }, "controls: \(message)")
}

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// Equal strings may be written in two ways.
private func same(_ one: String, _ other: String) -> Bool { one.utf8.elementsEqual(other.utf8) }

private struct Page: PageModel {
    var values: [String]

    static let template = "page"
    static let fields = Fields<Self>([
        .text("a") { $0.values[0] }, .text("b") { $0.values[1] },
        .message("m") { Message("5 %{b}", ["b": $0.values[1]]) },
    ])
}

/// Loaded once.
private enum Positions {
    private static let scratch = {
        let scratch = Scratch(below: "partials")
        scratch.write(Array(page.utf8), to: "page.html")
        scratch.write(Array("To: {{a}}\nSubject: {{b}}\n\nfor {{a}} {{m}}".utf8), to: "message.txt")
        return scratch
    }()

    static let set: TemplateSet = loaded { () throws(TemplateLoadError) in
        try TemplateSet(directory: scratch.path, catalogues: Catalogues(), pages: [Page.self])
    }
    static let texts: TextTemplateSet = loaded { () throws(TemplateLoadError) in
        try TextTemplateSet(directory: scratch.path, catalogues: Catalogues(), texts: [("message", Page.self)])
    }

    private static func loaded<Value>(_ load: () throws(TemplateLoadError) -> Value) -> Value {
        do throws(TemplateLoadError) {
            return try load()
        } catch {
            // The templates are written below, and a run shows at once that they are not right.
            fatalError("\(error)")
        }
    }

    private static let page = """
        <!doctype html><title>3 {{b}}</title>
        <p>1 {{a}}.</p><p>2 {{a}}{{b}}</p><textarea>4 {{a}}</textarea><p>{{m}}</p><!-- c --><script>s</script>
        <p title="{{a}}" lang='{{b}}' data-a = "{{a}}{{b}}"><img alt='a {{a}} {{b}}' src="/i/{{a}}.png">
        <a href="{{a}}">w</a><a href=' {{b}}?q={{a}}#{{b}}'>w</a><a href="/{{a}}/{{b}}">p</a><a href="/p/{{b}}/">p</a>
        <a href="/q?a={{a}}&amp;b={{b}}">q</a><a href="?{{a}}#{{b}}">q</a><a href="page-{{a}}/{{b}}">r</a>
        <a href="mailto:{{a}}?subject={{b}}">m</a><a href="tel:{{b}}">t</a>
        <a href="https://portal.example/{{a}}?{{b}}">h</a><form action="{{b}}"><button formaction="/{{b}}">f</button></form>
        """
}
