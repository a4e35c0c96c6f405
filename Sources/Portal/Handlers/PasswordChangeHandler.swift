import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration

/// S34: a new password for who is logged in and knows the old one.
struct PasswordChangeHandler {
    let visit: Visit
    let account: AccountRecord

    func show() -> Response { page(FormErrors(), status: .ok) }

    func submit() throws(StoreError) -> Response {
        var errors = FormErrors()
        if visit.field("password").isEmpty { errors.add("Enter your password.", to: "password") }
        let password = errors.readNewPassword(of: visit, personal: account.personalWords)
        if let password, password.bytes == ChosenPassword.bytesForLogin(visit.field("password")) {
            errors.add("The new password should differ from the current one.", to: "new_password")
        }
        guard errors.isEmpty, let password else { return page(errors) }
        if case .renewedAccount = visit.state {
            if let wait = try visit.portal.store.countPasswordConfirmation(visit.sessionID) {
                return visit.error(.tooManyRequests, retryAfter: wait)
            }
            return try repeated(password)
        }
        switch try visit.confirmPassword("password", of: account) {
        case .refused(let response): return response
        case .changed: return try repeated(password)
        case .wrong:
            errors.add(Visit.wrongPassword, to: "password")
            return page(errors)
        case .right: break
        }
        guard let hash = visit.portal.hasher.hash(password.bytes) else { return visit.error(.serviceUnavailable) }
        let session = try visit.portal.store.changePassword(
            hash, of: account, replacing: visit.sessionID, client: visit.client)
        guard let session else { return try repeated(password) }
        return changed(session)
    }

    /// Leads on after the second half of a double click, which finds the password changed to what it asks for. When it was
    /// changed to something else, from elsewhere, that ended this session as well.
    private func repeated(_ password: ChosenPassword) throws(StoreError) -> Response {
        let store = visit.portal.store
        guard let current = try store.current(account) else { return visit.redirectToLogin() }
        guard let isRight = visit.portal.hasher.matches(password.bytes, current.hash) else {
            return visit.error(.serviceUnavailable)
        }
        guard isRight,
            let session = try store.repeatPasswordChange(
                of: current, replacing: visit.sessionID, client: visit.client)
        else { return visit.redirectLoggedOut(.endedElsewhere) }
        try store.clearPasswordConfirmations(visit.sessionID)
        return changed(session)
    }

    private func changed(_ session: SessionID) -> Response {
        visit.redirect(to: .account(.password), notice: Self.changed, session: session)
    }

    private static let changed = Notice("changed")

    private func page(_ errors: FormErrors, status: HTTPResponse.Status = .unprocessableContent) -> Response {
        let isChanged = visit.carries(Self.changed)
        let page = PasswordChangePage(
            formToken: visit.formToken(for: .account(.password)), errors: errors.summary,
            notice: isChanged ? "Your password is changed. Every other session of the account has ended." : nil,
            icegateID: account.icegateID.text, password: errors.state(of: "password"),
            newPassword: errors.state(of: "new_password"), confirmPassword: errors.state(of: "confirm_password"))
        return visit.accountPage(page, title: PasswordChangePage.title, status: status, hasErrors: !errors.isEmpty)
    }
}
