import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration

/// S20-S23: carrying on with OTPs that were received before, in any browser.
struct ResumeHandler {
    let visit: Visit

    func show() throws(StoreError) -> Response { try page(FormErrors(), status: .ok) }

    func submit() throws(StoreError) -> Response {
        let store = visit.portal.store
        var errors = FormErrors()
        let iec = errors.read("iec") { () throws(InvalidValue) in try IEC(visit.field("iec")) }
        let gstin = errors.read("gstin") { () throws(InvalidValue) in try GSTIN(visit.field("gstin")) }
        let needsCaptcha = try store.resumeNeedsCaptcha(iec: iec, gstin: gstin, client: visit.client)
        guard try errors.passCaptcha(of: visit, isAsked: needsCaptcha), let iec, let gstin else {
            return try page(errors)
        }
        let outcome = try store.resume(
            iec: iec, gstin: gstin, mobile: visit.field("mobile_otp"), email: visit.field("email_otp"),
            replacing: visit.sessionID, client: visit.client)
        switch outcome {
        case .proven(let session): return visit.redirect(to: .registerVerified, session: session)
        case .finished(let session): return visit.redirect(to: .registerDone, session: session)
        case .expired:
            errors.add(SessionEnd.expired.message)
        case .refused:
            errors.add(
                "These details and OTPs do not match. Please check all four; if the OTPs cannot be used any more, start again with Simplified Registration."
            )
        }
        return try page(errors)
    }

    private func page(
        _ errors: FormErrors, status: HTTPResponse.Status = .unprocessableContent
    ) throws(StoreError) -> Response {
        let needsCaptcha = try visit.portal.store.resumeNeedsCaptcha(
            iec: try? IEC(visit.field("iec")), gstin: try? GSTIN(visit.field("gstin")), client: visit.client)
        let page = ResumePage(
            formToken: visit.formToken(for: .resume), errors: errors.summary,
            iec: errors.state(of: "iec", value: visit.field("iec")),
            gstin: errors.state(of: "gstin", value: visit.field("gstin")),
            mobileOTP: errors.state(of: "mobile_otp"), emailOTP: errors.state(of: "email_otp"),
            captcha: needsCaptcha ? visit.newCaptcha(errors.messages(of: "captcha")) : nil)
        return visit.registrationPage(page, title: ResumePage.title, status: status, hasErrors: !errors.isEmpty)
    }
}
