/// A value in use by many threads, which can be replaced while it is.
public final class Replaceable<Value: Sendable>: Sendable {
    @usableFromInline let inUse: Monitor<Value>

    /// Begins with a value.
    public init(_ value: Value) { inUse = Monitor(value) }

    /// The value in use; who has taken it keeps it, also past a ``replace(with:)``.
    @inlinable public var current: Value { inUse.withLock { $0 } }

    /// Takes another value into use.
    public func replace(with new: Value) { inUse.withLock { $0 = new } }
}
