import HTTPTypes

/// The fields of a query or of a form, in their order, each name once.
///
/// Names that were received are printable ASCII, so that equal text is equal bytes; values are valid UTF-8, and those
/// that are no passwords (``ParameterLimits/passwordFields``) are without NUL.
public struct Parameters: Sendable, Equatable {
    /// The names, in their order.
    public let names: [String]
    private let values: [String]

    /// Makes parameters of names and values; of a name that stands twice the first value is kept.
    public init(_ pairs: [(name: String, value: String)] = []) {
        var names: [String] = []
        var values: [String] = []
        for (name, value) in pairs where !names.contains(name) {
            names.append(name)
            values.append(value)
        }
        self.init(names: names, values: values)
    }

    private init(names: [String], values: [String]) {
        self.names = names
        self.values = values
    }

    /// The value of a name, or `nil` when it was not given.
    public subscript(_ name: String) -> String? {
        guard let index = names.firstIndex(of: name) else { return nil }
        return values[index]
    }

    /// Whether there is no field at all.
    public var isEmpty: Bool { names.isEmpty }

    /// Decodes `application/x-www-form-urlencoded` bytes, of a query or of a body.
    ///
    /// `+` is a space. A field without `=` has an empty value. Empty fields (`a=1&&b=2`) are passed over, and so are those
    /// without a name (`=x`): lynx sends what a form shows and does not ask. Work and memory end at the first limit that
    /// is passed.
    ///
    /// - Parameters:
    ///   - bytes: the encoded fields.
    ///   - limits: the most fields, and the most bytes of each.
    /// - Throws: 400 for a malformed `%XX`, invalid UTF-8, NUL but in a password, a name twice, and a name with brackets
    ///   (`a[]`) or other than printable ASCII; 413 for too many fields or one too long.
    ///
    /// Source: https://url.spec.whatwg.org/#urlencoded-parsing
    public static func decode(
        urlEncoded bytes: [UInt8], limits: ParameterLimits = ParameterLimits()
    ) throws(RequestError) -> Parameters {
        var names: [String] = []
        var values: [String] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let field = rest.prefix { $0 != UInt8(ascii: "&") }
            rest = rest[field.endIndex...].dropFirst()
            guard let first = field.first, first != UInt8(ascii: "=") else { continue }
            guard names.count < limits.fields else {
                throw RequestError(status: .contentTooLarge, reason: "too many fields")
            }
            let encodedName = field.prefix { $0 != UInt8(ascii: "=") }
            let name = try decode(encodedName, atMost: limits.fieldBytes)
            let value = try decode(
                field[encodedName.endIndex...].dropFirst(), atMost: limits.bytes(of: name),
                mayHoldNUL: ParameterLimits.passwordFields.contains(name))
            guard isName(name) else {
                throw RequestError(status: .badRequest, reason: "a field name is not allowed")
            }
            guard !names.contains(name) else {
                throw RequestError(status: .badRequest, reason: "a field was given twice")
            }
            names.append(name)
            values.append(value)
        }
        return Parameters(names: names, values: values)
    }

    /// The fields as `application/x-www-form-urlencoded` text, which `decode` reads back.
    public func urlEncoded() -> String {
        var encoded: [UInt8] = []
        for (name, value) in zip(names, values) {
            if !encoded.isEmpty { encoded.append(UInt8(ascii: "&")) }
            PercentEncoding.append(name, to: &encoded)
            encoded.append(UInt8(ascii: "="))
            PercentEncoding.append(value, to: &encoded)
        }
        // ASCII alone was appended, so nothing is repaired here.
        return String(decoding: encoded, as: UTF8.self)
    }

    /// Bytes that are the same only for the same fields in the same order: each name and value ended by 0xFF, which is in no UTF-8.
    public var distinctBytes: [UInt8] {
        var bytes: [UInt8] = []
        for (name, value) in zip(names, values) {
            bytes += name.utf8
            bytes.append(0xFF)
            bytes += value.utf8
            bytes.append(0xFF)
        }
        return bytes
    }

    private static func decode(
        _ encoded: ArraySlice<UInt8>, atMost count: Int, mayHoldNUL: Bool = false
    ) throws(RequestError) -> String {
        // Three bytes make one at most, so what is longer than this is too long however it decodes.
        guard encoded.count / 3 <= count else {
            throw RequestError(status: .contentTooLarge, reason: "a field is too long")
        }
        guard let text = PercentEncoding.decode(encoded, plusIsSpace: true, mayHoldNUL: mayHoldNUL) else {
            throw RequestError(status: .badRequest, reason: "a field is not percent-encoded UTF-8")
        }
        guard text.utf8.count <= count else {
            throw RequestError(status: .contentTooLarge, reason: "a field is too long")
        }
        return text
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: "]") }
    }
}
