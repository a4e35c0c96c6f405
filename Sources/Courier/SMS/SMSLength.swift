/// How long an SMS is, and in how many parts it goes.
///
/// Source: 3GPP TS 23.038 (alphabets), TS 23.040 (parts): 160 septets or 70 units of UCS-2; in parts, 153 or 67 each.
public struct SMSLength: Sendable, Equatable, CustomStringConvertible {
    /// Whether it goes in the 7-bit alphabet; else in UCS-2.
    public let isGSM7: Bool
    /// Septets, or units of UCS-2.
    public let units: Int

    /// Measures a text.
    public init(of text: String) {
        let scalars = text.unicodeScalars
        isGSM7 = scalars.allSatisfy { Self.basic.contains($0) || Self.extended.contains($0) }
        units = isGSM7 ? scalars.reduce(0) { $0 + (Self.extended.contains($1) ? 2 : 1) } : text.utf16.count
    }

    /// In how many parts it goes.
    public var parts: Int {
        let (single, several) = isGSM7 ? (160, 153) : (70, 67)
        return units <= single ? 1 : (units + several - 1) / several
    }

    /// `2 parts, 131 of UCS-2 (134 fit)`.
    public var description: String {
        let (single, several) = isGSM7 ? (160, 153) : (70, 67)
        return
            "\(parts) \(parts == 1 ? "part" : "parts"), \(units) of \(isGSM7 ? "GSM-7" : "UCS-2") "
            + "(\(parts == 1 ? single : several * parts) fit)"
    }

    private static let basic = Set(
        ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
            + "abcdefghijklmnopqrstuvwxyzäöñüà").unicodeScalars)
    private static let extended = Set("\u{C}^{}\\[~]|€".unicodeScalars)
}
