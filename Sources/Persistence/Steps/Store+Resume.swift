import MariaDB
public import Registration

/// What came of carrying on with OTPs that were received before.
public enum ResumeOutcome: Sendable {
    /// The OTPs of the master's contacts are right: the registration stands at ``RegistrationStep/verified``.
    case proven(SessionID)
    /// The alternate OTPs are right: the account exists.
    case finished(SessionID)
    /// One message for everything else: no such pair, nothing pending, wrong, dead and used OTPs.
    case refused
    /// Both OTPs are right, and too old.
    case expired
}

extension Store {
    /// Whether the page for carrying on has to ask for a captcha: a try for the pair or from the address was wrong.
    public func resumeNeedsCaptcha(iec: IEC?, gstin: GSTIN?, client: Client) throws(StoreError) -> Bool {
        let subjects = resumeSubjects(iec, gstin, client)
        return try perform { (connection) throws(DatabaseError) in
            try AttemptCounters.hasFailures(1, of: subjects, in: limits.resumeCaptchaWindow, on: &connection)
        }
    }

    /// Judges OTPs in a browser that has no session of the registration.
    ///
    /// Tries are counted for the pair apart from those of the live page, so that a stranger who knows an IEC and a GSTIN
    /// cannot shut the owner out.
    ///
    /// - Parameter old: the session that the browser had.
    public func resume(
        iec: IEC, gstin: GSTIN, mobile: String, email: String, replacing old: SessionID, client: Client
    ) throws(StoreError) -> ResumeOutcome {
        let (outcome, isNoted) = try transaction { (connection) throws(DatabaseError) in
            var registrationID: Int64?
            let end = try judgeResume(
                iec, gstin, mobile, email, replacing: old, client, registrationID: &registrationID, on: &connection)
            switch end {
            case .rollback(let outcome): return .rollback((outcome, false))
            case .commit(let outcome):
                try note(outcome, iec, gstin, client, registrationID: registrationID, on: &connection)
                return .commit((outcome, true))
            }
        }
        if !isNoted {
            try transaction { (connection) throws(DatabaseError) in
                .commit(try note(outcome, iec, gstin, client, registrationID: nil, on: &connection))
            }
        }
        return outcome
    }

    /// In the transaction that judged, which writes in every case: the time does not tell what is pending.
    private func note(
        _ outcome: ResumeOutcome, _ iec: IEC, _ gstin: GSTIN, _ client: Client, registrationID: Int64?,
        on connection: inout Connection
    ) throws(DatabaseError) {
        if case .refused = outcome {
            for subject in resumeSubjects(iec, gstin, client) {
                try AttemptCounters.note(subject, in: limits.resumeCaptchaWindow, on: &connection)
            }
        }
        try AuditLog.add(
            .resume, outcome.auditWord, client: client, iec: iec, gstin: gstin, registrationID: registrationID,
            on: &connection)
    }

    private func judgeResume(
        _ iec: IEC, _ gstin: GSTIN, _ mobile: String, _ email: String, replacing old: SessionID, _ client: Client,
        registrationID: inout Int64?, on connection: inout Connection
    ) throws(DatabaseError) -> TransactionEnd<ResumeOutcome> {
        let session = SessionID(random: random)
        guard let registration = try Registrations.lockNewest(iec, gstin, on: &connection),
            let pair = try pendingPair(of: registration.id, on: &connection),
            try OTPPairs.countResumeTry(pair.id, on: &connection)
        else {
            // The same work where nothing is pending, so that the time does not tell.
            _ = try Registrations.lock(0, on: &connection)
            _ = try pendingPair(of: 0, on: &connection)
            let nobody = AttemptCounters.subject("resume-nobody", iec.text, gstin.text, keys: keys)
            try AttemptCounters.countForNobody(nobody, on: &connection)
            judgeForNobody(mobile, email)
            return .commit(.refused)
        }
        registrationID = registration.id
        guard judge(pair, mobile, email).isProven else { return .commit(.refused) }
        if pair.isConsumed {
            // A double click sends right codes twice: whoever has them a moment later is the same person.
            guard pair.wasJustConsumed, !registration.isExpired else { return .commit(.refused) }
            try OTPPairs.giveBack(.resume, pair.id, on: &connection)
            try Sessions.begin(
                session, replacing: old, of: .registration(registration.id), client: client,
                limits: limits, on: &connection)
            return .commit(pair.isAlternate ? .finished(session) : .proven(session))
        }
        guard !pair.isExpired, !registration.isExpired else {
            // Written down, so that a clock that goes back revives nothing that somebody was told is over.
            if registration.isExpired { try Registrations.expire(registration.id, on: &connection) }
            return .commit(.expired)
        }
        guard try OTPPairs.consume(pair.id, provenOn: .resume, on: &connection) else { return .rollback(.expired) }
        try Sessions.end(old, .renewed, on: &connection)
        try Sessions.endAll(ofRegistration: registration.id, .takenOver, on: &connection)
        try Sessions.begin(
            session, replacing: old, of: .registration(registration.id), client: client,
            limits: limits, on: &connection)
        guard pair.isAlternate else {
            let isFirst = try Registrations.advance(registration.id, from: .otpSent, to: .verified, on: &connection)
            return isFirst ? .commit(.proven(session)) : .rollback(.refused)
        }
        let isMade = try makeAccount(of: registration, contacts: pair.contacts, client: client, on: &connection)
        return isMade ? .commit(.finished(session)) : .rollback(.expired)
    }

    /// The pair whose codes a registrant may still hold: the newest one, unless it was superseded.
    private func pendingPair(
        of registrationID: Int64, on connection: inout Connection
    ) throws(DatabaseError) -> OTPPairRecord? {
        for purpose in [OTPPurpose.alternate, .registration] {
            guard
                let pair = try OTPPairs.newest(
                    of: .registration(registrationID, purpose), limits: limits, on: &connection)
            else {
                continue
            }
            return pair.isSuperseded ? nil : pair
        }
        return nil
    }

    private func resumeSubjects(_ iec: IEC?, _ gstin: GSTIN?, _ client: Client) -> [[UInt8]] {
        let byClient = AttemptCounters.client("resume-client", client, keys: keys)
        guard let iec, let gstin else { return [byClient] }
        // In the order of the key, so that two registrants never wait for each other.
        return [byClient, AttemptCounters.subject("resume-pair", iec.text, gstin.text, keys: keys)]
            .sorted { $0.lexicographicallyPrecedes($1) }
    }
}

extension ResumeOutcome {
    fileprivate var auditWord: String {
        switch self {
        case .proven: "proven"
        case .finished: "finished"
        case .refused: "refused"
        case .expired: "expired"
        }
    }
}
