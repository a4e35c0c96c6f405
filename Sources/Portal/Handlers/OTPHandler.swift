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
            if !judgement.isMobileRight { errors.add(Self.wrongMobile, to: "mobile_otp") }
            if !judgement.isEmailRight { errors.add(Self.wrongEmail, to: "email_otp") }
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
        let wantsNewPair = visit.field("new_pair") == "1" && purpose == .registration
        let outcome =
            wantsNewPair
            ? try visit.portal.store.requestNewPair(registration, client: visit.client)
            : try visit.portal.store.resend(registration, purpose, client: visit.client)
        switch outcome {
        case .sent, .refused: return visit.redirect(to: .registerOTP(purpose))
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

    // The advisory says the same of both pairs.
    private static let wrongMobile: Message =
        "Entered mobile OTP is not correct. Please try again with correct OTP."
    private static let wrongEmail: Message = "Entered email OTP is not correct. Please try again with correct OTP."

    /// What to do when no try is left.
    private func exhausted(_ registration: RegistrationRecord, canRequestNewPair: Bool) -> Message {
        switch (purpose, canRequestNewPair) {
        case (.alternate, _):
            "No try is left for these OTPs. Please enter the alternate e-mail ID and mobile number again."
        case (.registration, true): "No try is left for these OTPs. Please ask for new ones below."
        case (.registration, false):
            Message(
                "No try is left, and no further OTPs can be sent for this registration. It can be begun again at %{time}.",
                ["time": IndianTime.dateAndTime(registration.expiresAt)])
        }
    }

    private func page(
        _ registration: RegistrationRecord, _ errors: FormErrors, notice: Message? = nil,
        status: HTTPResponse.Status = .unprocessableContent
    ) throws(StoreError) -> Response {
        let store = visit.portal.store
        guard let pair = try store.otpPair(of: registration, purpose) else { return visit.redirect(to: .register) }
        let canRequestNewPair = purpose == .registration && store.mayRequestNewPair(after: pair)
        let isExhausted = pair.triesLeft == 0
        var errors = errors
        if isExhausted { errors.add(exhausted(registration, canRequestNewPair: canRequestNewPair)) }
        let deliveries = try store.deliveries(of: pair)
        // A message that cannot be delivered was not "sent successfully", whatever the page said before.
        let isFailing = deliveries.contains { $0.state == .refused || $0.state == .givenUp }
        let sendsLeft = isExhausted ? 0 : pair.sendsLeft
        let mustWait = pair.secondsUntilResend > 0 && sendsLeft > 0
        let page = OTPVerificationPage(
            action: Route.registerOTP(purpose).path, formToken: visit.formToken(for: .registerOTP(purpose)),
            isAlternate: purpose == .alternate, errors: errors.summary, notice: isFailing || isExhausted ? nil : notice,
            mobileOTP: errors.state(of: "mobile_otp"), emailOTP: errors.state(of: "email_otp"),
            maskedEmail: pair.contacts.email.masked, maskedMobile: pair.contacts.mobile.masked,
            triesLeft: String(pair.triesLeft), expiresAt: IndianTime.dateAndTime(pair.expiresAt),
            resendPath: Route.registerResend(purpose).path, resendToken: visit.formToken(for: .registerResend(purpose)),
            canResend: !mustWait && sendsLeft > 0, resendAt: mustWait ? IndianTime.time(pair.resendAt) : "",
            resendInSeconds: mustWait ? String(pair.secondsUntilResend) : "",
            sendsLeft: sendsLeft > 0 ? String(sendsLeft) : "",
            deliveries: deliveries.map(OTPDelivery.init),
            isDelivering: deliveries.contains { $0.state == .waiting || $0.state == .sending },
            canRequestNewPair: canRequestNewPair)
        return visit.registrationPage(
            page, title: OTPVerificationPage.title, status: status, hasErrors: !errors.isEmpty)
    }
}

extension OTPDelivery {
    fileprivate init(_ delivery: Delivery) {
        let channel: Message = delivery.channel == .sms ? "SMS" : "E-mail"
        let state: Message =
            switch delivery.state {
            case .waiting, .sending: "Waiting to be sent"
            case .sent: Message("Handed over at %{time}", ["time": delivery.endedAt.map(IndianTime.time) ?? ""])
            case .refused: "Refused: please check the address"
            case .givenUp: "Could not be delivered in time"
            }
        self.init(channel: channel, state: state)
    }
}
