import MariaDB
public import Registration

/// What came of a try at both OTPs.
public enum VerificationOutcome: Sendable {
    /// Both are right: the registration stands at ``RegistrationStep/verified`` in a new session.
    case proven(SessionID)
    /// Both alternate OTPs are right: the account exists, in a new session.
    case finished(SessionID)
    /// At least one is wrong.
    case wrong(OneTimePasswordPair.Judgement)
    /// No try was left: nothing was judged.
    case exhausted
    /// The registration stands elsewhere already.
    case moved(RegistrationStep)
    /// The pair's time has passed.
    case expired
    /// The registration was begun again elsewhere: this session has ended.
    case takenOver
}

extension Store {
    /// Judges a try at the OTPs of a registration's live page.
    ///
    /// The try is counted first, by a statement of its own that locks the pair: of many submissions at the same instant
    /// one is judged after the other, at most as many as the cap allows, and one alone can consume the pair. Nothing is
    /// answered before the count is committed.
    public func verify(
        _ registration: RegistrationRecord, _ purpose: OTPPurpose, mobile: String, email: String,
        session: SessionID, client: Client
    ) throws(StoreError) -> VerificationOutcome {
        let newSession = SessionID(random: random)
        return try transaction { (connection) throws(DatabaseError) in
            guard let (current, wasTakenOver) = try Registrations.lock(registration.id, from: session, on: &connection),
                !current.isExpired
            else { return .rollback(.expired) }
            guard
                let pair = try OTPPairs.newest(of: .registration(current.id, purpose), limits: limits, on: &connection)
            else { return .rollback(.moved(current.step)) }
            if wasTakenOver { return .rollback(.takenOver) }
            if pair.isConsumed {
                return try repeated(pair, current, mobile, email, session, newSession, client, on: &connection)
            }
            guard current.step == purpose.stepOfProof else { return .rollback(.moved(current.step)) }
            switch try proveLive(pair, mobile, email, on: &connection) {
            case .expired: return .commit(.expired)
            case .exhausted: return .rollback(.exhausted)
            case .wrong(let judgement):
                try audit(.verification, "wrong", current, client, on: &connection)
                return .commit(.wrong(judgement))
            case .proven: break
            }
            try audit(.verification, "proven", current, client, on: &connection)
            try Sessions.begin(
                newSession, replacing: session, of: .registration(current.id), client: client, limits: limits,
                on: &connection)
            switch purpose {
            case .registration:
                guard
                    try Registrations.advance(current.id, from: .otpSent, to: .verified, on: &connection)
                else { return .rollback(.moved(current.step)) }
                return .commit(.proven(newSession))
            case .alternate:
                guard try makeAccount(of: current, contacts: pair.contacts, client: client, on: &connection) else {
                    return .rollback(.expired)
                }
                return .commit(.finished(newSession))
            }
        }
    }

    /// Answers a submission that follows the one that consumed the pair, as a double click sends it: right codes within
    /// a minute lead on in a session of their own, since the first answer's cookie may never have reached the browser.
    private func repeated(
        _ pair: OTPPairRecord, _ current: RegistrationRecord, _ mobile: String, _ email: String,
        _ session: SessionID, _ newSession: SessionID, _ client: Client, on connection: inout Connection
    ) throws(DatabaseError) -> TransactionEnd<VerificationOutcome> {
        guard pair.wasJustConsumed, try OTPPairs.countRepeat(pair.id, on: &connection) else {
            return .rollback(.moved(current.step))
        }
        guard judge(pair, mobile, email).isProven else { return .commit(.moved(current.step)) }
        try OTPPairs.giveBack(.live, pair.id, on: &connection)
        try Sessions.begin(
            newSession, replacing: session, of: .registration(current.id), client: client, limits: limits,
            on: &connection)
        return .commit(pair.isAlternate ? .finished(newSession) : .proven(newSession))
    }

    /// Counts a try on a live page, judges it, and consumes the pair when it is right.
    func proveLive(
        _ pair: OTPPairRecord, _ mobile: String, _ email: String, on connection: inout Connection
    ) throws(DatabaseError) -> Proof {
        guard try OTPPairs.countLiveTry(pair.id, on: &connection) else { return pair.isExpired ? .expired : .exhausted }
        let judgement = judge(pair, mobile, email)
        guard judgement.isProven else { return .wrong(judgement) }
        return try OTPPairs.consume(pair.id, provenOn: .live, on: &connection) ? .proven : .expired
    }

    /// Judges a submission that follows the one that consumed the pair, as a double click sends it.
    func proveAgain(
        _ pair: OTPPairRecord, _ mobile: String, _ email: String, on connection: inout Connection
    ) throws(DatabaseError) -> Proof {
        guard pair.wasJustConsumed, try OTPPairs.countRepeat(pair.id, on: &connection) else { return .exhausted }
        let judgement = judge(pair, mobile, email)
        guard judgement.isProven else { return .wrong(judgement) }
        try OTPPairs.giveBack(.live, pair.id, on: &connection)
        return .proven
    }

    /// What a try on a live page was worth.
    enum Proof {
        case proven
        case wrong(OneTimePasswordPair.Judgement)
        case exhausted
        case expired
    }

    /// Does where no OTPs are pending what ``judge(_:_:_:)`` does where some are, so that the time does not tell.
    func judgeForNobody(_ mobile: String, _ email: String) {
        guard let number = try? MobileNumber("9000000000"), let address = try? EmailAddress("nobody@example.com") else {
            return
        }
        let contacts = Contacts(mobile: number, email: address)
        let seed = SecretSeed(keys: keys, random: random)
        _ = OneTimePasswordPair(contacts: contacts, seed: seed, keys: keys)?.judge(mobile: mobile, email: email)
    }

    func judge(_ pair: OTPPairRecord, _ mobile: String, _ email: String) -> OneTimePasswordPair.Judgement {
        // A key that the ring has lost proves nothing.
        OneTimePasswordPair(contacts: pair.contacts, seed: pair.seed, keys: keys)?.judge(mobile: mobile, email: email)
            ?? OneTimePasswordPair.Judgement(isMobileRight: false, isEmailRight: false)
    }

    /// The newest pair of a registration, to be shown.
    public func otpPair(
        of registration: RegistrationRecord, _ purpose: OTPPurpose
    ) throws(StoreError) -> OTPPairRecord? {
        try perform { (connection) throws(DatabaseError) in
            try OTPPairs.newest(of: .registration(registration.id, purpose), limits: limits, on: &connection)
        }
    }
}

extension OTPPurpose {
    /// The step at which a pair of this purpose is awaited.
    var stepOfProof: RegistrationStep {
        switch self {
        case .registration: .otpSent
        case .alternate: .alternateSent
        }
    }

    var template: MessageTemplate {
        switch self {
        case .registration: .oneTimePassword
        case .alternate: .alternateOneTimePassword
        }
    }
}
