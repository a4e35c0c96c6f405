import HTMLTemplate
import HTTP
import Persistence
import Registration

extension Route {
    /// The page on which a registration at a step goes on.
    static func page(of step: RegistrationStep) -> Route {
        switch step {
        case .identified: .registerAccount
        case .otpSent: .registerOTP(.registration)
        case .verified: .registerVerified
        case .alternateSent: .registerOTP(.alternate)
        case .finished: .registerDone
        }
    }
}

/// Why a registration's page leads back to the beginning; carried by the redirect's query.
enum SessionEnd: String, CaseIterable {
    case expired
    case timedOut = "timed-out"
    case takenOver = "taken-over"

    /// Why a registration whose time has passed leads back: one that had OTPs has lost its name.
    init(of registration: RegistrationRecord) { self = registration.icegateID == nil ? .timedOut : .expired }

    /// The name of the query parameter.
    static let parameter = "ended"

    /// What carries it.
    var notice: Notice { Notice(Self.parameter, rawValue) }

    var message: Message {
        switch self {
        case .expired:
            "The OTPs have expired: they hold for 2 hours. The ICEGATE ID that was held for you is free again. Please start fresh."
        case .timedOut:
            "Your session has ended: it holds for 15 minutes without a request, and for 2 hours in all. If you have the OTPs already, carry on with them; otherwise enter your details again."
        case .takenOver:
            "The registration was begun again elsewhere, so this session has ended. Carry on there, or enter your details again."
        }
    }
}

extension Visit {
    /// What a page of the registration may work with: the registration of this session, or where to go instead.
    enum Registrant {
        case here(RegistrationRecord)
        case elsewhere(Response)
    }

    /// The registration of this session, when it stands at one of `steps`; otherwise the page of the step reached, or
    /// the beginning.
    func registrant(at steps: RegistrationStep...) -> Registrant {
        switch state {
        case .registration(let registration):
            if registration.isExpired { return .elsewhere(backToStart(SessionEnd(of: registration))) }
            guard steps.contains(registration.step) else {
                return .elsewhere(redirect(to: .page(of: registration.step)))
            }
            return .here(registration)
        case .timedOut(.registration): return .elsewhere(backToStart(.timedOut))
        case .takenOver: return .elsewhere(backToStart(.takenOver))
        case .none, .renewed, .timedOut, .endedElsewhere, .account, .renewedAccount, .passwordReset,
            .passwordResetDone:
            return .elsewhere(redirect(to: .register))
        }
    }

    /// Why the beginning is shown: the notice that led to it, or the end of the registration's session that this browser
    /// had, where the store knows it.
    var sessionEnd: SessionEnd? {
        if let told = SessionEnd.allCases.first(where: { carries($0.notice) }) { return told }
        return switch state {
        case .registration(let registration) where registration.isExpired: SessionEnd(of: registration)
        case .timedOut(.registration): .timedOut
        case .takenOver: .takenOver
        case .none, .registration, .renewed, .timedOut, .endedElsewhere, .account, .renewedAccount, .passwordReset,
            .passwordResetDone:
            nil
        }
    }

    /// What /forgot-password says when the session in which a new password was to be set has timed out.
    var passwordResetEnd: Message? {
        guard case .timedOut(.passwordReset) = state else { return nil }
        return
            "Your session has ended: it holds for 15 minutes without a request. Your password is as it was. Please ask for new OTPs."
    }

    /// Where somebody stands whom the store knows: the page of the step reached, or the account.
    var placeReached: Route? {
        switch state {
        case .registration(let registration), .renewed(let registration):
            registration.isExpired ? .register : .page(of: registration.step)
        case .account: .account(.home)
        case .passwordReset: .forgottenPassword(.newPassword)
        case .renewedAccount: .account(.home)
        case .none, .takenOver, .timedOut, .endedElsewhere, .passwordResetDone: nil
        }
    }

    /// The beginning, with the reason for it.
    func backToStart(_ reason: SessionEnd) -> Response {
        redirect(to: .register, notice: reason.notice)
    }
}
