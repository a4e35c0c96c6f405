/// How much a query or a form may hold.
public struct ParameterLimits: Sendable, Equatable {
    /// The most fields. Default 32.
    public var fields: Int
    /// The most bytes of one name or one value, counted after decoding. Default 1,024.
    public var fieldBytes: Int
    /// The most bytes of the value of a field that holds a password, after decoding. Default 4,096: more than any policy
    /// lets a password have, so that the policy says what is wrong with it.
    public var passwordBytes: Int

    /// The most bytes of the value of a field that holds a text of some length, after decoding. Default 16,384: as much as a
    /// body has, so that the text's own rule says that it is too long.
    public var textBytes: Int

    /// Names of the fields that hold texts of some length.
    public static let textFields: [String] = ["feedback"]

    /// Names of the fields that hold passwords. They may hold NUL as well, for the same reason.
    public static let passwordFields: [String] = ["password", "new_password", "confirm_password"]

    /// Makes limits.
    ///
    /// - Parameters:
    ///   - fields: the most fields.
    ///   - fieldBytes: the most bytes of one name or one value, after decoding.
    ///   - passwordBytes: the most bytes of one value that is a password, after decoding.
    ///   - textBytes: the most bytes of one value that is a text of some length, after decoding.
    public init(fields: Int = 32, fieldBytes: Int = 1_024, passwordBytes: Int = 4_096, textBytes: Int = 16_384) {
        self.fields = fields
        self.fieldBytes = fieldBytes
        self.passwordBytes = passwordBytes
        self.textBytes = textBytes
    }

    /// The most bytes of the value of a field.
    func bytes(of name: String) -> Int {
        if Self.passwordFields.contains(name) { return passwordBytes }
        return Self.textFields.contains(name) ? textBytes : fieldBytes
    }
}
