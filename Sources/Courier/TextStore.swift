public import HTMLTemplate
import Synchronization

/// The texts of messages in use, which can be loaded again while they are being written.
public final class TextStore: Sendable {
    private let load: @Sendable () throws(TemplateLoadError) -> TextTemplateSet
    private let inUse: Mutex<TextTemplateSet>

    /// Loads a first time.
    public init(
        load: @escaping @Sendable () throws(TemplateLoadError) -> TextTemplateSet
    ) throws(TemplateLoadError) {
        self.load = load
        inUse = Mutex(try load())
    }

    /// The set in use.
    public var current: TextTemplateSet { inUse.withLock { $0 } }

    /// Loads again; when the new set has problems, throws them and the old set stays.
    public func reload() throws(TemplateLoadError) {
        let new = try load()
        inUse.withLock { $0 = new }
    }
}
