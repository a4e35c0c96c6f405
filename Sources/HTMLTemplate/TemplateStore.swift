import Threading

/// The pages in use, which can be replaced while they are being rendered.
public final class TemplateStore: Sendable {
    private let inUse: Monitor<TemplateSet>

    /// Begins with a set.
    public init(_ templates: TemplateSet) { inUse = Monitor(templates) }

    /// The set in use; who has taken it keeps it, also past a ``use(_:)``.
    public var current: TemplateSet { inUse.withLock { $0 } }

    /// Takes a set into use.
    public func use(_ new: TemplateSet) { inUse.withLock { $0 = new } }
}
