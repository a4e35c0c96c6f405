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
        guard visit.account == nil else { return visit.redirect(to: .account(.home)) }
        return try page(FormErrors(), notice: visit.loginNotice, status: .ok)
    }

    func submit() throws(StoreError) -> Response {
        let portal = visit.portal
        let name = visit.field("icegate_id")
        let typed = visit.field("password")
        var errors = FormErrors()
        let needsCaptcha = try portal.store.loginNeedsCaptcha(name, client: visit.client)
        if name.isEmpty { errors.add("Enter your ICEGATE ID.", to: "icegate_id") }
        if typed.isEmpty { errors.add("Enter your password.", to: "password") }
        guard try errors.passCaptcha(of: visit, isAsked: needsCaptcha) else { return try page(errors) }
        // A password that no policy lets exist is compared with nobody's hash, so that it takes the same time.
        let password = ChosenPassword.bytesForLogin(typed)
        // Before it is counted: who is not judged has not failed.
        guard !portal.hasher.isFull else { return visit.error(.serviceUnavailable) }
        let attempt = try portal.store.beginLogin(name, client: visit.client)
        // Others failed at the same instant: this one was counted, and is not judged without a captcha.
        guard needsCaptcha || !attempt.needsCaptcha else {
            errors.add(FormErrors.captchaMissing, to: "captcha")
            return try page(errors)
        }
        guard let isRight = portal.hasher.matches(password ?? [], password == nil ? nil : attempt.account?.hash) else {
            return visit.error(.serviceUnavailable)
        }
        guard isRight, let account = attempt.account, let password else {
            try portal.store.noteRefusedLogin(attempt, client: visit.client)
            return try refused(attempt)
        }
        let session = try portal.store.logIn(
            account, rehashed: portal.hasher.rehashed(password, account.hash), replacing: visit.sessionID,
            client: visit.client)
        guard let session else { return try refused(attempt) }
        return visit.redirect(to: .account(.home), session: session)
    }

    /// One answer for every refusal. After a few of them it asks for a wait; whoever does not wait is told so by the
    /// status as well. What bounds the guesses is the captcha: the owner, who knows the password, is let in all the time.
    private func refused(_ attempt: LoginAttempt) throws(StoreError) -> Response {
        var errors = FormErrors()
        errors.add("ICEGATE ID or password is not correct. Please try again.")
        guard let next = attempt.waitUntil else { return try page(errors) }
        errors.add(
            Message(
                "Many logins for this ICEGATE ID were refused. Please wait until %{time} before the next try, or use Forgotten password.",
                ["time": IndianTime.time(next)]))
        guard attempt.isEarly else { return try page(errors) }
        var response = try page(errors, status: .tooManyRequests)
        response.headers[.retryAfter] = String(attempt.wait.components.seconds)
        return response
    }

    func logOut() throws(StoreError) -> Response {
        if let account = visit.account {
            try visit.portal.store.logOut(visit.sessionID, account: account, client: visit.client)
        }
        return visit.redirectLoggedOut(.loggedOut)
    }

    private func page(
        _ errors: FormErrors, notice: LoginNotice? = nil, status: HTTPResponse.Status = .unprocessableContent
    ) throws(StoreError) -> Response {
        let needsCaptcha = try visit.portal.store.loginNeedsCaptcha(visit.field("icegate_id"), client: visit.client)
        let page = LoginPage(
            formToken: visit.formToken(for: .login), errors: errors.summary,
            notice: notice.flatMap { $0.tellsOfAnEnd ? nil : $0.message },
            reminder: notice.flatMap { $0.tellsOfAnEnd ? $0.message : nil },
            icegateID: errors.state(of: "icegate_id", value: visit.field("icegate_id")),
            password: errors.state(of: "password"),
            captcha: needsCaptcha ? visit.newCaptcha(errors.messages(of: "captcha")) : nil)
        return visit.page(page, title: LoginPage.title, status: status, hasErrors: !errors.isEmpty)
    }
}
