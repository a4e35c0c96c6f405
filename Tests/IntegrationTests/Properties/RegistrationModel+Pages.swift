import FoundationEssentials
import Persistence
import Registration

/// What a page says that is opened.
extension RegistrationModel {
    func startPage(_ standing: Standing) -> Expected {
        var page = Expected.page("Enter IEC", "Enter GSTIN", "Enter Password")
        switch standing {
        case .registration(let reference):
            if !isExpired(self[reference]) {
                let step = self[reference].step
                return step == .finished ? page : .redirect(Self.path(of: step))
            }
            page.problems = [self[reference].step == .identified ? Self.timedOutMessage : Self.expiredMessage]
        case .timedOut(.registration): page.problems = [Self.timedOutMessage]
        case .takenOver:
            page.problems = [
                "The registration was begun again elsewhere, so this session has ended. Carry on there, or enter your details again."
            ]
        case .nobody, .renewed, .timedOut, .account: break
        }
        return page
    }

    static let expiredMessage =
        "The OTPs have expired: they hold for 2 hours. The ICEGATE ID that was held for you is free again. Please start fresh."
    static let timedOutMessage =
        "Your session has ended: it holds for 15 minutes without a request, and for 2 hours in all. If you have the OTPs already, carry on with them; otherwise enter your details again."
    static let captchaMissing = "Enter the 6 characters of the captcha."

    func open(_ page: Action.Page, _ standing: Standing, _ action: Action) -> Expected {
        let account: Account? = if case .account(let holder) = standing { holders[holder].account } else { nil }
        let found: (Reference?, elsewhere: Expected)
        switch page {
        case .register: return startPage(standing)
        case .account: found = here(standing, at: .identified)
        case .otp: found = here(standing, at: .otpSent)
        case .verified, .finish, .alternate: found = here(standing, at: .verified, .alternateSent)
        case .alternateOTP: found = here(standing, at: .alternateSent)
        case .done: found = here(standing, at: .finished)
        case .resume:
            var expected = Expected.page("IEC Number", "GSTIN Number", "Mobile OTP", "Email OTP")
            showCaptcha(needsCaptcha(holder: nil, client: client(action)), on: &expected)
            return expected
        case .temporaryPassword: return .page("Captcha")
        case .login:
            if account != nil { return .redirect("/account") }
            var expected = Expected.page("ICEGATE ID")
            showCaptcha(needsLoginCaptcha(name: "", client: client(action)), on: &expected)
            return expected
        case .home:
            guard let account else { return toLogin(standing) }
            return .page(
                "Welcome, \(account.name).", Self.masked(account.contacts.email),
                "******" + account.contacts.mobile.suffix(4))
        case .filing:
            guard account != nil else { return toLogin(standing) }
            return .error(403, "This account may not file Customs documents")
        }
        guard let reference = found.0 else { return found.elsewhere }
        switch page {
        case .otp: return otpPage(reference, .registration)
        case .alternateOTP: return otpPage(reference, .alternate)
        case .account: return .page("Enter Your ICEGATE ID", "Confirm Password")
        case .verified: return .page("OTP verified successfully.", "Finish")
        case .finish: return .page("Are you sure finish the auto iec registration process.")
        case .alternate: return .page("Alternate Email ID", "Alternate Mobile Number")
        default: return .page(doneMessage(self[reference]))
        }
    }

    /// Who is not logged in is led there, and told why where it is known.
    func toLogin(_ standing: Standing) -> Expected {
        .redirect(standing == .timedOut(.account) ? "/login?notice=timed-out" : "/login")
    }

    func doneMessage(_ registration: Registration) -> String {
        let isAlternate = registration.newest(.alternate).map { registration.pairs[$0].end } == "consumed"
        let name = registration.name ?? ""
        return isAlternate
            ? "OTP verified successfully. Your ICEGATE ID and password generated successfully. Please login with your credentials. Your ICEGATE ID is \(name)"
            : "OTP verify successfully. Your icegate id and password generated successfully and please login with your credentials. Your ICEGATE ID is \(name)"
    }

    func otpPage(
        _ reference: Reference, _ purpose: OTPPurpose, isRefused: Bool = false, problems: [String] = []
    ) -> Expected {
        let registration = self[reference]
        guard let pair = registration.newest(purpose).map({ registration.pairs[$0] }) else { return .page() }
        var expected = Expected(status: isRefused ? 422 : 200, problems: problems)
        let until = IndianTime.dateAndTime(Date(timeIntervalSince1970: Double(pair.expiresAt)))
        expected.shows = [
            "Tries left \(pair.triesLeft)", "The OTPs hold until \(until)", Self.masked(pair.contacts.email),
            purpose == .registration ? "Enter Mobile OTP" : "Enter Alternate Mobile OTP",
        ]
        let sent =
            purpose == .registration
            ? "Your OTP sent successfully on your registered mobile number and email id."
            : "OTP sent successfully on your alternate mobile number and email id."
        if !isRefused, pair.triesLeft > 0 { expected.shows.append(sent) } else { expected.hides.append(sent) }
        let again = "They can be sent again at "
        if pair.triesLeft == 0 {
            expected.problems.append(exhausted(registration, purpose))
            expected.hides.append(again)
            if mayHaveNewPair(registration, purpose) { expected.shows.append("Send new OTPs") }
        } else if pair.sends == 5 {
            expected.shows.append("They were sent as often as is possible.")
            expected.hides.append(again)
        } else {
            expected.shows.append("Sends left: \(5 - pair.sends)")
            let time = IndianTime.time(Date(timeIntervalSince1970: Double(pair.lastSentAt + 60)))
            if now < pair.lastSentAt + 60 {
                expected.shows.append(again + time)
            } else {
                expected.hides.append(again)
            }
            expected.hides.append("Send new OTPs")
        }
        return expected
    }

    func exhausted(_ registration: Registration, _ purpose: OTPPurpose) -> String {
        if mayHaveNewPair(registration, purpose) {
            return "No try is left for these OTPs. Please ask for new ones with the button Send new OTPs."
        }
        if purpose == .alternate { return "No try is left, and no f" + Self.noChangeLeft.dropFirst(4) }
        let end = IndianTime.dateAndTime(Date(timeIntervalSince1970: Double(registration.expiresAt)))
        return
            "No try is left, and no further OTPs can be sent for this registration. It can be begun again at \(end)."
    }

    /// What is told who has had three pairs for other contacts.
    static let noChangeLeft =
        "No further OTPs can be sent for a change of contacts in this registration. Press Finish to keep the verified ones; they can be changed later from your account."

    static func masked(_ email: String) -> String {
        "\(email.prefix(1))***\(email.drop { $0 != "@" })"
    }
}
