import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration

/// S31: the account's home, and the filing page that its category does not open.
struct AccountHandler {
    let visit: Visit
    let account: AccountRecord

    func show() -> Response {
        let page = AccountPage(
            icegateID: account.icegateID.text, legalName: account.legalName, iec: account.iec.text,
            gstin: account.gstin.text, maskedEmail: account.contacts.email.masked,
            maskedMobile: account.contacts.mobile.masked,
            category: Message(id: account.category.filingRefusal?.summary ?? account.category.name),
            filingRefusal: account.category.filingRefusal.map { Message($0) },
            filingRemedy: account.category.filingRefusal.map { Message(id: $0.remedy) })
        return visit.accountPage(page, title: AccountPage.title)
    }

    func fileDocuments() -> Response {
        guard let refusal = account.category.filingRefusal else { return visit.error(.notFound) }
        let page = FilingPage(
            category: Message(account.category), refusal: Message(refusal), requirements: Message(id: refusal.remedy))
        return visit.accountPage(page, title: FilingPage.title, status: .forbidden)
    }
}

extension Message {
    /// A category's name.
    fileprivate init(_ category: AccountCategory) { self.init(id: category.name) }

    /// Why a category may not file.
    fileprivate init(_ refusal: FilingRefusal) { self.init(id: refusal.explanation) }
}
