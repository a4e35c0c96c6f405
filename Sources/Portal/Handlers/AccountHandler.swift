import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration

/// S31: the account's home, and the filing page that its category does not open.
struct AccountHandler {
    let visit: Visit

    func show() -> Response {
        guard let account = visit.account else { return visit.redirect(to: .login) }
        let page = AccountPage(
            icegateID: account.icegateID.text, legalName: account.legalName, iec: account.iec.text,
            gstin: account.gstin.text, maskedEmail: account.contacts.email.masked,
            maskedMobile: account.contacts.mobile.masked)
        return visit.page(page, title: AccountPage.title)
    }

    func refuseFiling() -> Response {
        guard let account = visit.account else { return visit.redirect(to: .login) }
        guard !account.category.mayFileCustomsDocuments else { return visit.error(.notFound) }
        return visit.page(FilingPage(), title: FilingPage.title, status: .forbidden)
    }
}
