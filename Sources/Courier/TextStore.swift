public import HTMLTemplate
import Threading

/// The texts of messages in use, which can be replaced while they are being written.
public final class TextStore: Sendable {
    private let inUse: Monitor<TextTemplateSet>

    /// Begins with a set.
    public init(_ texts: TextTemplateSet) { inUse = Monitor(texts) }

    /// The set in use; who has taken it keeps it, also past a ``use(_:)``.
    public var current: TextTemplateSet { inUse.withLock { $0 } }

    /// Takes a set into use.
    public func use(_ new: TextTemplateSet) { inUse.withLock { $0 = new } }
}
