@testable import Registration

extension KeyRing {
    /// Two keys that never change: 1 is the current one.
    static func fixed() throws -> KeyRing {
        guard let keys = KeyRing([(id: 1, bytes: Array(0..<32)), (id: 2, bytes: Array(100..<132))]) else {
            throw InvalidValue([])
        }
        return keys
    }
}
