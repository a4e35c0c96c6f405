import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration

/// S34: a forgotten ICEGATE ID: it goes to the registered e-mail ID, and the answer reads the same whatever exists.
struct ForgottenIDHandler {
    let visit: Visit

    func show() -> Response { page(FormErrors(), status: .ok) }

    func submit() throws(StoreError) -> Response {
        var errors = FormErrors()
        let pair = errors.readPair(of: visit)
        guard try errors.passCaptcha(of: visit), let pair else { return page(errors) }
        try visit.portal.store.request(.icegateID(pair.iec, pair.gstin), client: visit.client)
        return visit.redirect(to: .forgottenID, notice: Self.sent)
    }

    private static let sent = Notice("sent")

    private func page(_ errors: FormErrors, status: HTTPResponse.Status = .unprocessableContent) -> Response {
        let isSent = visit.carries(Self.sent)
        let page = ForgottenIDPage(
            formToken: visit.formToken(for: .forgottenID), errors: errors.summary,
            notice: isSent
                ? "If there is an account for this IEC and GSTIN, its ICEGATE ID is on its way to the registered e-mail ID."
                : nil,
            iec: errors.state(of: "iec", value: visit.field("iec")),
            gstin: errors.state(of: "gstin", value: visit.field("gstin")),
            captcha: visit.newCaptcha(errors.messages(of: "captcha")))
        return visit.page(page, title: ForgottenIDPage.title, status: status, hasErrors: !errors.isEmpty)
    }
}
