/// How much a query or a form may hold.
public struct ParameterLimits: Sendable, Equatable {
    /// The most fields. Default 32.
    public var fields: Int
    /// The most bytes of one name or one value, counted after decoding. Default 1,024.
    public var fieldBytes: Int

    /// Makes limits.
    ///
    /// - Parameters:
    ///   - fields: the most fields.
    ///   - fieldBytes: the most bytes of one name or one value, after decoding.
    public init(fields: Int = 32, fieldBytes: Int = 1_024) {
        self.fields = fields
        self.fieldBytes = fieldBytes
    }
}
