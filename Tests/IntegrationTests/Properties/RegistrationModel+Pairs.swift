import Persistence
import Registration

/// What a pair of OTPs goes through, whoever moves it.
extension RegistrationModel {
    /// Makes a pair in place of the one before it; the registration and its name hold as long as the pair.
    mutating func makePair(_ reference: Reference, _ purpose: OTPPurpose, _ contacts: ContactsText) {
        for index in self[reference].pairs.indices
        where self[reference].pairs[index].purpose == purpose && self[reference].pairs[index].end == "-" {
            self[reference].pairs[index].end = "superseded"
            self[reference].pairs[index].endedAt = now
        }
        let pair = Pair(purpose: purpose, contacts: contacts, generatedAt: now, lastSentAt: now)
        self[reference].pairs.append(pair)
        self[reference].expiresAt = pair.expiresAt
        if let name = self[reference].name { names[name] = Reservation(registration: reference, until: pair.expiresAt) }
        owe(reference, self[reference].pairs.count - 1)
    }

    mutating func owe(_ reference: Reference, _ index: Int) {
        let pair = self[reference].pairs[index]
        let template = pair.purpose == .registration ? "one-time-password" : "alternate-one-time-password"
        for recipient in [pair.contacts.mobile, pair.contacts.email] {
            owed.append(
                Message(
                    template: template, recipient: recipient, usefulUntil: pair.expiresAt,
                    secret: .code(reference, pair: index)))
        }
    }

    mutating func consume(_ reference: Reference, _ index: Int) {
        self[reference].pairs[index].end = "consumed"
        self[reference].pairs[index].endedAt = now
        switch self[reference].pairs[index].purpose {
        case .registration: self[reference].step = .verified
        case .alternate: makeAccount(reference, self[reference].pairs[index].contacts)
        }
    }

    func judge(_ pair: Pair, _ typed: Codes) -> (Bool, Bool) {
        func digits(_ text: String) -> String {
            String(decoding: text.utf8.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "-") }, as: UTF8.self)
        }
        return (digits(typed.mobile) == pair.codes.mobile, digits(typed.email) == pair.codes.email)
    }

    func mayHaveNewPair(_ registration: Registration, _ purpose: OTPPurpose) -> Bool {
        let pairs = registration.pairs.filter { $0.purpose == purpose }
        return pairs.count < 3 && pairs.last?.triesLeft == 0
    }

    /// A registration whose time has passed ends: its name is free.
    mutating func expire(_ reference: Reference) {
        self[reference].end = "expired"
        for index in self[reference].pairs.indices where self[reference].pairs[index].end == "-" {
            self[reference].pairs[index].end = "expired"
            self[reference].pairs[index].endedAt = now
        }
        freeNames(of: reference)
    }

    /// Frees the names that a registration holds: for the minutes in which its form is filled in, or until it expires.
    mutating func freeNames(of reference: Reference) {
        for (name, reservation) in names
        where reservation.registration == reference && !reservation.isAccount && reservation.until > now {
            names[name]?.until = now
        }
    }
}
