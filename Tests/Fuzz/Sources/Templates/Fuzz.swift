import Fuzzing
import HTMLTemplate

/// Templates of any text load or are refused with places that exist; what loads is not changed by its values.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = unsafe Input(start, count)
    let choice = input.byte()
    let (page, partial, frame) = (input.part(), input.part(), input.part())
    let values = [input.part(), input.part()].map { String(decoding: $0, as: UTF8.self) }
    scratch.write(page, to: "page.html")
    scratch.write(partial, to: "partials/part.html")
    scratch.write(frame, to: "frame.html")
    let files = ["page.html": page, "partials/part.html": partial, "frame.html": frame]

    do throws(TemplateLoadError) {
        let set = try TemplateSet(
            directory: scratch.path, catalogues: Catalogues(), pages: [Page.self], frame: Frame.self)
        let found = set.render(Page(values, choice), frame: Frame(title: values[0]), language: "en")
        require(String(validating: found, as: UTF8.self) != nil, "the page is not UTF-8")
        let letters = values.map { $0.isEmpty ? "" : "x" }
        let harmless = set.render(Page(letters, choice), frame: Frame(title: letters[0]), language: "en")
        Breakout.check(found, against: harmless)
    } catch {
        require(!error.problems.isEmpty, "refused without a problem")
        for problem in error.problems { check(problem, files) }
    }
    return 0
}

private let scratch = Scratch(below: "partials")

private func check(_ problem: TemplateLoadError.Problem, _ files: [String: [UInt8]]) {
    guard let bytes = files[problem.file] else {
        return require(problem.line == 1 && problem.column == 1, "a place in no file: \(problem)")
    }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    require((1...lines.count).contains(problem.line), "a line that is not there: \(problem)")
    require((1...lines[problem.line - 1].count + 1).contains(problem.column), "a column that is not there: \(problem)")
}

private struct Row: TemplateModel {
    var label: String

    static let fields = Fields<Self>([.text("label") { $0.label }])
}

private struct Page: PageModel {
    var values: [String]
    var choice: UInt8

    init(_ values: [String], _ choice: UInt8) {
        self.values = values
        self.choice = choice
    }

    static let template = "page"
    static let fields = Fields<Self>([
        .text("a") { $0.values[0] },
        .text("b") { $0.values[1] },
        .optionalText("o") { $0.choice & 1 == 0 ? nil : $0.values[1] },
        .message("m") { Message("%{a} left", ["a": $0.values[0]]) },
        .flag("f") { $0.choice & 2 == 0 },
        .list("l") { page in page.values.prefix(Int(page.choice >> 2 & 3)).map { Row(label: $0) } },
        .model("r") { Row(label: $0.values[1]) },
        .optionalModel("s") { $0.choice & 16 == 0 ? nil : Row(label: $0.values[0]) },
    ])
}

private struct Frame: TemplateModel {
    var title: String

    static let fields = Fields<Self>([.text("title") { $0.title }])
}
