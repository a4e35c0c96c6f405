extension SQL.Interpolation {
    /// Binds a value that may be missing, which becomes NULL.
    ///
    /// The label is there for the compiler, which takes an optional without one for a mistake in a text.
    public mutating func appendInterpolation(optional value: (some SQLValueConvertible)?) {
        appendInterpolation(value.sqlValue)
    }
}
