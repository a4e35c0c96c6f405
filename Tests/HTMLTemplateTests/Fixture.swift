import FoundationEssentials
import HTMLTemplate

/// A directory of template files that goes away with the value.
final class Fixture {
    let path: String

    init(_ files: [String: String] = [:]) throws {
        path = FileManager.default.temporaryDirectory.path + "/template-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path + "/partials", withIntermediateDirectories: true)
        for (name, text) in files { try write(text, to: name) }
    }

    deinit {
        // A directory left behind in /tmp does no harm.
        try? FileManager.default.removeItem(atPath: path)
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
    }
}

struct Line: TemplateModel {
    var label: String
    var note: String?

    static let fields = Fields<Self>([
        .text("label") { $0.label },
        .optionalText("note") { $0.note },
    ])
}

struct Page: PageModel {
    var text = "T"
    var other = "O"
    var optional: String?
    var notice: Message = "Notice"
    var error: Message?
    var flag = false
    var lines: [Line] = []
    var line = Line(label: "inner")
    var maybe: Line?

    static let template = "page"
    static let fields = Fields<Self>([
        .text("text") { $0.text },
        .text("other") { $0.other },
        .optionalText("optional") { $0.optional },
        .message("notice") { $0.notice },
        .optionalMessage("error") { $0.error },
        .flag("flag") { $0.flag },
        .list("lines") { $0.lines },
        .model("line") { $0.line },
        .optionalModel("maybe") { $0.maybe },
    ])
}

struct Frame: TemplateModel {
    var title = "Title"

    static let fields = Fields<Self>([
        .text("title") { $0.title }
    ])
}

/// The page whose file is `template`, rendered in English.
func rendered(
    _ template: String, _ page: Page = Page(), partials: [String: String] = [:]
) throws -> String {
    var files = ["page.html": template]
    for (name, text) in partials { files["partials/\(name).html"] = text }
    let fixture = try Fixture(files)
    let set = try TemplateSet(directory: fixture.path, catalogues: Catalogues(), pages: [Page.self])
    return String(decoding: set.render(page, language: "en"), as: UTF8.self)
}

/// What loading the page whose file is `template` complains about; empty when it loads.
func problems(
    _ template: String, partials: [String: String] = [:], frame: String? = nil
) throws -> [String] {
    var files = ["page.html": template]
    for (name, text) in partials { files["partials/\(name).html"] = text }
    files["frame.html"] = frame
    let fixture = try Fixture(files)
    do throws(TemplateLoadError) {
        _ = try TemplateSet(
            directory: fixture.path, catalogues: Catalogues(), pages: [Page.self],
            frame: frame == nil ? nil : Frame.self)
        return []
    } catch {
        return error.problems.map(\.description)
    }
}
