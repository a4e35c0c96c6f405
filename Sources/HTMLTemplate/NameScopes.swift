/// The names that a place of a template can use, looked up from the innermost scope outwards.
struct NameScopes {
    /// What a name stands for.
    enum Resolved {
        case field(FieldPath, FieldKind)
        case literal(String)
    }

    /// Why a name stands for nothing.
    struct Unknown: Error {
        let text: String
    }

    private enum Scope {
        case model(slot: Int, fields: [FieldShape])
        case literals([String: String], used: Set<String>)
    }

    /// The numbers that paths have below their first one.
    private(set) var innerFields: [Int] = []
    /// The innermost last.
    private var scopes: [Scope] = []

    /// Opens the scope of a model at a place of the run's stack.
    mutating func enter(_ model: any TemplateModel.Type, slot: Int) {
        scopes.append(.model(slot: slot, fields: model.shapes))
    }

    /// Opens the scope of a partial's literals.
    mutating func enter(_ literals: [String: String]) { scopes.append(.literals(literals, used: [])) }

    /// Closes the innermost scope.
    ///
    /// - Returns: the literals of it that were used.
    @discardableResult
    mutating func leave() -> Set<String> {
        if case .literals(_, let used)? = scopes.popLast() { used } else { [] }
    }

    /// Looks a name up.
    mutating func resolve(_ name: TemplateName) throws(Unknown) -> Resolved {
        let first = name.parts[0]
        for index in scopes.indices.reversed() {
            switch scopes[index] {
            case .literals(let literals, var used):
                guard let text = literals[first] else { continue }
                used.insert(first)
                scopes[index] = .literals(literals, used: used)
                guard name.parts.count == 1 else { throw Unknown(text: "'\(first)' is a literal, not a model") }
                return .literal(text)
            case .model(let slot, let fields):
                guard let field = fields.firstIndex(where: { $0.name == first }) else { continue }
                return try resolve(name, below: fields[field].kind, slot: slot, field: field)
            }
        }
        throw Unknown(text: "nothing here is called '\(first)'")
    }

    private mutating func resolve(
        _ name: TemplateName, below kind: FieldKind, slot: Int, field: Int
    ) throws(Unknown) -> Resolved {
        var kind = kind
        let start = innerFields.count
        for (index, part) in name.parts.enumerated().dropFirst() {
            guard case .model(let model, let isOptional) = kind else {
                let outer = name.parts[..<index].joined(separator: ".")
                throw Unknown(text: "'\(outer)' is \(kind.noun), not a model")
            }
            let shapes = model.shapes
            guard let field = shapes.firstIndex(where: { $0.name == part }) else {
                throw Unknown(text: "'\(part)' is no field of \(model)")
            }
            innerFields.append(field)
            kind = shapes[field].kind
            // A model below one that may be absent may be absent too.
            if isOptional, case .model(let innermost, _) = kind { kind = .model(innermost, isOptional: true) }
        }
        return .field(FieldPath(slot: slot, field: field, inner: start..<innerFields.count), kind)
    }
}
