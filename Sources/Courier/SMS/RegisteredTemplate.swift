/// The text of an SMS as it is registered with the operators (DLT): fixed text and typed variables.
///
/// Source: TRAI, TCCCPR 2018, and its direction of 18-11-2025 on typed variables: `{#numeric#}`, `{#alphanumeric#}`,
/// `{#url#}`, `{#urlott#}`, `{#email#}`, `{#cbn#}`; `{#var#}` is not allowed any more.
public struct RegisteredTemplate: Sendable, Equatable {
    /// 12 to 19 digits.
    public let id: String
    private let pieces: [Piece]
    /// What of it breaks the rules, a sentence each.
    public let problems: [String]

    private enum Variable: String {
        case numeric, alphanumeric, url, urlott, email, cbn
    }

    private enum Piece: Equatable {
        case fixed([Unicode.Scalar])
        case variable(Variable)

        func holds(_ name: String) -> Bool {
            guard case .fixed(let scalars) = self else { return false }
            let name = Array(name.unicodeScalars)
            return scalars.indices.contains { scalars[$0...].starts(with: name) }
        }
    }

    /// Who sends, as people know it: the text of an SMS has to say it.
    private static let brands = ["ICEGATE", "CBIC", "आइसगेट", "सीबीआईसी"]

    /// Reads a text.
    public init(id: String, text: String) {
        self.id = id
        var problems: [String] = []
        var pieces: [Piece] = []
        var fixed: [Unicode.Scalar] = []
        var rest = Array(text.unicodeScalars)[...]
        while let first = rest.first {
            guard first == "{", rest.dropFirst().first == "#",
                let end = rest.indices.first(where: {
                    rest[$0] == "}" && $0 > rest.startIndex + 2 && rest[$0 - 1] == "#"
                })
            else {
                fixed.append(first)
                rest.removeFirst()
                continue
            }
            if !fixed.isEmpty { pieces.append(.fixed(fixed)) }
            fixed = []
            var name = ""
            name.unicodeScalars.append(contentsOf: rest[(rest.startIndex + 2)..<(end - 1)])
            if let variable = Variable(rawValue: name) {
                pieces.append(.variable(variable))
            } else {
                problems.append(
                    name == "var"
                        ? "{#var#} has no type; register it as {#numeric#} or {#alphanumeric#}"
                        : "{#\(name)#} is no type of variable")
            }
            rest = rest[(end + 1)...]
        }
        if !fixed.isEmpty { pieces.append(.fixed(fixed)) }
        self.pieces = pieces
        if !(12...19).contains(id.utf8.count) || !id.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            problems.append("the template's id has 12 to 19 digits")
        }
        self.problems = problems + Self.problems(of: pieces)
    }

    private static func problems(of pieces: [Piece]) -> [String] {
        var problems: [String] = []
        var variables = 0
        var fixedCount = 0
        var isAfterVariable = false
        for piece in pieces {
            switch piece {
            case .variable:
                if isAfterVariable { problems.append("two variables stand next to each other") }
                variables += 1
                isAfterVariable = true
            case .fixed(let scalars):
                fixedCount += scalars.count
                if scalars.contains(where: { !$0.properties.isWhitespace }) { isAfterVariable = false }
            }
        }
        if variables > 2 { problems.append("it has \(variables) variables, and two are allowed") }
        if !brands.contains(where: { brand in pieces.contains { $0.holds(brand) } }) {
            problems.append("it does not name ICEGATE or CBIC")
        }
        // A variable counts with the 30 characters that operators allow it.
        if fixedCount * 10 < (fixedCount + variables * 30) * 3 {
            problems.append("less than 30 % of it is fixed text")
        }
        return problems
    }

    /// Whether operators would let a text pass as this template.
    public func matches(_ text: String) -> Bool { Self.match(Array(text.unicodeScalars)[...], pieces[...]) }

    /// Tries every length of a variable: there are two at most, of 40 characters.
    private static func match(_ text: ArraySlice<Unicode.Scalar>, _ pieces: ArraySlice<Piece>) -> Bool {
        guard let piece = pieces.first else { return text.isEmpty }
        switch piece {
        case .fixed(let fixed):
            return text.starts(with: fixed) && match(text.dropFirst(fixed.count), pieces.dropFirst())
        case .variable(let variable):
            let longest = text.prefix(40).prefix { allows($0, in: variable) }.count
            return longest > 0
                && (1...longest).contains { match(text.dropFirst($0), pieces.dropFirst()) }
        }
    }

    private static func allows(_ scalar: Unicode.Scalar, in variable: Variable) -> Bool {
        switch variable {
        case .numeric, .cbn: return ("0"..."9").contains(scalar)
        case .alphanumeric:
            // Dates, times and passwords in groups pass as one.
            return scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                || " ,.:/-_".unicodeScalars.contains(scalar)
        case .url, .urlott, .email: return scalar.isASCII && scalar.value > 0x20 && scalar.value < 0x7F
        }
    }
}
