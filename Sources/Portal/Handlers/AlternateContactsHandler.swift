import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration

/// S12: the e-mail address and mobile number that the account is to have in place of the master's.
struct AlternateContactsHandler {
    let visit: Visit

    func show() -> Response {
        switch visit.registrant(at: .verified, .alternateSent) {
        case .elsewhere(let response): response
        case .here: page(FormErrors(), status: .ok)
        }
    }

    func submit() throws(StoreError) -> Response {
        let registration: RegistrationRecord
        switch visit.registrant(at: .verified, .alternateSent) {
        case .elsewhere(let response): return response
        case .here(let found): registration = found
        }
        var errors = FormErrors()
        let email = errors.read("alternate_email") { () throws(InvalidValue) in
            try EmailAddress(visit.field("alternate_email"))
        }
        let mobile = errors.read("alternate_mobile") { () throws(InvalidValue) in
            try MobileNumber(visit.field("alternate_mobile"))
        }
        guard let email, let mobile else { return page(errors) }
        let contacts = Contacts(mobile: mobile, email: email)
        guard contacts != registration.contacts else {
            errors.add(
                "These are the e-mail ID and mobile number that were verified already: press Finish to keep them.")
            return page(errors)
        }
        let outcome = try visit.portal.store.sendToAlternateContacts(registration, contacts, client: visit.client)
        switch outcome {
        case .sent: return visit.redirect(to: .registerOTP(.alternate))
        case .moved(let step): return visit.redirect(to: .page(of: step))
        case .expired: return visit.backToStart(.expired)
        case .noneLeft:
            errors.add(
                "No further OTPs can be sent for a change of contacts in this registration. Press Finish to keep the verified ones; they can be changed later from your account."
            )
            return page(errors)
        case .tooMany(let wait): return visit.error(.tooManyRequests, retryAfter: wait)
        }
    }

    private func page(_ errors: FormErrors, status: HTTPResponse.Status = .unprocessableContent) -> Response {
        let page = AlternateContactsPage(
            formToken: visit.formToken(for: .registerAlternate), errors: errors.summary,
            alternateEmail: errors.state(of: "alternate_email", value: visit.field("alternate_email")),
            alternateMobile: errors.state(of: "alternate_mobile", value: visit.field("alternate_mobile")))
        return visit.registrationPage(
            page, title: AlternateContactsPage.title, status: status, hasErrors: !errors.isEmpty)
    }
}
