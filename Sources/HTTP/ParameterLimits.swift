/// How much a query or a form may hold.
public struct ParameterLimits: Sendable, Equatable {
    /// The most fields. Default 32.
    public var fields: Int
    /// The most bytes of one name or one value, counted after decoding. Default 1,024.
    public var fieldBytes: Int
    /// The most bytes of the value of a field that holds a password, after decoding. Default 4,096: more than any policy
    /// lets a password have, so that the policy says what is wrong with it.
    public var passwordBytes: Int

    /// Names of the fields that hold passwords. They may hold NUL as well, for the same reason.
    public static let passwordFields: Set<String> = ["password", "new_password", "confirm_password"]

    /// Makes limits.
    ///
    /// - Parameters:
    ///   - fields: the most fields.
    ///   - fieldBytes: the most bytes of one name or one value, after decoding.
    ///   - passwordBytes: the most bytes of one value that is a password, after decoding.
    public init(fields: Int = 32, fieldBytes: Int = 1_024, passwordBytes: Int = 4_096) {
        self.fields = fields
        self.fieldBytes = fieldBytes
        self.passwordBytes = passwordBytes
    }
}
