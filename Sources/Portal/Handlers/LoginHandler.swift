import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration
import Sodium

/// S14: login with the ICEGATE ID and password that registration made, and logout.
struct LoginHandler {
    let visit: Visit

    func show() throws(StoreError) -> Response {
        guard visit.account == nil else { return visit.redirect(to: .account) }
        let notice: Message? = visit.request.query[Self.loggedOut] == nil ? nil : "You are logged out."
        return try page(FormErrors(), notice: notice, status: .ok)
    }

    func submit() throws(StoreError) -> Response {
        let portal = visit.portal
        let name = visit.field("icegate_id")
        let typed = visit.field("password")
        var errors = FormErrors()
        guard !visit.isCaptchaRefresh else { return try page(errors, status: .ok) }
        let needsCaptcha = try portal.store.loginNeedsCaptcha(name, client: visit.client)
        if name.isEmpty { errors.add("Enter your ICEGATE ID.", to: "icegate_id") }
        if typed.isEmpty { errors.add("Enter your password.", to: "password") }
        if needsCaptcha, visit.field("captcha").isEmpty { errors.add(RegisterHandler.captchaMissing, to: "captcha") }
        guard errors.isEmpty else { return try page(errors) }
        if needsCaptcha {
            guard try visit.isCaptchaRight() else {
                errors.add(RegisterHandler.captchaWrong, to: "captcha")
                return try page(errors)
            }
        }
        // A password that no policy lets exist is compared with nobody's hash, so that it takes the same time.
        let password = ChosenPassword.bytesForLogin(typed)
        let found = try portal.store.beginLogin(name, client: visit.client)
        guard let isRight = portal.hasher.matches(password ?? [], password == nil ? nil : found?.hash) else {
            return visit.error(.serviceUnavailable)
        }
        guard isRight, let found, let password else {
            try portal.store.noteRefusedLogin(name, client: visit.client)
            errors.add("ICEGATE ID or password is not correct. Please try again.")
            return try page(errors)
        }
        let session = try portal.store.logIn(
            found.account, rehashed: portal.hasher.rehashed(password, found.hash), replacing: visit.sessionID,
            client: visit.client)
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
    ) throws(StoreError) -> Response {
        let needsCaptcha = try visit.portal.store.loginNeedsCaptcha(visit.field("icegate_id"), client: visit.client)
        let page = LoginPage(
            formToken: visit.formToken(for: .login), errors: errors.summary, notice: notice,
            icegateID: errors.state(of: "icegate_id", value: visit.field("icegate_id")),
            password: errors.state(of: "password"),
            captcha: needsCaptcha ? visit.newCaptcha(errors.messages(of: "captcha")) : nil)
        return visit.page(page, title: LoginPage.title, status: status, hasErrors: !errors.isEmpty)
    }
}
