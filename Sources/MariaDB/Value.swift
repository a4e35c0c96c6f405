// The one import of FoundationEssentials in a wrapper: Swift has no other common type for a point in time.
public import struct FoundationEssentials.Date

/// One value of a row or of a statement's parameters.
public enum Value: Sendable, Equatable {
    /// SQL NULL.
    case null
    /// TINYINT to BIGINT, YEAR, and DECIMAL without decimals (which is what SUM of integers gives).
    case integer(Int64)
    /// CHAR, VARCHAR, TEXT, ENUM, SET, JSON, and what has no case of its own in the server's notation: DECIMAL with
    /// decimals, FLOAT, DOUBLE, TIME, and a BIGINT UNSIGNED above `Int64.max`.
    case text(String)
    /// BINARY, VARBINARY, BLOB, BIT.
    case bytes([UInt8])
    /// DATETIME, TIMESTAMP and DATE (its midnight), in UTC; rounded to the microsecond, which `Date` holds exactly
    /// from the year 1729 to 2273.
    case timestamp(Date)
}

/// A type whose values can be bound to a statement.
public protocol SQLValueConvertible {
    /// The value as the database takes it.
    var sqlValue: Value { get }
}

/// A type that can be read from a row.
public protocol SQLValueDecodable {
    /// Reads `value`; `nil` when it is not of this type or does not fit it.
    static func decode(_ value: Value) -> Self?
}

extension Value: SQLValueConvertible, SQLValueDecodable {
    @inlinable public var sqlValue: Value { self }
    @inlinable public static func decode(_ value: Value) -> Value? { value }
}

extension String: SQLValueConvertible, SQLValueDecodable {
    @inlinable public var sqlValue: Value { .text(self) }
    @inlinable public static func decode(_ value: Value) -> String? {
        if case .text(let text) = value { text } else { nil }
    }
}

extension [UInt8]: SQLValueConvertible, SQLValueDecodable {
    @inlinable public var sqlValue: Value { .bytes(self) }
    @inlinable public static func decode(_ value: Value) -> [UInt8]? {
        if case .bytes(let bytes) = value { bytes } else { nil }
    }
}

extension Date: SQLValueConvertible, SQLValueDecodable {
    @inlinable public var sqlValue: Value { .timestamp(self) }
    @inlinable public static func decode(_ value: Value) -> Date? {
        if case .timestamp(let date) = value { date } else { nil }
    }
}

extension Bool: SQLValueConvertible, SQLValueDecodable {
    @inlinable public var sqlValue: Value { .integer(self ? 1 : 0) }
    /// Reads 0 and 1, which is what BOOLEAN columns hold; another number is not a truth value.
    @inlinable public static func decode(_ value: Value) -> Bool? {
        switch value {
        case .integer(0): false
        case .integer(1): true
        default: nil
        }
    }
}

extension SQLValueConvertible where Self: BinaryInteger {
    /// The number; above `Int64.max` its decimal digits, which the server reads as the same number.
    @inlinable public var sqlValue: Value { Int64(exactly: self).map { .integer($0) } ?? .text(String(self)) }
}

extension SQLValueDecodable where Self: FixedWidthInteger {
    /// Reads an integer that fits; text only where it is the digits of a number above `Int64.max`.
    @inlinable public static func decode(_ value: Value) -> Self? {
        switch value {
        case .integer(let number): Self(exactly: number)
        case .text(let digits) where digits.utf8.count >= 19: Self(digits)
        default: nil
        }
    }
}

extension Int: SQLValueConvertible, SQLValueDecodable {}
extension Int8: SQLValueConvertible, SQLValueDecodable {}
extension Int16: SQLValueConvertible, SQLValueDecodable {}
extension Int32: SQLValueConvertible, SQLValueDecodable {}
extension Int64: SQLValueConvertible, SQLValueDecodable {}
extension UInt: SQLValueConvertible, SQLValueDecodable {}
extension UInt8: SQLValueConvertible, SQLValueDecodable {}
extension UInt16: SQLValueConvertible, SQLValueDecodable {}
extension UInt32: SQLValueConvertible, SQLValueDecodable {}
extension UInt64: SQLValueConvertible, SQLValueDecodable {}

extension Optional: SQLValueConvertible where Wrapped: SQLValueConvertible {
    @inlinable public var sqlValue: Value { self?.sqlValue ?? .null }
}

extension Optional: SQLValueDecodable where Wrapped: SQLValueDecodable {
    /// Reads NULL as `nil`, and everything else as `Wrapped` does.
    @inlinable public static func decode(_ value: Value) -> Wrapped?? {
        if case .null = value { return .some(nil) }
        return Wrapped.decode(value).map { .some($0) }
    }
}

extension SQLValueConvertible where Self: RawRepresentable, RawValue: SQLValueConvertible {
    /// The raw value, for an enum that declares the conformance.
    @inlinable public var sqlValue: Value { rawValue.sqlValue }
}

extension SQLValueDecodable where Self: RawRepresentable, RawValue: SQLValueDecodable {
    /// Reads a raw value that the type has, for an enum that declares the conformance.
    @inlinable public static func decode(_ value: Value) -> Self? {
        RawValue.decode(value).flatMap { Self(rawValue: $0) }
    }
}
