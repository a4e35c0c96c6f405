import MariaDB
public import Registration

/// What came of IEC, GSTIN and temporary password.
public enum StartOutcome: Sendable {
    /// The captcha was used before: nothing was judged.
    case captchaUsed
    /// One of the three is wrong, the temporary password has expired, or the pair has to wait: one and the same answer.
    case mismatch
    /// All three are right, but the holder may not register.
    case refused(MasterEntry.Refusal)
    /// The registration lives, new or taken over, at a step.
    case started(SessionID, RegistrationStep)
}

extension Store {
    /// Begins a registration, or takes the live one of the pair over and ends its older sessions.
    ///
    /// All of it stands or falls together: where the database fails, nothing is told, and neither the try nor the captcha was used.
    ///
    /// - Parameter captcha: what the answer to the form's captcha uses up, which was right.
    public func startRegistration(
        iec: IEC, gstin: GSTIN, temporaryPassword: TemporaryPassword?, captcha: CaptchaUse,
        replacing old: SessionID, client: Client
    ) throws(StoreError) -> StartOutcome {
        let subject = AttemptCounters.subject("temporary-password", iec.text, gstin.text, keys: keys)
        let session = SessionID(random: random)
        return try transaction { (connection) throws(DatabaseError) in
            guard try use(captcha, on: &connection) else { return .rollback(.captchaUsed) }
            let mustWait = try AttemptCounters.count(
                subject, atMost: limits.temporaryPasswordTries, in: .seconds(3_600),
                wait: limits.temporaryPasswordWait, on: &connection)
            let record = try TemporaryPasswords.newest(iec, gstin, on: &connection)
            // A pair that has none is judged against a password that nobody has, in the same time.
            let seed = record?.seed ?? SecretSeed(keys: keys, random: random)
            let expected = TemporaryPassword(iec: iec, gstin: gstin, seed: seed, keys: keys)
            let isRight = expected?.matches(temporaryPassword) ?? false
            guard isRight, !mustWait, let record, !record.isExpired || record.isUsed else {
                try AuditLog.add(
                    .registrationStart, mustWait ? "throttled" : "mismatch", client: client, iec: iec, gstin: gstin,
                    on: &connection)
                return .commit(.mismatch)
            }
            try AttemptCounters.clear(subject, on: &connection)
            let (outcome, registrationID) = try start(
                iec, gstin, isUsed: record.isUsed, session: session, replacing: old, client, on: &connection)
            try AuditLog.add(
                .registrationStart, outcome.auditWord, client: client, iec: iec, gstin: gstin,
                registrationID: registrationID, on: &connection)
            return .commit(outcome)
        }
    }

    /// - Returns: what came of it, and the registration that was started.
    private func start(
        _ iec: IEC, _ gstin: GSTIN, isUsed: Bool, session: SessionID, replacing old: SessionID,
        _ client: Client, on connection: inout Connection
    ) throws(DatabaseError) -> (StartOutcome, registrationID: Int64?) {
        // Locked first: whoever finishes this registration at the same instant has made its account by then.
        let live = try Registrations.lockLive(iec, gstin, on: &connection)
        if try Accounts.exists(iec, gstin, on: &connection) { return (.refused(.alreadyRegistered), nil) }
        guard !isUsed else { return (.mismatch, nil) }
        if let live {
            if !live.isExpired {
                try Registrations.prolong(live.id, lifetime: limits.registrationSession, on: &connection)
                try Sessions.end(old, .renewed, on: &connection)
                try Sessions.endAll(ofRegistration: live.id, .takenOver, on: &connection)
                try Sessions.begin(
                    session, replacing: old, of: .registration(live.id), client: client, limits: limits,
                    on: &connection)
                return (.started(session, live.step), live.id)
            }
            try Registrations.expire(live.id, on: &connection)
        }
        guard let entry = try MasterEntries.find(iec, gstin, on: &connection) else { return (.mismatch, nil) }
        switch entry.eligibility {
        case .refused(let refusal):
            return (.refused(refusal), nil)
        case .eligible(let contacts):
            let id = try Registrations.begin(
                entry, contacts: contacts, lifetime: limits.registrationSession, on: &connection)
            try Sessions.begin(
                session, replacing: old, of: .registration(id), client: client, limits: limits,
                on: &connection)
            return (.started(session, .identified), id)
        }
    }
}

extension StartOutcome {
    fileprivate var auditWord: String {
        switch self {
        case .captchaUsed, .mismatch: "mismatch"
        case .refused(let refusal): refusal.rawValue
        case .started(_, .identified): "started"
        case .started: "taken_over"
        }
    }
}
