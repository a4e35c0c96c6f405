/// A text that must not reach logs, error messages or pages: printing it in any way gives `(secret)`.
public struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let value: String

    /// Takes the text into keeping.
    public init(_ value: String) { self.value = value }

    /// The text itself, for the one call that needs it.
    public func reveal() -> String { value }

    /// Always `(secret)`.
    public var description: String { "(secret)" }

    /// Always `(secret)`.
    public var debugDescription: String { "(secret)" }

    /// Nothing: `dump` and string interpolation of a value that holds a secret don't show it.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
