/// SQL text in which every interpolated value is bound, not written.
///
/// `"SELECT a FROM t WHERE b = \(value)"` has the text `SELECT a FROM t WHERE b = ?` and one value. The text itself comes
/// from literals of the program alone (`StaticString`): no run-time string can become SQL.
public struct SQL: ExpressibleByStringInterpolation, Sendable, Equatable {
    /// The text, with `?` for each value.
    public private(set) var text: String
    /// The values, in the order of their `?`.
    public private(set) var values: [Value]

    /// Makes SQL from a literal without values.
    public init(stringLiteral text: StaticString) {
        self.text = text.description
        values = []
    }

    /// Makes SQL from a literal with interpolated values and fragments.
    public init(stringInterpolation: Interpolation) {
        self = stringInterpolation.sql
    }

    private init(capacity: Int, values: Int) {
        text = ""
        text.reserveCapacity(capacity)
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
        text += other.text
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

    /// What an SQL literal with interpolations becomes part by part.
    public struct Interpolation: StringInterpolationProtocol {
        fileprivate var sql: SQL

        /// Makes room; called by the compiler.
        public init(literalCapacity: Int, interpolationCount: Int) {
            sql = SQL(capacity: literalCapacity + interpolationCount, values: interpolationCount)
        }

        /// Adds text of the program.
        public mutating func appendLiteral(_ literal: StaticString) { sql.text += literal.description }

        /// Binds `value` at this place.
        public mutating func appendInterpolation(_ value: some SQLValueConvertible) {
            sql.text += "?"
            sql.values.append(value.sqlValue)
        }

        /// Binds `value`, or NULL, at this place.
        public mutating func appendInterpolation(_ value: (some SQLValueConvertible)?) {
            appendInterpolation(value.sqlValue)
        }

        /// Puts another piece of SQL at this place, with its values.
        public mutating func appendInterpolation(_ fragment: SQL) { sql.append(fragment) }

        /// Binds each of `list` at this place, with commas between, as `IN (\(list: ids))` wants it; an empty list becomes
        /// NULL, which equals nothing.
        public mutating func appendInterpolation(list: [some SQLValueConvertible]) {
            guard !list.isEmpty else {
                sql.text += "NULL"
                return
            }
            for (index, value) in list.enumerated() {
                if index > 0 { sql.text += ", " }
                appendInterpolation(value)
            }
        }
    }
}
