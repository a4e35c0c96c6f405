import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration

/// S33: other contacts for the account, first part: the password again, and where the OTPs go.
struct ContactChangeHandler {
    let visit: Visit
    let account: AccountRecord

    func show() throws(StoreError) -> Response { try page(FormErrors(), status: .ok) }

    func submit() throws(StoreError) -> Response {
        var errors = FormErrors()
        if visit.field("password").isEmpty { errors.add("Enter your password.", to: "password") }
        let email = readEmail(&errors)
        let mobile = readMobile(&errors)
        guard errors.isEmpty, let email, let mobile else { return try page(errors) }
        let contacts = Contacts(mobile: mobile, email: email)
        guard contacts != account.contacts else {
            errors.add("Enter the e-mail ID or the mobile number that is to take the place of the registered one.")
            return try page(errors)
        }
        switch try visit.confirmPassword("password", of: account) {
        case .refused(let response): return response
        case .changed: return visit.redirectToLogin()
        case .wrong:
            errors.add(Visit.wrongPassword, to: "password")
            return try page(errors)
        case .right: break
        }
        switch try visit.portal.store.sendContactChange(account, contacts, client: visit.client) {
        case .sent: return visit.redirect(to: .account(.contactOTP))
        case .tooMany(let wait): return visit.error(.tooManyRequests, retryAfter: wait)
        case .refused: return visit.redirect(to: .account(.contact))
        }
    }

    /// The new e-mail address, or the registered one where the field was left empty.
    private func readEmail(_ errors: inout FormErrors) -> EmailAddress? {
        guard !visit.field("email").isEmpty else { return account.contacts.email }
        return errors.read("email") { () throws(InvalidValue) in try EmailAddress(visit.field("email")) }
    }

    /// The new mobile number, or the registered one where the field was left empty.
    private func readMobile(_ errors: inout FormErrors) -> MobileNumber? {
        guard !visit.field("mobile").isEmpty else { return account.contacts.mobile }
        return errors.read("mobile") { () throws(InvalidValue) in try MobileNumber(visit.field("mobile")) }
    }

    private func page(
        _ errors: FormErrors, status: HTTPResponse.Status = .unprocessableContent
    ) throws(StoreError) -> Response {
        let isChanged = visit.carries(ContactProofHandler.changed)
        let pair = try visit.portal.store.pendingContactChange(of: account)
        let page = ContactChangePage(
            formToken: visit.formToken(for: .account(.contact)), errors: errors.summary,
            notice: isChanged ? "Your e-mail ID and mobile number are changed. The old ones were told." : nil,
            pending: pair.flatMap { $0.isUsable ? Message(pending: $0) : nil },
            maskedEmail: account.contacts.email.masked, maskedMobile: account.contacts.mobile.masked,
            email: errors.state(of: "email", value: visit.field("email")),
            mobile: errors.state(of: "mobile", value: visit.field("mobile")),
            password: errors.state(of: "password"))
        return visit.accountPage(page, title: ContactChangePage.title, status: status, hasErrors: !errors.isEmpty)
    }
}

extension Message {
    /// What a change is to lead to, and until when it waits for its OTPs.
    fileprivate init(pending pair: OTPPairRecord) {
        self.init(
            "A change to %{email} and %{mobile} is pending until %{time}.",
            [
                "email": pair.contacts.email.masked, "mobile": pair.contacts.mobile.masked,
                "time": IndianTime.dateAndTime(pair.expiresAt),
            ])
    }
}
