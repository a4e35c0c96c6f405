import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration
import Sodium

/// S05-S07: the ICEGATE ID and password of the registrant's choice.
struct AccountDetailsHandler {
    let visit: Visit

    func show() -> Response {
        switch visit.registrant(at: .identified) {
        case .elsewhere(let response): response
        case .here(let registration): page(registration, FormErrors(), status: .ok)
        }
    }

    func submit() throws(StoreError) -> Response {
        let registration: RegistrationRecord
        switch visit.registrant(at: .identified) {
        case .elsewhere(let response): return response
        case .here(let found): registration = found
        }
        var errors = FormErrors()
        let name = errors.read("icegate_id") { () throws(InvalidValue) in try ICEGATEID(visit.field("icegate_id")) }
        let password = try readPassword(registration, &errors)
        if let name {
            switch try visit.portal.store.reserveName(name, for: registration) {
            case .held: break
            case .taken: errors.add(Message(.icegateIDTaken), to: "icegate_id")
            case .tooMany(let wait): return visit.error(.tooManyRequests, retryAfter: wait)
            }
        }
        guard errors.isEmpty, let name, let password else { return page(registration, errors) }
        guard let hash = visit.portal.hasher.hash(password.bytes) else { return visit.error(.serviceUnavailable) }
        let outcome = try visit.portal.store.chooseAccountDetails(
            registration, icegateID: name, passwordHash: hash, client: visit.client)
        switch outcome {
        case .accepted: return visit.redirect(to: .registerOTP(.registration))
        case .moved(let step): return visit.redirect(to: .page(of: step))
        case .expired: return visit.backToStart(SessionEnd(of: registration))
        case .taken:
            errors.add(Message(.icegateIDTaken), to: "icegate_id")
            return page(registration, errors)
        }
    }

    private func readPassword(
        _ registration: RegistrationRecord, _ errors: inout FormErrors
    ) throws(StoreError) -> ChosenPassword? {
        let personal = ChosenPassword.personalWords(
            icegateID: visit.field("icegate_id"), iec: registration.iec, gstin: registration.gstin,
            contacts: registration.contacts)
        let temporary = try visit.portal.store.temporaryPassword(of: registration)
        return errors.readNewPassword(of: visit, personal: personal, temporary: temporary)
    }

    private func page(
        _ registration: RegistrationRecord, _ errors: FormErrors,
        status: HTTPResponse.Status = .unprocessableContent
    ) -> Response {
        let page = AccountDetailsPage(
            formToken: visit.formToken(for: .registerAccount), errors: errors.summary,
            icegateID: errors.state(of: "icegate_id", value: visit.field("icegate_id")),
            newPassword: errors.state(of: "new_password"), confirmPassword: errors.state(of: "confirm_password"),
            email: registration.contacts.email.text, mobile: registration.contacts.mobile.text)
        return visit.registrationPage(
            page, title: AccountDetailsPage.title, status: status, hasErrors: !errors.isEmpty)
    }
}
