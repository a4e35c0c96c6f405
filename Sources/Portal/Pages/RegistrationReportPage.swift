import HTMLTemplate

/// S32: the report of the registration, which fits one page of A4.
struct RegistrationReportPage: PageModel, Sendable {
    /// Its own number.
    var reference: String
    var icegateID: String
    var legalName: String
    var iec: String
    var gstin: String
    var category: Message
    var startedAt: String
    var verifiedAt: String
    var finishedAt: String
    /// The contacts with which the registration ended.
    var email: String
    var mobile: String
    /// Whether they were given in place of those that the master had.
    var hasAlternateContacts: Bool
    var filingRefusal: Message?
    var printedAt: String

    static let template = "registration-report"
    static let title: Message = "Registration report"

    static let fields = Fields<Self>([
        .text("reference") { $0.reference },
        .text("icegateID") { $0.icegateID },
        .text("legalName") { $0.legalName },
        .text("iec") { $0.iec },
        .text("gstin") { $0.gstin },
        .message("category") { $0.category },
        .text("startedAt") { $0.startedAt },
        .text("verifiedAt") { $0.verifiedAt },
        .text("finishedAt") { $0.finishedAt },
        .text("email") { $0.email },
        .text("mobile") { $0.mobile },
        .flag("hasAlternateContacts") { $0.hasAlternateContacts },
        .optionalMessage("filingRefusal") { $0.filingRefusal },
        .text("printedAt") { $0.printedAt },
    ])
}
