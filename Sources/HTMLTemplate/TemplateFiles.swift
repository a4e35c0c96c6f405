/// The files of one template directory, each read and parsed once, and what is known of their texts.
final class TemplateFiles {
    struct File {
        let source: TemplateSource
        let nodes: [TemplateNode]
    }

    private let directory: String
    /// `.html` or `.txt`
    private let suffix: String
    private var files: [String: File?] = [:]
    private(set) var problems: [TemplateLoadError.Problem] = []
    private var ends: [Passage: HTMLState] = [:]

    /// A text of a file, and where the HTML stands before it.
    private struct Passage: Hashable {
        let file: String
        let range: Range<Int>
        let start: HTMLState
    }

    init(directory: String, suffix: String) {
        self.directory = directory
        self.suffix = suffix
    }

    /// A page or the frame; nil when it cannot be read, which is then among the problems.
    func page(_ name: String, isFrame: Bool = false) -> File? {
        file(name + suffix, isFrame: isFrame, keepsFinalNewline: suffix == ".html", reportsMissing: true)
    }

    /// A partial; nil when there is none of this name.
    func partial(_ name: String) -> File? {
        file("partials/" + name + suffix, isFrame: false, keepsFinalNewline: false, reportsMissing: false)
    }

    /// Where the HTML stands behind a text, when it was noted for the same place before it.
    func end(of range: Range<Int>, in source: TemplateSource, from start: HTMLState) -> HTMLState? {
        ends[Passage(file: source.name, range: range, start: start)]
    }

    /// Notes where the HTML stands behind a text that nothing is wrong with.
    func note(end: HTMLState, of range: Range<Int>, in source: TemplateSource, from start: HTMLState) {
        ends[Passage(file: source.name, range: range, start: start)] = end
    }

    private func file(
        _ name: String, isFrame: Bool, keepsFinalNewline: Bool, reportsMissing: Bool
    ) -> File? {
        if let known = files[name] { return known }
        var file: File?
        switch TemplateSource.read(name, in: directory) {
        case .failure(let error):
            if reportsMissing || error.problems.first?.message != TemplateSource.unreadable {
                problems += error.problems
            }
        case .success(let whole):
            let source = keepsFinalNewline ? whole : whole.withoutFinalNewline()
            let (nodes, found) = TemplateParser.parse(source, isFrame: isFrame)
            problems += found
            file = File(source: source, nodes: nodes)
        }
        files[name] = .some(file)
        return file
    }
}
