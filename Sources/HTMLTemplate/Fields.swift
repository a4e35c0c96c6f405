/// The fields of a model, in the order of their declaration; each name once.
public struct Fields<Model: TemplateModel>: Sendable {
    @usableFromInline let readers: [@Sendable (Model) -> FieldValue]
    let shapes: [FieldShape]
    /// Names that are declared more than once.
    let repeatedNames: [String]

    /// A name that is declared twice is a load error of the template that uses it.
    public init(_ fields: [Field<Model>]) {
        readers = fields.map(\.read)
        shapes = fields.map { FieldShape(name: $0.name, kind: $0.kind) }
        var seen: Set<String> = []
        repeatedNames = shapes.map(\.name).filter { !seen.insert($0).inserted }
    }
}

/// One named field of a model.
///
/// Inlined into the module of the model: its values are read without a detour by what is common to all models.
public struct Field<Model: TemplateModel>: Sendable {
    let name: String
    let kind: FieldKind
    let read: @Sendable (Model) -> FieldValue

    @usableFromInline
    init(name: String, kind: FieldKind, read: @escaping @Sendable (Model) -> FieldValue) {
        self.name = name
        self.kind = kind
        self.read = read
    }

    /// A text, escaped by its position.
    @inlinable
    public static func text(_ name: String, _ read: @escaping @Sendable (Model) -> String) -> Self {
        Self(name: name, kind: .text) { .text(read($0)) }
    }

    /// A text that may be absent; then nothing is written.
    @inlinable
    public static func optionalText(_ name: String, _ read: @escaping @Sendable (Model) -> String?) -> Self {
        Self(name: name, kind: .text) { read($0).map(FieldValue.text) ?? .absent }
    }

    /// A message, translated when it is written.
    @inlinable
    public static func message(_ name: String, _ read: @escaping @Sendable (Model) -> Message) -> Self {
        Self(name: name, kind: .message) { .message(read($0)) }
    }

    /// A message that may be absent; then nothing is written.
    @inlinable
    public static func optionalMessage(_ name: String, _ read: @escaping @Sendable (Model) -> Message?) -> Self {
        Self(name: name, kind: .message) { read($0).map(FieldValue.message) ?? .absent }
    }

    /// A condition for `{{#if}}` and `{{#unless}}`.
    @inlinable
    public static func flag(_ name: String, _ read: @escaping @Sendable (Model) -> Bool) -> Self {
        Self(name: name, kind: .flag) { .flag(read($0)) }
    }

    /// A list for `{{#each}}`.
    @inlinable
    public static func list<Element: TemplateModel>(
        _ name: String, _ read: @escaping @Sendable (Model) -> [Element]
    ) -> Self {
        Self(name: name, kind: .list(Element.self)) { model in
            let elements = read(model)
            return .list(ModelList(count: elements.count) { elements[$0] })
        }
    }

    /// A model inside the model: `{{name.field}}`, `{{> partial name}}`.
    @inlinable
    public static func model<Inner: TemplateModel>(
        _ name: String, _ read: @escaping @Sendable (Model) -> Inner
    ) -> Self {
        Self(name: name, kind: .model(Inner.self, isOptional: false)) { .model(read($0)) }
    }

    /// A model that may be absent; then its fields are empty and its partial is not written.
    @inlinable
    public static func optionalModel<Inner: TemplateModel>(
        _ name: String, _ read: @escaping @Sendable (Model) -> Inner?
    ) -> Self {
        Self(name: name, kind: .model(Inner.self, isOptional: true)) { model in
            guard let inner = read(model) else { return .absent }
            return .model(inner)
        }
    }
}

/// What a template may do with a field.
@usableFromInline
enum FieldKind: Sendable {
    case text
    case message
    case flag
    case list(any TemplateModel.Type)
    case model(any TemplateModel.Type, isOptional: Bool)

    /// Whether it can be written.
    var isText: Bool {
        switch self {
        case .text, .message: true
        case .flag, .list, .model: false
        }
    }

    var noun: String {
        switch self {
        case .text: "a text"
        case .message: "a message"
        case .flag: "a flag"
        case .list: "a list"
        case .model: "a model"
        }
    }
}

/// A field as templates are resolved against it.
struct FieldShape: Sendable {
    let name: String
    let kind: FieldKind
}

/// A field as it is read while a page is written.
public enum FieldValue {
    /// A text, not escaped yet.
    case text(String)
    /// A message, not translated yet.
    case message(Message)
    /// A condition.
    case flag(Bool)
    /// What a block is written for each of.
    case list(ModelList)
    /// A model of its own; behind a reference, without which each value would be as large and as dear to copy as a model.
    indirect case model(any TemplateModel)
    /// Nothing is written.
    case absent

    /// What `{{#if}}` sees: a flag that is set, a value that is there and not empty.
    var isPresent: Bool {
        switch self {
        case .text(let text): !text.isEmpty
        case .message(let message): !message.id.isEmpty
        case .flag(let flag): flag
        case .list(let list): list.count > 0
        case .model: true
        case .absent: false
        }
    }
}

/// The models of a list, each made a template's when it is its turn: a list of one type is never copied into one of any.
public struct ModelList {
    let count: Int
    let element: (Int) -> any TemplateModel

    @usableFromInline
    init(count: Int, element: @escaping (Int) -> any TemplateModel) {
        self.count = count
        self.element = element
    }
}
