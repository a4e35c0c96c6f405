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
    public func provePasswordReset(
        _ typedName: String, mobile: String, email: String, replacing old: SessionID, client: Client
    ) throws(StoreError) -> PasswordResetProof {
        // A name that cannot exist has no account.
        let name = try? ICEGATEID(typedName)
        let session = SessionID(random: random)
        let (outcome, account) = try transaction { (connection) throws(DatabaseError) in
            // The same work where there is no account, so that the time does not tell.
            let found = try name.flatMap { (name) throws(DatabaseError) in
                try Accounts.find(name, on: &connection)
            }
            // Locked, so that of many submissions at one instant each sees what the one before it did.
            let account = try Accounts.lock(found?.id ?? 0, on: &connection)
            let pair = try OTPPairs.newest(
                of: .account(account?.id ?? 0, .passwordReset), limits: limits, on: &connection)
            guard let account, let pair, !pair.isSuperseded else {
                _ = try OTPPairs.countResumeTry(0, on: &connection)
                return .commit((PasswordResetProof.refused, account))
            }
            let outcome = try prove(pair, of: account, mobile, email, on: &connection)
            if case .proven = outcome {
                try Sessions.begin(
                    session, replacing: old, of: .passwordReset(account.id), client: client, limits: limits,
                    on: &connection)
            }
            return .commit((outcome.result(session), account))
        }
        let subjects = passwordResetSubjects(typedName, client)
        try perform { (connection) throws(DatabaseError) in
            if case .refused = outcome {
                for subject in subjects {
                    try AttemptCounters.note(subject, in: limits.resumeCaptchaWindow, on: &connection)
                }
            }
            try AuditLog.add(
                .passwordReset, outcome.auditWord, client: client, icegateID: name, accountID: account?.id,
                on: &connection)
        }
        return outcome
    }

    private func prove(
        _ pair: OTPPairRecord, of account: AccountRecord, _ mobile: String, _ email: String,
        on connection: inout Connection
    ) throws(DatabaseError) -> Proof {
        if pair.isConsumed {
            // A double click sends right codes twice: whoever has them a moment later, before the new password is set, is
            // the same person.
            guard pair.wasJustConsumed, try Sessions.hasPasswordReset(account.id, on: &connection),
                try OTPPairs.countRepeat(pair.id, on: &connection)
            else { return .exhausted }
            let judgement = judge(pair, mobile, email)
            guard judgement.isProven else { return .wrong(judgement) }
            try OTPPairs.giveBack(.live, pair.id, on: &connection)
            return .proven
        }
        guard pair.isExpired else { return try proveLive(pair, mobile, email, on: &connection) }
        guard try OTPPairs.countResumeTry(pair.id, on: &connection) else { return .exhausted }
        let judgement = judge(pair, mobile, email)
        return judgement.isProven ? .expired : .wrong(judgement)
    }

    /// Sets the new password of a forgotten one: every session of the account ends, and its owner is told.
    ///
    /// - Returns: whether the account is still there.
    public func setForgottenPassword(
        _ hash: PasswordHash, of account: AccountRecord, client: Client
    ) throws(StoreError) -> Bool {
        let (byName, _) = loginSubjects(account.icegateID.text, client)
        return try transaction(sendsMessages: true) { (connection) throws(DatabaseError) in
            guard let current = try Accounts.lock(account.id, on: &connection) else { return .rollback(false) }
            try setPassword(hash, of: current, .passwordReset, client: client, on: &connection)
            try AttemptCounters.clear(byName, on: &connection)
            return .commit(true)
        }
    }

    private func passwordResetSubjects(_ typedName: String, _ client: Client) -> [[UInt8]] {
        let name = (try? ICEGATEID(typedName))?.text ?? typedName  // As typed, where it is no name.
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
