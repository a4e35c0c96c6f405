import MariaDB
import Registration
public import Sodium

/// What came of a try at the OTPs for a forgotten password.
public enum PasswordResetProof: Sendable {
    /// Both are right: the session may set a new password.
    case proven(SessionID)
    /// One message for everything else: no such account, nothing pending, wrong, dead and used OTPs.
    case refused
    /// Both OTPs are right, and too old.
    case expired
}

extension Store {
    /// Whether the page for the OTPs has to ask for a captcha: a try for the name or from the address was wrong.
    public func passwordResetNeedsCaptcha(_ typedName: String, client: Client) throws(StoreError) -> Bool {
        let subjects = passwordResetSubjects(typedName, client)
        return try perform { (connection) throws(DatabaseError) in
            try AttemptCounters.hasFailures(1, of: subjects, in: limits.resumeCaptchaWindow, on: &connection)
        }
    }

    /// Judges the OTPs of a forgotten password, in whatever browser.
    ///
    /// Wrong tries end the OTPs for who made them: a browser that asked for them has tries of its own, and all others share
    /// theirs, so that a stranger who knows an ICEGATE ID cannot shut the owner out.
    ///
    /// - Parameter asker: what the portal gave to the browser when it asked for the OTPs; `nil` for one that did not ask.
    public func provePasswordReset(
        _ typedName: String, mobile: String, email: String, asker: [UInt8]?, replacing old: SessionID, client: Client
    ) throws(StoreError) -> PasswordResetProof {
        // A name that cannot exist has no account.
        let name = try? ICEGATEID(typedName)
        let session = SessionID(random: random)
        let subjects = passwordResetSubjects(typedName, client)
        // One transaction that writes in every case, so that the time does not tell whether there is such an account.
        return try transaction { (connection) throws(DatabaseError) in
            let found = try name.flatMap { (name) throws(DatabaseError) in
                try Accounts.find(name, on: &connection)
            }
            // Locked, so that of many submissions at one instant each sees what the one before it did.
            let account = try Accounts.lock(found?.id ?? 0, on: &connection)
            let pair = try OTPPairs.newest(
                of: .account(account?.id ?? 0, .passwordReset), limits: limits, on: &connection)
            let usable = pair.flatMap { $0.isSuperseded ? nil : $0 }
            let proof = try prove(usable, of: account, asker, mobile, email, client, on: &connection)
            let outcome = proof.result(session)
            if case .proven = proof, let account {
                try Sessions.begin(
                    session, replacing: old, of: .passwordReset(account.id), client: client, limits: limits,
                    on: &connection)
            }
            if case .refused = outcome {
                for subject in subjects {
                    try AttemptCounters.note(subject, in: limits.resumeCaptchaWindow, on: &connection)
                }
            }
            try AuditLog.add(
                .passwordReset, outcome.auditWord, client: client, icegateID: name, accountID: account?.id,
                on: &connection)
            return .commit(outcome)
        }
    }

    /// - Parameter pair: `nil` is counted and refused.
    private func prove(
        _ pair: OTPPairRecord?, of account: AccountRecord?, _ asker: [UInt8]?, _ mobile: String, _ email: String,
        _ client: Client, on connection: inout Connection
    ) throws(DatabaseError) -> Proof {
        if let pair, let account, pair.isConsumed {
            // A double click sends right codes twice: whoever has them a moment later, before the new password is set, is
            // the same person.
            guard try Sessions.hasPasswordReset(account.id, on: &connection) else { return .exhausted }
            return try proveAgain(pair, mobile, email, on: &connection)
        }
        let pairID = pair?.id ?? 0
        let tries = asker.map { asker in
            (
                quota: SendQuota(count: limits.otpTries, window: limits.otpLifetime),
                subject: AttemptCounters.subject(
                    "password-reset-tries", String(pairID), Hexadecimal.encode(asker), keys: keys)
            )
        }
        let isCounted: Bool
        if let tries {
            isCounted = try AttemptCounters.take([tries], on: &connection) == nil
        } else if let pair {
            isCounted = try OTPPairs.countResumeTry(pair.id, on: &connection)
        } else {
            let nobody = AttemptCounters.client("password-reset-nobody", client, keys: keys)
            try AttemptCounters.countForNobody(nobody, on: &connection)
            isCounted = false
        }
        guard isCounted, let pair else {
            judgeForNobody(mobile, email)
            return .exhausted
        }
        let judgement = judge(pair, mobile, email)
        guard judgement.isProven else { return .wrong(judgement) }
        guard try OTPPairs.consume(pair.id, provenOn: tries == nil ? .resume : nil, on: &connection) else {
            // Written down, so that a clock that goes back revives nothing that somebody was told is over.
            try OTPPairs.expire(pair.id, on: &connection)
            return .expired
        }
        if let tries { try AttemptCounters.takeBack(tries.subject, on: &connection) }
        return .proven
    }

    /// Sets the new password of a forgotten one: every session of the account ends, and its owner is told.
    ///
    /// - Parameter session: the one in which the OTPs were proven.
    /// - Returns: whether it still was allowed to.
    public func setForgottenPassword(
        _ hash: PasswordHash, of account: AccountRecord, session: SessionID, client: Client
    ) throws(StoreError) -> Bool {
        let (byName, _) = loginSubjects(account.icegateID.text, client)
        return try transaction { (connection) throws(DatabaseError) in
            try AttemptCounters.clear(byName, on: &connection)
            guard let current = try Accounts.lock(account.id, on: &connection),
                try Sessions.lockPasswordReset(session, on: &connection)
            else { return .rollback(false) }
            try Sessions.end(session, .renewed, on: &connection)
            try setPassword(hash, of: current, .passwordReset, client: client, on: &connection)
            return .commit(true)
        }
    }

    private func passwordResetSubjects(_ typedName: String, _ client: Client) -> [[UInt8]] {
        let name = AttemptCounters.name(typedName)
        // In the order of the key, so that two visitors never wait for each other.
        return [
            AttemptCounters.client("password-reset-client", client, keys: keys),
            AttemptCounters.subject("password-reset-name", name, keys: keys),
        ].sorted { $0.lexicographicallyPrecedes($1) }
    }
}

extension Store.Proof {
    fileprivate func result(_ session: SessionID) -> PasswordResetProof {
        switch self {
        case .proven: .proven(session)
        case .expired: .expired
        case .wrong, .exhausted: .refused
        }
    }
}

extension PasswordResetProof {
    fileprivate var auditWord: String {
        switch self {
        case .proven: "proven"
        case .refused: "wrong"
        case .expired: "expired"
        }
    }
}
