/// SQL text in which every interpolated value is bound, not written.
///
/// `"SELECT a FROM t WHERE b = \(value)"` has the text `SELECT a FROM t WHERE b = ?` and one value. The text itself comes
/// from literals of the program alone (`StaticString`): no run-time string can become SQL.
public struct SQL: ExpressibleByStringInterpolation, Sendable {
    /// Which text it is. The text is put together only where somebody reads it, since most statements are prepared already.
    private(set) var key: Key
    /// The values, in the order of their `?`.
    public private(set) var values: [Value]

    /// The text, with `?` for each value.
    public var text: String { key.pieces.map(\.text.description).joined() }

    /// Makes SQL from a literal without values.
    public init(stringLiteral text: StaticString) {
        key = Key(pieces: [Piece(text: text)])
        values = []
    }

    /// Makes SQL from a literal with interpolated values and fragments.
    public init(stringInterpolation: Interpolation) {
        self = stringInterpolation.sql
    }

    private init(values: Int) {
        key = Key(pieces: [])
        key.pieces.reserveCapacity(2 * values + 1)
        self.values = []
        self.values.reserveCapacity(values)
    }

    /// Its first word, in capitals.
    var verb: String {
        let word = text.utf8.drop { $0 <= 0x20 }.prefix { $0 > 0x20 }.map { $0 & ~0x20 }
        return String(decoding: word, as: UTF8.self)
    }

    /// Adds `other` at the end.
    public mutating func append(_ other: SQL) {
        key.pieces += other.key.pieces
        values += other.values
    }

    /// The SQL of both, one after the other, with nothing between.
    public static func + (left: SQL, right: SQL) -> SQL {
        var sum = left
        sum.append(right)
        return sum
    }

    /// Adds `right` at the end of `left`.
    public static func += (left: inout SQL, right: SQL) { left.append(right) }

    private mutating func append(literal: StaticString) { key.pieces.append(Piece(text: literal)) }

    /// Which text it is, told by where its literals stand in the program: two texts that are spelled alike in two places may have
    /// two keys, and one key has one text.
    struct Key: Hashable, Sendable {
        fileprivate var pieces: [Piece]

        /// By the first piece alone: few texts begin with the same literal.
        func hash(into hasher: inout Hasher) { hasher.combine(pieces.first) }
    }

    /// A literal of the program.
    struct Piece: Hashable, Sendable {
        let text: StaticString

        /// Where it stands and how long it is; a literal of one letter may be the letter itself.
        private var place: (start: UInt, count: Int) {
            guard text.hasPointerRepresentation else { return (UInt(text.unicodeScalar.value), 0) }
            // Compared, and never read through.
            return unsafe (UInt(bitPattern: text.utf8Start), text.utf8CodeUnitCount)
        }

        static func == (left: Piece, right: Piece) -> Bool { left.place == right.place }

        func hash(into hasher: inout Hasher) { hasher.combine(place.start) }
    }

    /// What an SQL literal with interpolations becomes part by part.
    public struct Interpolation: StringInterpolationProtocol {
        fileprivate var sql: SQL

        /// Makes room; called by the compiler.
        public init(literalCapacity: Int, interpolationCount: Int) { sql = SQL(values: interpolationCount) }

        /// Adds text of the program.
        public mutating func appendLiteral(_ literal: StaticString) { sql.append(literal: literal) }

        /// Binds `value` at this place.
        @inlinable
        public mutating func appendInterpolation(_ value: some SQLValueConvertible) { bind(value.sqlValue) }

        /// Binds `value`, or NULL, at this place.
        @inlinable
        public mutating func appendInterpolation(_ value: (some SQLValueConvertible)?) { bind(value.sqlValue) }

        /// Puts another piece of SQL at this place, with its values.
        public mutating func appendInterpolation(_ fragment: SQL) { sql.append(fragment) }

        /// Binds each of `list` at this place, with commas between, as `IN (\(list: ids))` wants it; an empty list becomes
        /// NULL, which equals nothing.
        public mutating func appendInterpolation(list: [some SQLValueConvertible]) {
            guard !list.isEmpty else { return sql.append(literal: "NULL") }
            for (index, value) in list.enumerated() {
                if index > 0 { sql.append(literal: ", ") }
                bind(value.sqlValue)
            }
        }

        @usableFromInline
        mutating func bind(_ value: Value) {
            sql.append(literal: "?")
            sql.values.append(value)
        }
    }
}
