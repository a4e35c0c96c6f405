import MariaDB
public import Registration

/// What came of a wish to have OTPs sent.
public enum SendOutcome: Sendable, Equatable {
    /// The messages are in the outbox.
    case sent
    /// It is too early: nothing was done.
    case tooEarly(retryAfter: Duration)
    /// Too much was sent to these contacts, from this address, or by all: nothing was done.
    case tooMany(retryAfter: Duration)
    /// No send or pair is left: nothing was done.
    case refused
    /// The registration stands elsewhere already.
    case moved(RegistrationStep)
    /// The registration's time has passed.
    case expired
}

extension Store {
    /// Sends the live pair once more: the same codes, at the same expiry.
    public func resend(
        _ registration: RegistrationRecord, _ purpose: OTPPurpose, client: Client
    ) throws(StoreError) -> SendOutcome {
        try transaction { (connection) throws(DatabaseError) in
            guard let current = try Registrations.lock(registration.id, on: &connection), !current.isExpired else {
                return .rollback(.expired)
            }
            guard current.step == purpose.stepOfProof,
                let pair = try OTPPairs.newest(of: .registration(current.id, purpose), limits: limits, on: &connection)
            else { return .rollback(.moved(current.step)) }
            // The second half of a double click: what it asks for has just been done.
            if pair.wasJustSentAgain, pair.isLive { return .rollback(.sent) }
            guard pair.isLive, pair.triesLeft > 0, pair.sendsLeft > 0 else { return .rollback(.refused) }
            guard try OTPPairs.countSend(pair.id, limits: limits, on: &connection) else {
                return .rollback(.tooEarly(retryAfter: .seconds(max(1, pair.secondsUntilResend))))
            }
            if purpose == .alternate, let wait = try countContactSend(pair.contacts, client, on: &connection) {
                return .rollback(.tooMany(retryAfter: wait))
            }
            try outbox.addCodes(
                purpose.template, to: pair.contacts, language: client.language, seed: pair.seed, otpPairID: pair.id,
                icegateID: current.icegateID, client: client, on: &connection)
            try audit(.resend, "sent", current, client, on: &connection)
            return .commit(.sent)
        }
    }

    /// Makes a new pair for the contacts of the old one when its tries are used up.
    public func requestNewPair(
        _ registration: RegistrationRecord, _ purpose: OTPPurpose, client: Client
    ) throws(StoreError) -> SendOutcome {
        try transaction { (connection) throws(DatabaseError) in
            guard let current = try Registrations.lock(registration.id, on: &connection), !current.isExpired else {
                return .rollback(.expired)
            }
            let subject = OTPSubject.registration(current.id, purpose)
            guard current.step == purpose.stepOfProof,
                let pair = try OTPPairs.newest(of: subject, limits: limits, on: &connection)
            else { return .rollback(.moved(current.step)) }
            let count = try OTPPairs.count(of: subject, on: &connection)
            if pair.wasJustSent, count > 1, pair.triesLeft > 0 { return .rollback(.sent) }
            guard pair.triesLeft == 0, count < limits.otpPairs else { return .rollback(.refused) }
            if purpose == .alternate, let wait = try countContactSend(pair.contacts, client, on: &connection) {
                return .rollback(.tooMany(retryAfter: wait))
            }
            let seed = OneTimePasswordPair.drawSeed(for: pair.contacts, keys: keys, random: random)
            let pairID = try OTPPairs.make(
                for: subject, contacts: pair.contacts, seed: seed, limits: limits, on: &connection)
            try outbox.addCodes(
                purpose.template, to: pair.contacts, language: client.language, seed: seed, otpPairID: pairID,
                icegateID: current.icegateID, client: client, on: &connection)
            try Registrations.extend(current.id, on: &connection)
            try audit(.newPair, "sent", current, client, on: &connection)
            return .commit(.sent)
        }
    }

    /// Whether a pair's tries are used up and its registration may have another one.
    public func mayRequestNewPair(after pair: OTPPairRecord) throws(StoreError) -> Bool {
        guard pair.triesLeft == 0 else { return false }
        return try hasPairsLeft(after: pair)
    }

    /// Whether a pair is not the last that its registration may have.
    public func hasPairsLeft(after pair: OTPPairRecord) throws(StoreError) -> Bool {
        try perform { (connection) throws(DatabaseError) in
            try OTPPairs.count(of: pair.subject, on: &connection) < limits.otpPairs
        }
    }
}
