import HTMLTemplate

/// S31: the account's home, which says what the category may and may not do.
struct AccountPage: PageModel, Sendable {
    var icegateID: String
    var legalName: String
    var iec: String
    var gstin: String
    var maskedEmail: String
    var maskedMobile: String
    /// The category, and what it may not.
    var category: Message
    /// Why it may not file Customs documents, where it may not.
    var filingRefusal: Message?
    /// What filing would need.
    var filingRemedy: Message?

    static let template = "account"
    static let title: Message = "Your account"

    static let fields = Fields<Self>([
        .text("icegateID") { $0.icegateID },
        .text("legalName") { $0.legalName },
        .text("iec") { $0.iec },
        .text("gstin") { $0.gstin },
        .text("maskedEmail") { $0.maskedEmail },
        .text("maskedMobile") { $0.maskedMobile },
        .message("category") { $0.category },
        .optionalMessage("filingRefusal") { $0.filingRefusal },
        .optionalMessage("filingRemedy") { $0.filingRemedy },
    ])
}
