import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration

/// A new temporary password for a registrant who lost the old one: the same answer for every pair.
struct TemporaryPasswordHandler {
    let visit: Visit

    func show() -> Response { page(FormErrors(), status: .ok) }

    func submit() throws(StoreError) -> Response {
        var errors = FormErrors()
        let pair = errors.readPair(of: visit)
        guard try errors.passCaptcha(of: visit), let pair else { return page(errors) }
        try visit.portal.store.request(.temporaryPassword(pair.iec, pair.gstin), client: visit.client)
        return visit.redirect(to: .temporaryPassword, notice: Self.sent)
    }

    private static let sent = Notice("sent")

    private func page(_ errors: FormErrors, status: HTTPResponse.Status = .unprocessableContent) -> Response {
        let isSent = visit.carries(Self.sent)
        let page = TemporaryPasswordPage(
            formToken: visit.formToken(for: .temporaryPassword), errors: errors.summary,
            iec: errors.state(of: "iec", value: visit.field("iec")),
            gstin: errors.state(of: "gstin", value: visit.field("gstin")),
            captcha: visit.newCaptcha(errors.messages(of: "captcha")),
            sent: isSent
                ? "If this IEC and GSTIN may register, a new temporary password is on its way to the registered e-mail and mobile number."
                : nil)
        return visit.registrationPage(
            page, title: TemporaryPasswordPage.title, status: status, hasErrors: !errors.isEmpty)
    }
}
