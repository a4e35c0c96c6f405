import Files

/// The file of the HMAC keys as it is changed: whole or not at all, with its owner and rights as they are.
public struct KeyFile {
    private let path: String

    /// The file at an absolute path.
    public init(path: String) { self.path = path }

    /// Adds a new key behind the others: portals know it, and make nothing with it yet.
    ///
    /// - Returns: its number, one more than the highest.
    public func prepare() throws(ConfigurationError) -> UInt32 {
        let keys = try read()
        let key = try Self.newKey(behind: keys)
        try write(keys + [key])
        return key.id
    }

    /// Makes the newest key the current one; where the current one is the newest, a new one.
    ///
    /// - Returns: the number of the current key.
    public func rotate() throws(ConfigurationError) -> UInt32 {
        var keys = try read()
        if keys.max(by: { $0.id < $1.id })?.id == keys.first?.id { keys.append(try Self.newKey(behind: keys)) }
        guard let newest = keys.indices.max(by: { keys[$0].id < keys[$1].id }) else { return 0 }
        keys.insert(keys.remove(at: newest), at: 0)
        try write(keys)
        return keys[0].id
    }

    /// Takes a key away that is not the current one; nothing is done where there is none of that number.
    public func retire(_ id: UInt32) throws(ConfigurationError) {
        let keys = try read()
        guard keys.first?.id != id else { throw ConfigurationError(["Key \(id) is the current one."]) }
        try write(keys.filter { $0.id != id })
    }

    private func read() throws(ConfigurationError) -> [KeyEntry] {
        let bytes: [UInt8]
        do throws(PrivateFile.Fault) {
            bytes = try PrivateFile.read(path, isSecret: true)
        } catch {
            throw ConfigurationError(["KEY_FILE \(path) \(error.text)."])
        }
        let (keys, problems) = KeyEntry.parse(bytes, path: path)
        guard problems.isEmpty else { throw ConfigurationError(problems) }
        return keys
    }

    private static func newKey(behind keys: [KeyEntry]) throws(ConfigurationError) -> KeyEntry {
        let highest = keys.map(\.id).max() ?? 0
        guard highest < .max else { throw ConfigurationError(["No number is left for a new key."]) }
        // Of the kernel (getrandom(2)), as the standard library has it.
        return KeyEntry(id: highest + 1, bytes: (0..<32).map { _ in UInt8.random(in: .min ... .max) })
    }

    private func write(_ keys: [KeyEntry]) throws(ConfigurationError) {
        do throws(FileError) {
            var file = try OutputFile(path: path, keepsRights: true)
            for key in keys { try file.append("\(key.id):\(key.hexadecimal)\n") }
            try file.finish()
        } catch {
            throw ConfigurationError([
                "KEY_FILE: \(error). Run this as root, or as the owner of the file and its folder."
            ])
        }
    }
}
