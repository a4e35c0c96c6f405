/// Who runs a command, for the audit: account and host as their operating system names them.
///
/// At most ``maximumLength`` bytes of printable ASCII; whatever else a host's administrator has put into a name is shown
/// as "?", so that no name breaks a line, a table or a column.
public struct OperatorName: Sendable, Equatable {
    /// The name: `asha@dbhost`.
    public let text: String

    /// The longest name, in bytes.
    public static let maximumLength = 64

    /// Takes a name, with what cannot be kept replaced and what is too long cut off; an empty one becomes `unknown`.
    public init(_ name: String) {
        let bytes = name.unicodeScalars.prefix(Self.maximumLength).map { scalar in
            (0x21...0x7E).contains(scalar.value) ? UInt8(scalar.value) : UInt8(ascii: "?")
        }
        text = bytes.isEmpty ? "unknown" : String(decoding: bytes, as: UTF8.self)
    }
}
