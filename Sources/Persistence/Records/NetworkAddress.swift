/// Addresses as quotas count them.
enum NetworkAddress {
    /// An IPv4 address as it is; of an IPv6 address the first four groups, since a customer has at least a network of 64 bits.
    ///
    /// - Parameter address: as nginx writes it; anything else is left as it is.
    static func customer(of address: String) -> String {
        let bytes = Array(address.utf8)
        let colon = UInt8(ascii: ":")
        guard bytes.contains(colon), !bytes.contains(UInt8(ascii: ".")) else { return address }
        let gap = zip(bytes, bytes.dropFirst()).enumerated().first { $1.0 == colon && $1.1 == colon }?.offset
        let groups = { (part: ArraySlice<UInt8>) in
            part.split(separator: colon).map { String(decoding: $0, as: UTF8.self) }
        }
        var all = groups(bytes[..<(gap ?? bytes.count)])
        if let gap {
            let last = groups(bytes[(gap + 2)...])
            all += Array(repeating: "0", count: max(0, 8 - all.count - last.count)) + last
        }
        return all.prefix(4).joined(separator: ":") + "::/64"
    }
}
