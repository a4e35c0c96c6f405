import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration

/// S34: a forgotten password, third part: the new one, for who has proven the account's contacts.
struct NewPasswordHandler {
    let visit: Visit

    func show() -> Response {
        guard case .passwordReset(let account) = visit.state else { return elsewhere(visit.state) }
        return page(account, FormErrors(), status: .ok)
    }

    func submit() throws(StoreError) -> Response {
        guard case .passwordReset(let account) = visit.state else { return elsewhere(visit.state) }
        var errors = FormErrors()
        let password = errors.readNewPassword(of: visit, personal: account.personalWords)
        guard errors.isEmpty, let password else { return page(account, errors) }
        guard let hash = visit.portal.hasher.hash(password.bytes) else { return visit.error(.serviceUnavailable) }
        let isSet = try visit.portal.store.setForgottenPassword(
            hash, of: account, session: visit.sessionID, client: visit.client)
        // Ended meanwhile, perhaps by the first half of a double click.
        guard isSet else { return elsewhere(try visit.portal.store.session(visit.sessionID).state) }
        return visit.redirectLoggedOut(.passwordSet)
    }

    /// Where to go who may not set a password: after a double click it is set already.
    private func elsewhere(_ state: SessionState) -> Response {
        guard case .passwordResetDone = state else { return visit.redirect(to: .forgottenPassword(.request)) }
        return visit.redirect(to: .login, notice: LoginNotice.passwordSet.notice)
    }

    private func page(
        _ account: AccountRecord, _ errors: FormErrors, status: HTTPResponse.Status = .unprocessableContent
    ) -> Response {
        let page = NewPasswordPage(
            formToken: visit.formToken(for: .forgottenPassword(.newPassword)), errors: errors.summary,
            icegateID: account.icegateID.text, newPassword: errors.state(of: "new_password"),
            confirmPassword: errors.state(of: "confirm_password"))
        return visit.page(page, title: NewPasswordPage.title, status: status, hasErrors: !errors.isEmpty)
    }
}
