public import FoundationEssentials

/// The number by which a registration is quoted: `SAR-20261122-00000042`.
///
/// The date is that of its end, in Indian Standard Time. The numbers of a day have gaps.
public struct RegistrationReference: Sendable, Equatable, CustomStringConvertible {
    /// The reference as it is printed.
    public let text: String

    /// Makes the reference of a registration.
    public init(number: Int64, date: Date) {
        let digits = String(number)
        let padding = String(repeating: "0", count: max(0, 8 - digits.utf8.count))
        text = "SAR-\(IndianTime.compactDate(date))-\(padding)\(digits)"
    }

    /// The text.
    public var description: String { text }
}
