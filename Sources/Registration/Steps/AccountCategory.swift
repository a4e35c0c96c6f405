/// The category of an account, and what its holder may do.
///
/// Source: the advisory's note: "IEC holders registered under Simplified Auto Registration category are not permitted
/// to file Customs documents."
public enum AccountCategory: String, Sendable, CaseIterable {
    /// Registered by IEC, GSTIN and OTPs, without digital signature, document upload or approval.
    case simplifiedAutoRegistration = "simplified_auto_registration"

    /// Its name, in English.
    public var name: String {
        switch self {
        case .simplifiedAutoRegistration: "Simplified Auto Registration"
        }
    }

    /// Why the holder may not file Customs documents; `nil` where filing is permitted.
    public var filingRefusal: FilingRefusal? {
        switch self {
        case .simplifiedAutoRegistration: .simplifiedAutoRegistration
        }
    }
}

/// Why a category may not file Customs documents, and what filing would need.
public struct FilingRefusal: Sendable, Equatable {
    /// The category and what it may not, in English: the id of its translation.
    public let summary: String
    /// The reason, in English: the id of its translation.
    public let explanation: String
    /// What filing would need, in English: the id of its translation.
    public let remedy: String

    /// Of an account that nobody approved.
    public static let simplifiedAutoRegistration = FilingRefusal(
        summary: "Simplified Auto Registration: not permitted to file Customs documents",
        explanation:
            "IEC holders registered under Simplified Auto Registration category are not permitted to file Customs documents.",
        remedy:
            "To file documents, register with a Digital Signature Certificate, which needs approval, or appoint a Customs Broker."
    )
}
