import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration
import Sodium

/// S14: login with the ICEGATE ID and password that registration made, and logout.
struct LoginHandler {
    let visit: Visit

    func show() -> Response {
        guard visit.account == nil else { return visit.redirect(to: .account) }
        let notice: Message? = visit.request.query[Self.loggedOut] == nil ? nil : "You are logged out."
        return page(FormErrors(), notice: notice, status: .ok)
    }

    func submit() throws(StoreError) -> Response {
        let portal = visit.portal
        let name = visit.field("icegate_id")
        let typed = visit.field("password")
        var errors = FormErrors()
        if name.isEmpty { errors.add("Enter your ICEGATE ID.", to: "icegate_id") }
        if typed.isEmpty { errors.add("Enter your password.", to: "password") }
        guard errors.isEmpty else { return page(errors) }
        // A password that no policy lets exist is compared with nobody's hash, so that it takes the same time.
        let password = ChosenPassword.bytesForLogin(typed)
        let check = try portal.store.checkLogin(name, client: visit.client)
        let hash: PasswordHash? = if case .account(_, let hash) = check, password != nil { hash } else { nil }
        guard let isRight = portal.hasher.matches(password ?? [], hash) else {
            return visit.error(.serviceUnavailable)
        }
        guard isRight, case .account(let account, let hash) = check, let password else {
            try portal.store.noteRefusedLogin(name, client: visit.client)
            errors.add("ICEGATE ID or password is not correct. Please try again.")
            return page(errors)
        }
        let session = try portal.store.logIn(
            account, rehashed: portal.hasher.rehashed(password, hash), client: visit.client)
        return visit.redirect(to: .account, session: session)
    }

    func logOut() throws(StoreError) -> Response {
        if let account = visit.account {
            try visit.portal.store.logOut(visit.sessionID, account: account, client: visit.client)
        }
        var response = visit.redirect(to: .login, query: "?\(Self.loggedOut)=1")
        visit.setSession(SessionID(random: visit.portal.random), on: &response)
        return response
    }

    private static let loggedOut = "logged-out"

    private func page(
        _ errors: FormErrors, notice: Message? = nil, status: HTTPResponse.Status = .unprocessableContent
    ) -> Response {
        let page = LoginPage(
            formToken: visit.formToken(for: .login), errors: errors.summary, notice: notice,
            icegateID: errors.state(of: "icegate_id", value: visit.field("icegate_id")),
            password: errors.state(of: "password"))
        return visit.page(page, title: LoginPage.title, status: status, hasErrors: !errors.isEmpty)
    }
}
