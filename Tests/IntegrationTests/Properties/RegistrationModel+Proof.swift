import Persistence
import Registration

/// S08-S13: OTPs on the live pages, other contacts, and the end.
extension RegistrationModel {
    mutating func prove(
        _ standing: Standing, _ purpose: OTPPurpose, _ typed: Codes, session: Int
    ) -> Expected {
        let step: RegistrationStep = purpose == .registration ? .otpSent : .alternateSent
        let reference: Reference
        switch standing {
        case .renewed(let known): reference = known
        case .registration(let known):
            if isExpired(self[known]) { return end(self[known]) }
            reference = known
        case .nobody, .takenOver, .timedOut, .account: return here(standing, at: step).elsewhere
        }
        if isExpired(self[reference]) { return .expired }
        let elsewhere = Expected.redirect(Self.path(of: self[reference].step))
        guard let index = self[reference].newest(purpose) else { return elsewhere }
        let pair = self[reference].pairs[index]
        if pair.end == "consumed" {
            // The second half of a double click.
            guard now - pair.endedAt < 60, pair.liveTries < 5 else { return elsewhere }
            guard judge(pair, typed) == (true, true) else {
                self[reference].pairs[index].liveTries += 1
                return elsewhere
            }
            return proven(reference, purpose, from: session)
        }
        guard self[reference].step == step else { return elsewhere }
        guard pair.liveTries < 5 else { return otpPage(reference, purpose, isRefused: true) }
        let (isMobileRight, isEmailRight) = judge(pair, typed)
        guard isMobileRight, isEmailRight else {
            self[reference].pairs[index].liveTries += 1
            var problems: [String] = []
            if !isMobileRight {
                problems.append("Entered mobile OTP is not correct. Please try again with correct OTP.")
            }
            if !isEmailRight {
                problems.append("Entered email OTP is not correct. Please try again with correct OTP.")
            }
            return otpPage(reference, purpose, isRefused: true, problems: problems)
        }
        consume(reference, index)
        return proven(reference, purpose, from: session)
    }

    mutating func proven(_ reference: Reference, _ purpose: OTPPurpose, from session: Int) -> Expected {
        .redirect(
            purpose == .registration ? "/register/verified" : "/register/done",
            session: beginSession(of: .registration(reference), replacing: session))
    }

    mutating func resend(_ standing: Standing, _ purpose: OTPPurpose, client: String) -> Expected {
        let found = here(standing, at: purpose == .registration ? .otpSent : .alternateSent)
        guard let reference = found.0 else { return found.elsewhere }
        let page = Expected.redirect(Self.path(of: self[reference].step))
        guard let index = self[reference].newest(purpose) else { return page }
        let pair = self[reference].pairs[index]
        // The second half of a double click.
        guard now >= pair.lastSentAt + 5 || pair.sends == 1 else { return page }
        guard pair.triesLeft > 0, pair.sends < 5 else {
            let reason = "The OTPs cannot be sent again: they were sent as often as is possible."
            return otpPage(reference, purpose, isRefused: true, problems: pair.triesLeft > 0 ? [reason] : [])
        }
        guard now >= pair.lastSentAt + 60 else {
            return .error(429, "Too many tries", retryAfter: pair.lastSentAt + 60 - now)
        }
        if purpose == .alternate, let wait = countAlternateSend(pair.contacts, client: client) {
            return .error(429, "Too many tries", retryAfter: wait)
        }
        self[reference].pairs[index].sends += 1
        self[reference].pairs[index].lastSentAt = now
        owe(reference, index)
        return page
    }

    mutating func requestNewPair(_ standing: Standing, _ purpose: OTPPurpose, client: String) -> Expected {
        let found = here(standing, at: purpose == .registration ? .otpSent : .alternateSent)
        guard let reference = found.0 else { return found.elsewhere }
        let page = Expected.redirect(Self.path(of: self[reference].step))
        guard let index = self[reference].newest(purpose) else { return page }
        let pair = self[reference].pairs[index]
        if mayHaveNewPair(self[reference], purpose) {
            if purpose == .alternate, let wait = countAlternateSend(pair.contacts, client: client) {
                return .error(429, "Too many tries", retryAfter: wait)
            }
            makePair(reference, purpose, pair.contacts)
            return page
        }
        let generation = self[reference].pairs.count(where: { $0.purpose == purpose })
        // The second half of a double click.
        if pair.triesLeft > 0, generation > 1, now < pair.lastSentAt + 5 { return page }
        let reason =
            generation < 3
            ? "New OTPs can be sent when no try is left for these."
            : "No further OTPs can be sent for this registration."
        return otpPage(reference, purpose, isRefused: true, problems: pair.triesLeft > 0 ? [reason] : [])
    }

    mutating func changeContacts(
        _ standing: Standing, _ typed: Action.ContactsTyped, client: String
    ) -> Expected {
        let found = here(standing, at: .verified, .alternateSent)
        guard let reference = found.0 else { return found.elsewhere }
        if typed == .malformed {
            return .page("Alternate Email ID", problems: [RuleViolation.emailForm, .mobileForm].map(\.explanation))
        }
        let contacts = text(typed, of: reference.holder, standing)
        guard contacts != self[reference].contacts else {
            return .page(
                "Alternate Email ID",
                problems: [
                    "These are the e-mail ID and mobile number that were verified already: press Finish to keep them."
                ])
        }
        if let index = self[reference].newest(.alternate) {
            let pair = self[reference].pairs[index]
            if pair.contacts == contacts, pair.end == "-", pair.expiresAt > now, pair.triesLeft > 0 {
                return .redirect("/register/alternate/otp")
            }
        }
        guard self[reference].pairs.filter({ $0.purpose == .alternate }).count < 3 else {
            return .page(
                "Alternate Email ID",
                problems: [Self.noChangeLeft])
        }
        if let wait = countAlternateSend(contacts, client: client) {
            return .error(429, "Too many tries", retryAfter: wait)
        }
        self[reference].step = .alternateSent
        makePair(reference, .alternate, contacts)
        return .redirect("/register/alternate/otp")
    }

    mutating func finish(_ standing: Standing) -> Expected {
        let found = here(standing, at: .verified, .alternateSent)
        guard let reference = found.0 else { return found.elsewhere }
        makeAccount(reference, self[reference].contacts)
        return .redirect("/register/done")
    }

    mutating func makeAccount(_ reference: Reference, _ contacts: ContactsText) {
        let registration = self[reference]
        let name = registration.name ?? ""
        holders[reference.holder].account = Account(name: name, contacts: contacts)
        names[name] = Reservation(registration: reference, isAccount: true)
        self[reference].step = .finished
        self[reference].end = "finished"
        for index in registration.pairs.indices where registration.pairs[index].end == "-" {
            self[reference].pairs[index].end = "superseded"
            self[reference].pairs[index].endedAt = now
        }
        for index in holders[reference.holder].temporaryPasswords.indices
        where holders[reference.holder].temporaryPasswords[index].end == "-" {
            holders[reference.holder].temporaryPasswords[index].end = "used"
        }
        owed.append(Message(template: "registration-finished", recipient: contacts.email))
        if contacts != registration.contacts {
            for recipient in [registration.contacts.email, registration.contacts.mobile] {
                owed.append(Message(template: "contacts-changed", recipient: recipient))
            }
        }
    }
}
