public import HTMLTemplate
import Threading

/// The texts of messages in use, which can be loaded again while they are being written.
public final class TextStore: Sendable {
    private let load: @Sendable () throws(TemplateLoadError) -> TextTemplateSet
    private let inUse: Monitor<TextTemplateSet>

    /// Loads a first time.
    public init(
        load: @escaping @Sendable () throws(TemplateLoadError) -> TextTemplateSet
    ) throws(TemplateLoadError) {
        self.load = load
        inUse = Monitor(try load())
    }

    /// The set in use.
    public var current: TextTemplateSet { inUse.withLock { $0 } }

    /// Reads a set anew; the one in use stays until ``use(_:)``.
    public func read() throws(TemplateLoadError) -> TextTemplateSet { try load() }

    /// Takes a set into use.
    public func use(_ new: TextTemplateSet) { inUse.withLock { $0 = new } }
}
