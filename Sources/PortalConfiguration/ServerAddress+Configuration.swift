import MariaDB

extension ServerAddress {
    /// Reads a list of hosts with commas between them: `name`, `name:port`, `address`, `[address]:port`.
    ///
    /// - Parameter port: of hosts that have none.
    /// - Returns: `nil` when one of them is none of these.
    static func list(_ text: String, port: UInt16) -> [ServerAddress]? {
        var list: [ServerAddress] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let address = ServerAddress(host: part.drop { $0 == " " }, port: port) else { return nil }
            list.append(address)
        }
        return list
    }

    private init?(host text: Substring, port: UInt16) {
        var host = text
        var digits: Substring?
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[..<end].dropFirst()
            let rest = text[end...].dropFirst()
            guard rest.isEmpty || rest.first == ":" else { return nil }
            if !rest.isEmpty { digits = rest.dropFirst() }
        } else if let colon = text.firstIndex(of: ":"), colon == text.lastIndex(of: ":") {
            host = text[..<colon]
            digits = text[colon...].dropFirst()
        }
        guard !host.isEmpty, !host.contains(" ") else { return nil }
        guard let digits else {
            self = .network(host: String(host), port: port)
            return
        }
        guard let number = UInt16(digits), number > 0 else { return nil }
        self = .network(host: String(host), port: number)
    }
}
