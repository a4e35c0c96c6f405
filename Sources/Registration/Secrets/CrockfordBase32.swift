/// Characters that people read to each other without mistaking one for another.
///
/// Source: Douglas Crockford, "Base 32" (no I, L, O, U).
enum CrockfordBase32 {
    /// In the order of their values, 0 to 31.
    static let alphabet: [UInt8] = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// The first characters of bytes, five bits each from the highest on.
    ///
    /// - Parameter length: how many; `bytes` have five bits for each.
    static func encode(_ bytes: [UInt8], length: Int) -> [UInt8] {
        var bits = 0
        var buffered: UInt32 = 0
        var characters: [UInt8] = []
        for byte in bytes where characters.count < length {
            buffered = buffered << 8 | UInt32(byte)
            bits += 8
            while bits >= 5, characters.count < length {
                bits -= 5
                characters.append(alphabet[Int(buffered >> UInt32(bits) & 31)])
            }
        }
        return characters
    }
}
