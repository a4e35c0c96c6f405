/// A public enquiry that the portal answers itself, by its path.
enum Enquiry: String, Hashable, Sendable, CaseIterable {
    /// Whether a GSTIN is written rightly.
    case gstin = "/public-enquiries/gstin"
    /// The status of an IEC.
    case iec = "/public-enquiries/iec"
}
