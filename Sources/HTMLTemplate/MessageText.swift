/// A message's text in one language, cut at its placeholders.
struct MessageText: Sendable, Equatable {
    enum Piece: Sendable, Equatable {
        case text(String)
        case placeholder(String)
    }

    let pieces: [Piece]
    /// Why the text is not well formed; nil when it is. The ill-formed part is kept as text.
    let problem: String?

    init(_ text: String) {
        guard text.utf8.contains(UInt8(ascii: "%")) else {
            pieces = text.isEmpty ? [] : [.text(text)]
            problem = nil
            return
        }
        var pieces: [Piece] = []
        var problem: String?
        var literal: [UInt8] = []
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "%"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "{")
            else {
                literal.append(bytes[index])
                index += 1
                continue
            }
            var end = index + 2
            while end < bytes.count, Self.isNameByte(bytes[end]) { end += 1 }
            if end > index + 2, end < bytes.count, bytes[end] == UInt8(ascii: "}") {
                if !literal.isEmpty { pieces.append(.text(String(decoding: literal, as: UTF8.self))) }
                literal = []
                pieces.append(.placeholder(String(decoding: bytes[index + 2..<end], as: UTF8.self)))
                index = end + 1
            } else {
                problem = "'%{' begins no placeholder: write %{name}"
                literal.append(bytes[index])
                index += 1
            }
        }
        if !literal.isEmpty { pieces.append(.text(String(decoding: literal, as: UTF8.self))) }
        self.pieces = pieces
        self.problem = problem
    }

    /// The names of the placeholders, each once.
    var placeholders: Set<String> {
        var names: Set<String> = []
        for case .placeholder(let name) in pieces { names.insert(name) }
        return names
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
