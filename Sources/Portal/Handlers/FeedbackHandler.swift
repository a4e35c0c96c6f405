import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration

/// What people tell the portal of itself: kept under a reference number.
struct FeedbackHandler {
    let visit: Visit

    func show() -> Response { page(FormErrors(), status: .ok) }

    func submit() throws(StoreError) -> Response {
        var errors = FormErrors()
        let message = errors.read("feedback") { () throws(InvalidValue) in try FeedbackText(visit.field("feedback")) }
        var email: EmailAddress?
        if !visit.field("email").isEmpty {
            email = errors.read("email") { () throws(InvalidValue) in try EmailAddress(visit.field("email")) }
        }
        guard try errors.passCaptcha(of: visit), let message else { return page(errors) }
        let outcome = try visit.portal.store.keepFeedback(
            message, email: email, form: visit.field("captcha_token"), client: visit.client)
        switch outcome {
        case .tooMany(let wait): return visit.error(.tooManyRequests, retryAfter: wait)
        case .kept(let reference): return visit.redirect(to: .feedback, notice: Self.kept(reference))
        }
    }

    private static func kept(_ reference: FeedbackReference) -> Notice { Notice("reference", reference.text) }

    private func page(_ errors: FormErrors, status: HTTPResponse.Status = .unprocessableContent) -> Response {
        let reference = visit.request.query["reference"].flatMap(FeedbackReference.init).flatMap {
            visit.carries(Self.kept($0)) ? $0 : nil
        }
        let page = FeedbackPage(
            formToken: visit.formToken(for: .feedback), errors: errors.summary,
            notice: reference.map {
                Message("Thank you. Your feedback is kept under the reference number %{number}.", ["number": $0.text])
            },
            feedback: errors.state(of: "feedback", value: visit.field("feedback")),
            email: errors.state(of: "email", value: visit.field("email")),
            captcha: visit.newCaptcha(errors.messages(of: "captcha")))
        return visit.page(page, title: FeedbackPage.title, status: status, hasErrors: !errors.isEmpty)
    }
}
