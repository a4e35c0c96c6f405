/// A value whose fields a template can name.
///
/// Declare the fields as a stored `static let`: templates are resolved against them once, at load, and rendering reads
/// them by number.
public protocol TemplateModel: Sendable {
    /// The names that templates may use, each with its kind and where it is read from.
    static var fields: Fields<Self> { get }

    /// Reads a field by its number. There is nothing to implement: each model has the one that knows its own fields.
    func value(at index: Int) -> FieldValue
}

/// A model that fills an HTML file of its own.
public protocol PageModel: TemplateModel {
    /// The file's name below the template directory, without `.html`.
    static var template: String { get }
}

extension TemplateModel {
    /// Reads a field by its number, from ``fields``.
    @inlinable
    public func value(at index: Int) -> FieldValue { Self.fields.readers[index](self) }

    static var shapes: [FieldShape] {
        Self.fields.shapes
    }

    static var repeatedNames: [String] {
        Self.fields.repeatedNames
    }
}

/// What stands outside a page that has no frame.
struct NoFrame: TemplateModel {
    static let fields = Fields<Self>([])
}
