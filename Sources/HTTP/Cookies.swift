/// The cookies of a request, each name once.
public struct Cookies: Sendable, Equatable {
    private let parameters: Parameters

    /// Makes cookies of names and values; of a name that stands twice the first value is kept.
    public init(_ pairs: [(name: String, value: String)] = []) { parameters = Parameters(pairs) }

    /// The value of a cookie, or `nil` when it was not sent.
    public subscript(_ name: String) -> String? { parameters[name] }

    /// The names, in their order.
    public var names: [String] { parameters.names }

    /// Reads the value of a `Cookie` field.
    ///
    /// Pairs that no server of today sets (no `=`, a name that is no token, a value with other bytes than cookie octets)
    /// are left out: other programs of the same domain may have set them. Quotes round a value are taken off.
    ///
    /// A name that stands twice counts as not sent, since nobody can say which of the two is meant: the visitor gets
    /// another session.
    ///
    /// - Parameter header: the bytes of the field's value.
    ///
    /// Source: RFC 6265 section 4.1.1.
    public static func parse(_ header: [UInt8]) -> Cookies {
        var pairs: [(name: String, value: String)] = []
        var names: Set<String> = []
        var doubled: Set<String> = []
        for pair in header.split(separator: UInt8(ascii: ";")) {
            guard let separator = pair.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = Octets.trimmed(pair[..<separator])
            var value = Octets.trimmed(pair[separator...].dropFirst())
            if value.count >= 2, value.first == UInt8(ascii: "\""), value.last == UInt8(ascii: "\"") {
                value = value.dropFirst().dropLast()
            }
            guard !name.isEmpty, name.allSatisfy(Octets.isToken), value.allSatisfy(Octets.isCookie) else { continue }
            // Tokens and cookie octets are ASCII, so nothing is repaired here.
            let text = String(decoding: name, as: UTF8.self)
            guard names.insert(text).inserted else {
                doubled.insert(text)
                continue
            }
            pairs.append((text, String(decoding: value, as: UTF8.self)))
        }
        return Cookies(pairs.filter { !doubled.contains($0.name) })
    }
}
