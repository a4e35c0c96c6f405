import Fuzzing

@testable import HTMLTemplate

/// Catalogues of any text are read as gettext writes them, and no translation is lost or changed unnoticed.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = unsafe Input(start, count)
    let bytes = input.remainder()
    // Both are told when the file is read, before anything looks into it.
    guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else { return 0 }
    let file = POFile(TemplateSource(name: "xx.po", bytes: bytes))

    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for problem in file.problems {
        require((1...lines.count).contains(problem.line), "a line that is not there: \(problem)")
        require(
            (1...lines[problem.line - 1].count + 1).contains(problem.column), "a column that is not there: \(problem)")
    }
    for (id, translation) in file.translations {
        require(!id.isEmpty && !translation.isEmpty && file.ids.contains(id), "an empty translation of \(id)")
    }

    // Line ends of the other kind, and a comment behind it, mean nothing.
    let other = POFile(TemplateSource(name: "xx.po", bytes: otherLineEnds(bytes) + Array("\r\n# end".utf8)))
    require(same(other, file), "with other line ends, another catalogue: \(other), \(file)")

    guard file.problems.isEmpty else { return 0 }
    for (id, translation) in file.translations {
        let placeholders = MessageText(id).placeholders
        require(MessageText(translation).placeholders == placeholders, "other placeholders: \(id), \(translation)")
        check(Message(id: id, arguments: placeholders.map { .init(name: $0, value: "%{x}") }), translation)
    }
    let printed = POFile(TemplateSource(name: "xx.po", bytes: printed(file)))
    require(same(printed, file), "printed and read, another catalogue: \(printed), \(file)")
    return 0
}

private func same(_ one: POFile, _ other: POFile) -> Bool {
    one.ids == other.ids && one.translations == other.translations
        && one.problems.map { $0.message } == other.problems.map { $0.message }
}

private func otherLineEnds(_ bytes: [UInt8]) -> [UInt8] {
    bytes.flatMap { $0 == UInt8(ascii: "\n") ? [UInt8(ascii: "\r"), $0] : [$0] }
}

/// A text cut at its placeholders is the same text when it is put together, and values are not read again.
private func check(_ message: Message, _ translation: String) {
    var text = ""
    var expected = ""
    for piece in MessageText(translation).pieces {
        switch piece {
        case .text(let literal):
            text += literal
            expected += literal
        case .placeholder(let name):
            text += "%{\(name)}"
            expected += "%{x}"
        }
    }
    require(text.utf8.elementsEqual(translation.utf8), "put together, another text: \(text), \(translation)")
    let written = Catalogues().text(Message(id: translation, arguments: message.arguments), language: "en")
    require(written.utf8.elementsEqual(expected.utf8), "written \(written), expected \(expected)")
}

/// The catalogue as gettext writes it, in two halves of each text.
private func printed(_ file: POFile) -> [UInt8] {
    var text = "msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n\"\n"
    for id in file.ids.sorted() {
        text += "\nmsgid \(quoted(id))\nmsgstr \(quoted(file.translations[id] ?? ""))\n"
    }
    return Array(text.utf8)
}

private func quoted(_ text: String) -> String {
    let scalars = text.unicodeScalars
    let middle = scalars.index(scalars.startIndex, offsetBy: scalars.count / 2)
    return [scalars[..<middle], scalars[middle...]].map { half in
        var quoted = "\""
        for scalar in half {
            switch scalar {
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }.joined(separator: "\n")
}
