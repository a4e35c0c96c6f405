import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration

/// S34: a forgotten password, second part: the two OTPs, in whatever browser.
struct PasswordResetProofHandler {
    let visit: Visit

    func show() throws(StoreError) -> Response { try page(FormErrors(), status: .ok) }

    func submit() throws(StoreError) -> Response {
        let store = visit.portal.store
        let name = visit.field("icegate_id")
        var errors = FormErrors()
        let needsCaptcha = try store.passwordResetNeedsCaptcha(name, client: visit.client)
        if name.isEmpty { errors.add("Enter your ICEGATE ID.", to: "icegate_id") }
        guard try errors.passCaptcha(of: visit, isAsked: needsCaptcha) else { return try page(errors) }
        let outcome = try store.provePasswordReset(
            name, mobile: visit.field("mobile_otp"), email: visit.field("email_otp"), asker: asker(of: name),
            replacing: visit.sessionID, client: visit.client)
        switch outcome {
        case .proven(let session):
            var response = visit.redirect(to: .forgottenPassword(.newPassword), session: session)
            visit.setRecovery(nil, on: &response)
            return response
        case .refused:
            errors.add(
                "ICEGATE ID and OTPs do not match. Please check all three; if the OTPs cannot be used any more, ask for new ones."
            )
        case .expired: errors.add("The OTPs have expired: they hold for 2 hours. Please ask for new ones.")
        }
        return try page(errors)
    }

    /// What the page says that follows the wish for OTPs.
    static let sent = Notice("sent")

    /// What the tries of this browser are counted by, when it asked for the OTPs of that name.
    private func asker(of name: String) -> [UInt8]? {
        guard let token = visit.recovery, let name = try? ICEGATEID(name), token.name == name else { return nil }
        return token.asker
    }

    private func page(
        _ errors: FormErrors, status: HTTPResponse.Status = .unprocessableContent
    ) throws(StoreError) -> Response {
        let name = visit.request.form["icegate_id"] ?? visit.recovery?.name.text ?? ""
        let needsCaptcha = try visit.portal.store.passwordResetNeedsCaptcha(name, client: visit.client)
        let page = PasswordResetProofPage(
            formToken: visit.formToken(for: .forgottenPassword(.otp)), errors: errors.summary,
            notice: visit.carries(Self.sent)
                ? "If there is an account with this ICEGATE ID, two OTPs are on their way to its registered mobile number and e-mail ID."
                : nil,
            icegateID: errors.state(of: "icegate_id", value: name), mobileOTP: errors.state(of: "mobile_otp"),
            emailOTP: errors.state(of: "email_otp"),
            captcha: needsCaptcha ? visit.newCaptcha(errors.messages(of: "captcha")) : nil)
        return visit.page(page, title: PasswordResetProofPage.title, status: status, hasErrors: !errors.isEmpty)
    }
}
