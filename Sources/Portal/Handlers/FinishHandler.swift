import HTMLTemplate
import HTTP
import Persistence
import Registration

/// S10-S11 and the end of S13: what was verified, the question, and the end.
struct FinishHandler {
    let visit: Visit

    func showVerified() -> Response {
        switch visit.registrant(at: .verified, .alternateSent) {
        case .elsewhere(let response): response
        case .here:
            visit.registrationPage(
                VerifiedPage(formToken: visit.formToken(for: .registerFinish)), title: VerifiedPage.title)
        }
    }

    /// The question of the confirm box, as a page.
    func ask() -> Response {
        switch visit.registrant(at: .verified, .alternateSent) {
        case .elsewhere(let response): response
        case .here:
            visit.registrationPage(
                FinishPage(formToken: visit.formToken(for: .registerFinish)), title: FinishPage.title)
        }
    }

    func submit() throws(StoreError) -> Response {
        // Another tab proved alternate contacts at the same instant, and its session took the place of this one.
        if case .renewed(let registration) = visit.state { return visit.redirect(to: .page(of: registration.step)) }
        switch visit.registrant(at: .verified, .alternateSent) {
        case .elsewhere(let response): return response
        case .here(let registration):
            switch try visit.portal.store.finish(registration, client: visit.client) {
            case .finished: return visit.redirect(to: .registerDone)
            case .moved(let step): return visit.redirect(to: .page(of: step))
            case .expired: return visit.backToStart(.expired)
            }
        }
    }

    func showDone() throws(StoreError) -> Response {
        switch visit.registrant(at: .finished) {
        case .elsewhere(let response): return response
        case .here(let registration):
            let alternate = try visit.portal.store.otpPair(of: registration, .alternate)
            let name = registration.icegateID?.text ?? ""
            let message =
                alternate?.isConsumed == true
                ? Message(Self.doneWithAlternateContacts, ["icegate_id": name])
                : Message(Self.done, ["icegate_id": name])
            return visit.registrationPage(DonePage(message: message), title: DonePage.title)
        }
    }

    // The advisory's words for the two cases, which differ.
    private static let done =
        "OTP verify successfully. Your icegate id and password generated successfully and please login with your credentials. Your ICEGATE ID is %{icegate_id}"
    private static let doneWithAlternateContacts =
        "OTP verified successfully. Your ICEGATE ID and password generated successfully. Please login with your credentials. Your ICEGATE ID is %{icegate_id}"
}
