/// The category of an account, and what its holder may do.
///
/// Source: the advisory's note: "IEC holders registered under Simplified Auto Registration category are not permitted
/// to file Customs documents."
public enum AccountCategory: String, Sendable, CaseIterable {
    /// Registered by IEC, GSTIN and OTPs, without digital signature, document upload or approval.
    case simplifiedAutoRegistration = "simplified_auto_registration"

    /// Whether the holder may file Customs documents.
    public var mayFileCustomsDocuments: Bool {
        switch self {
        case .simplifiedAutoRegistration: false
        }
    }
}
