import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration

/// S34: a forgotten password, first part: whose. The answer reads the same whatever accounts there are.
struct ForgottenPasswordHandler {
    let visit: Visit

    func show() -> Response { page(FormErrors(), status: .ok) }

    func submit() throws(StoreError) -> Response {
        var errors = FormErrors()
        guard !visit.isCaptchaRefresh else { return page(errors, status: .ok) }
        if visit.field("icegate_id").isEmpty { errors.add("Enter your ICEGATE ID.", to: "icegate_id") }
        if visit.field("captcha").isEmpty { errors.add(RegisterHandler.captchaMissing, to: "captcha") }
        guard errors.isEmpty else { return page(errors) }
        guard try visit.isCaptchaRight() else {
            errors.add(RegisterHandler.captchaWrong, to: "captcha")
            return page(errors)
        }
        var response = visit.redirect(to: .forgottenPassword(.otp))
        // A name that cannot exist has no account: nothing is sent, and the answer is the same.
        if let name = try? ICEGATEID(visit.field("icegate_id")) {
            try visit.portal.store.request(.passwordReset(name), client: visit.client)
            visit.setRecovery(name.text, on: &response)
        }
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
    /// Keeps the ICEGATE ID whose password is being set anew in a cookie, to fill the next form in with.
    func setRecovery(_ name: String, on response: inout Response) {
        // An ICEGATE ID holds cookie octets alone.
        let cookie = SetCookie(
            name: CookieNames(portal.settings).recovery, value: name, isSecure: portal.settings.usesSecureCookies)
        if let cookie { response.setCookie(cookie) }
    }
}
