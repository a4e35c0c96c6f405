/// A row of the master in canonical form, as bytes: what a `MasterRow` says, without a `String` for each field.
struct MasterRowBytes {
    /// IEC (10), GSTIN (15), name, e-mail and mobile, one after the other.
    var text: [UInt8] = []
    var nameEnd = 0
    var emailEnd = 0
    /// The places of the codes in ``StatusCodes``.
    var iecStatus: UInt8 = 0
    var gstinStatus: UInt8 = 0
    /// The line of the file, or 0 for a row of the master.
    var line = 0

    static let keyLength = 25

    var key: PairKey { PairKey(text.span) }
    var nameRange: Range<Int> { Self.keyLength..<nameEnd }
    var emailRange: Range<Int> { nameEnd..<emailEnd }
    var mobileRange: Range<Int> { emailEnd..<text.count }

    /// Forgets all but IEC and GSTIN.
    mutating func keepPair() {
        text.removeLast(text.count - Self.keyLength)
        nameEnd = Self.keyLength
        emailEnd = Self.keyLength
    }

    mutating func removeAll() { text.removeAll(keepingCapacity: true) }
}

/// An (IEC, GSTIN) pair as two numbers, in the order in which the database sorts pairs.
///
/// Letters and digits have 36 values: ten of the IEC and the two digits of the State take less than 64 bits, the next
/// twelve of the GSTIN take 63. Its last is the check character of the others.
struct PairKey: Comparable {
    let high: UInt64
    let low: UInt64

    /// The key of the 25 characters, digits and upper-case letters, that `text` begins with.
    init(_ text: Span<UInt8>) {
        var high: UInt64 = 0
        for index in 0..<10 { high = high &* 36 &+ Self.value(text[index]) }
        high = high &* 100 &+ Self.value(text[10]) &* 10 &+ Self.value(text[11])
        var low: UInt64 = 0
        for index in 12..<24 { low = low &* 36 &+ Self.value(text[index]) }
        self.high = high
        self.low = low
    }

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    private static func value(_ byte: UInt8) -> UInt64 { UInt64(byte < 65 ? byte &- 48 : byte &- 55) }

    static func < (left: PairKey, right: PairKey) -> Bool {
        left.high != right.high ? left.high < right.high : left.low < right.low
    }
}
