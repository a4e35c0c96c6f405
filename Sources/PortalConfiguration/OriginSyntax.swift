/// The form of an origin: scheme, host and port.
///
/// Source: RFC 6454, section 6.2, for host names and IPv4 addresses.
enum OriginSyntax {
    /// Whether an origin is https; `nil` when it is no http or https origin in lower case without a slash behind it.
    static func isSecure(_ origin: String) -> Bool? {
        let bytes = Array(origin.utf8)
        let isSecure = bytes.starts(with: "https://".utf8)
        guard isSecure || bytes.starts(with: "http://".utf8) else { return nil }
        let parts = bytes.dropFirst(isSecure ? 8 : 7).split(
            separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard let host = parts.first, !host.isEmpty, host.count <= 253, parts.count <= 2,
            host.first != UInt8(ascii: "."), host.first != UInt8(ascii: "-"),
            host.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E })
        else { return nil }
        if parts.count == 2 {
            guard parts[1].count <= 5, parts[1].allSatisfy({ (0x30...0x39).contains($0) }),
                let port = Int(String(decoding: parts[1], as: UTF8.self)), (1...65_535).contains(port)
            else { return nil }
        }
        return isSecure
    }
}
