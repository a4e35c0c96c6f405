import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration

/// S34: a forgotten password, first part: whose. The answer reads the same whatever accounts there are.
struct ForgottenPasswordHandler {
    let visit: Visit

    func show() -> Response {
        var errors = FormErrors()
        if let end = visit.passwordResetEnd { errors.add(end) }
        return page(errors, status: .ok)
    }

    func submit() throws(StoreError) -> Response {
        var errors = FormErrors()
        if visit.field("icegate_id").isEmpty { errors.add("Enter your ICEGATE ID.", to: "icegate_id") }
        guard try errors.passCaptcha(of: visit) else { return page(errors) }
        var response = visit.redirect(to: .forgottenPassword(.otp), notice: PasswordResetProofHandler.sent)
        // A name that cannot exist has no account: nothing is sent, and the answer is the same.
        let name = try? ICEGATEID(visit.field("icegate_id"))
        if let name { try visit.portal.store.request(.passwordReset(name), client: visit.client) }
        visit.setRecovery(name.map { RecoveryToken(name: $0, random: visit.portal.random) }, on: &response)
        return response
    }

    private func page(_ errors: FormErrors, status: HTTPResponse.Status = .unprocessableContent) -> Response {
        let page = ForgottenPasswordPage(
            formToken: visit.formToken(for: .forgottenPassword(.request)), errors: errors.summary,
            icegateID: errors.state(of: "icegate_id", value: visit.field("icegate_id")),
            captcha: visit.newCaptcha(errors.messages(of: "captcha")))
        return visit.page(page, title: ForgottenPasswordPage.title, status: status, hasErrors: !errors.isEmpty)
    }
}

extension Visit {
    /// What the browser keeps since it asked for the OTPs of a forgotten password.
    var recovery: RecoveryToken? {
        request.cookies[portal.cookieNames.recovery].flatMap {
            RecoveryToken(cookie: $0, keys: portal.keys)
        }
    }

    /// Lets the browser keep a token for as long as OTPs hold; `nil` takes the one away that it has.
    func setRecovery(_ token: RecoveryToken?, on response: inout Response) {
        // An ICEGATE ID, points and hexadecimal digits are cookie octets: SetCookie refuses none.
        let cookie = SetCookie(
            name: portal.cookieNames.recovery, value: token?.cookie(keys: portal.keys) ?? "",
            maxAge: token == nil ? .zero : portal.limits.otpLifetime, isSecure: portal.settings.usesSecureCookies)
        if let cookie { response.setCookie(cookie) }
    }
}
