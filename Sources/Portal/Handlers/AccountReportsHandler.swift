import FoundationEssentials
import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration

/// S32: what the master has of the holder's IEC, and the report of the registration.
struct AccountReportsHandler {
    let visit: Visit
    let account: AccountRecord

    func showMasterDetails() throws(StoreError) -> Response {
        let reading = try visit.portal.store.masterDetails(of: account)
        let details = reading.entries
        let own = details.first { $0.gstin == account.gstin }
        let page = MasterDetailsPage(
            iec: account.iec.text, ownGSTIN: account.gstin.text, hasOwnGSTIN: own != nil,
            maskedEmail: own?.email?.masked ?? "–", maskedMobile: own?.mobile?.masked ?? "–",
            iecStatus: (own ?? details.first).map { .statusMeaning($0.iecStatus) },
            entries: details.map { entry in
                MasterDetailsPage.Entry(
                    gstin: entry.gstin.text, legalName: entry.legalName, status: .statusMeaning(entry.gstinStatus),
                    loadedAt: entry.loadedAt.map(IndianTime.dateAndTime) ?? "–", isOwn: entry.gstin == account.gstin)
            },
            cut: details.count < reading.count
                ? Message(
                    "The first %{shown} of %{count} are shown.",
                    ["shown": String(details.count), "count": String(reading.count)]) : nil,
            readAt: IndianTime.dateAndTime(reading.readAt))
        return visit.accountPage(page, title: MasterDetailsPage.title)
    }

    func showRegistration() throws(StoreError) -> Response {
        guard let report = try visit.portal.store.registrationReport(of: account) else { return visit.error(.notFound) }
        let page = RegistrationReportPage(
            reference: report.reference.text, icegateID: account.icegateID.text, legalName: account.legalName,
            iec: account.iec.text, gstin: account.gstin.text, category: Message(id: account.category.name),
            startedAt: IndianTime.dateAndTime(report.startedAt),
            verifiedAt: report.verifiedAt.map(IndianTime.dateAndTime) ?? "–",
            finishedAt: IndianTime.dateAndTime(report.finishedAt), email: report.contacts.email.text,
            mobile: report.contacts.mobile.text, hasAlternateContacts: report.hasAlternateContacts,
            filingRefusal: account.category.filingRefusal.map { Message(id: $0.explanation) },
            printedAt: IndianTime.dateAndTime(report.readAt))
        return visit.accountPage(page, title: RegistrationReportPage.title)
    }
}

extension Message {
    /// The meaning of an IEC's or a GSTIN's status: those that the portal comes with are translated, those that a DBA
    /// has added stand as they were written.
    static func statusMeaning(_ meaning: String) -> Message {
        statusMeanings.first { $0.id == meaning } ?? Message(id: meaning)
    }

    private static let statusMeanings: [Message] = [
        "Valid", "Suspended", "Cancelled", "De-activated: the yearly update was missed", "Surrendered", "Inactive",
        "Active", "Provisional",
    ]
}
