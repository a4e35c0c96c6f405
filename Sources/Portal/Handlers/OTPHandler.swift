import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration

/// S08-S09 and, for alternate contacts, S12-S13: the two OTPs, and sending them again.
struct OTPHandler {
    let visit: Visit
    let purpose: OTPPurpose

    func show() throws(StoreError) -> Response {
        switch visit.registrant(at: step) {
        case .elsewhere(let response): response
        case .here(let registration): try page(registration, FormErrors(), notice: sentNotice, status: .ok)
        }
    }

    func submit() throws(StoreError) -> Response {
        let registration: RegistrationRecord
        // At whatever step it stands: this may be the second half of a double click, whose first answer may not have
        // reached the browser.
        switch visit.state {
        case .renewed(let found): registration = found
        case .registration(let found) where !found.isExpired: registration = found
        default:
            switch visit.registrant(at: step) {
            case .elsewhere(let response): return response
            case .here(let found): registration = found
            }
        }
        let outcome = try visit.portal.store.verify(
            registration, purpose, mobile: visit.field("mobile_otp"), email: visit.field("email_otp"),
            session: visit.sessionID, client: visit.client)
        switch outcome {
        case .proven(let session): return visit.redirect(to: .registerVerified, session: session)
        case .finished(let session): return visit.redirect(to: .registerDone, session: session)
        case .moved(let step): return visit.redirect(to: .page(of: step))
        case .expired: return visit.backToStart(.expired)
        case .takenOver: return visit.backToStart(.takenOver)
        case .wrong(let judgement):
            var errors = FormErrors()
            errors.add(judgement)
            return try page(registration, errors)
        case .exhausted:
            return try page(registration, FormErrors())
        }
    }

    /// Sends the pair again, or a new one when the tries of the old are used up.
    func resend() throws(StoreError) -> Response {
        let registration: RegistrationRecord
        switch visit.registrant(at: step) {
        case .elsewhere(let response): return response
        case .here(let found): registration = found
        }
        let wantsNewPair = visit.field("new_pair") == "1"
        let outcome =
            wantsNewPair
            ? try visit.portal.store.requestNewPair(registration, purpose, client: visit.client)
            : try visit.portal.store.resend(registration, purpose, client: visit.client)
        switch outcome {
        case .sent: return visit.redirect(to: .registerOTP(purpose))
        case .refused: return try page(registration, FormErrors(), refused: wantsNewPair ? .newPair : .resend)
        case .moved(let step): return visit.redirect(to: .page(of: step))
        case .expired: return visit.backToStart(.expired)
        case .tooEarly(let wait), .tooMany(let wait): return visit.error(.tooManyRequests, retryAfter: wait)
        }
    }

    private var step: RegistrationStep { purpose == .registration ? .otpSent : .alternateSent }

    private var sentNotice: Message {
        switch purpose {
        case .registration: "Your OTP sent successfully on your registered mobile number and email id."
        case .alternate: "OTP sent successfully on your alternate mobile number and email id."
        }
    }

    /// What to do when no try is left.
    private func exhausted(_ registration: RegistrationRecord, canRequestNewPair: Bool) -> Message {
        switch (purpose, canRequestNewPair) {
        case (_, true):
            "No try is left for these OTPs. Please ask for new ones with the button Send new OTPs."
        case (.alternate, false):
            "No try is left, and no further OTPs can be sent for a change of contacts in this registration. Press Finish to keep the verified ones; they can be changed later from your account."
        case (.registration, false):
            Message(
                "No try is left, and no further OTPs can be sent for this registration. It can be begun again at %{time}.",
                ["time": IndianTime.dateAndTime(registration.expiresAt)])
        }
    }

    /// What is asked for beside the page's own form.
    private enum Wish {
        case resend
        case newPair
    }

    /// Why a wish is refused while tries are left.
    private func refusal(of wish: Wish, _ pair: OTPPairRecord) throws(StoreError) -> Message {
        switch wish {
        case .resend: OTPStatus.noSendLeft
        case .newPair where try visit.portal.store.hasPairsLeft(after: pair):
            "New OTPs can be sent when no try is left for these."
        case .newPair: "No further OTPs can be sent for this registration."
        }
    }

    private func page(
        _ registration: RegistrationRecord, _ errors: FormErrors, refused wish: Wish? = nil, notice: Message? = nil,
        status: HTTPResponse.Status = .unprocessableContent
    ) throws(StoreError) -> Response {
        let store = visit.portal.store
        guard let pair = try store.otpPair(of: registration, purpose) else { return visit.redirect(to: .register) }
        let canRequestNewPair = try store.mayRequestNewPair(after: pair)
        let isExhausted = pair.triesLeft == 0
        var errors = errors
        if isExhausted {
            errors.add(exhausted(registration, canRequestNewPair: canRequestNewPair))
        } else if let wish {
            errors.add(try refusal(of: wish, pair))
        }
        let deliveries = try store.deliveries(of: pair)
        let page = OTPVerificationPage(
            action: Route.registerOTP(purpose).path, formToken: visit.formToken(for: .registerOTP(purpose)),
            isAlternate: purpose == .alternate, errors: errors.summary,
            notice: deliveries.isFailing || isExhausted ? nil : notice,
            mobileOTP: errors.state(of: "mobile_otp"), emailOTP: errors.state(of: "email_otp"),
            maskedEmail: pair.contacts.email.masked, maskedMobile: pair.contacts.mobile.masked,
            status: OTPStatus(
                pair, deliveries, on: .registerOTP(purpose), resend: .registerResend(purpose),
                canRequestNewPair: canRequestNewPair, visit: visit))
        return visit.registrationPage(
            page, title: OTPVerificationPage.title, status: status, hasErrors: !errors.isEmpty)
    }
}
