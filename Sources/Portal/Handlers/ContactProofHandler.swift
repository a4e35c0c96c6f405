import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration

/// S33: other contacts for the account, second part: the two OTPs, and sending them again.
struct ContactProofHandler {
    let visit: Visit
    let account: AccountRecord

    /// What the page for a change says when one was made.
    static let changed = Notice("changed")

    func show() throws(StoreError) -> Response { try page(FormErrors(), status: .ok) }

    func submit() throws(StoreError) -> Response {
        let outcome = try visit.portal.store.proveContactChange(
            account, mobile: visit.field("mobile_otp"), email: visit.field("email_otp"), session: visit.sessionID,
            client: visit.client)
        var errors = FormErrors()
        switch outcome {
        case .changed(let session):
            return visit.redirect(to: .account(.contact), notice: Self.changed, session: session)
        case .wrong(let judgement):
            errors.add(judgement)
            return try page(errors)
        case .exhausted, .expired: return try page(errors)
        case .none: return visit.redirect(to: .account(.contact))
        }
    }

    func resend() throws(StoreError) -> Response {
        switch try visit.portal.store.resendContactChange(account, client: visit.client) {
        case .sent: return visit.redirect(to: .account(.contactOTP))
        case .refused: return try page(FormErrors(), refusal: OTPStatus.noSendLeft)
        case .tooMany(let wait): return visit.error(.tooManyRequests, retryAfter: wait)
        }
    }

    private func page(
        _ errors: FormErrors, refusal: Message? = nil, status: HTTPResponse.Status = .unprocessableContent
    ) throws(StoreError) -> Response {
        guard let pair = try visit.portal.store.pendingContactChange(of: account) else {
            return visit.redirect(to: .account(.contact))
        }
        var errors = errors
        if !pair.isLive {
            errors.add("These OTPs have expired: they hold for 2 hours. Please enter the new contacts again.")
        } else if pair.triesLeft == 0 {
            errors.add("No try is left for these OTPs. Please enter the new contacts again.")
        } else if let refusal {
            errors.add(refusal)
        }
        let deliveries = try visit.portal.store.deliveries(of: pair)
        let isSent = pair.isUsable && !deliveries.isFailing
        let page = ContactProofPage(
            formToken: visit.formToken(for: .account(.contactOTP)), errors: errors.summary,
            notice: isSent && errors.isEmpty ? "The OTPs were sent to the mobile number and e-mail ID." : nil,
            mobileOTP: errors.state(of: "mobile_otp"), emailOTP: errors.state(of: "email_otp"),
            maskedEmail: pair.contacts.email.masked, maskedMobile: pair.contacts.mobile.masked,
            status: pair.isUsable
                ? OTPStatus(
                    pair, deliveries, on: .account(.contactOTP), resend: .account(.contactResend), visit: visit) : nil)
        return visit.accountPage(page, title: ContactProofPage.title, status: status, hasErrors: !errors.isEmpty)
    }
}
