import MariaDB
public import Registration

/// What came of a wish for other contacts of an account, or for their OTPs again.
public enum ContactSendOutcome: Sendable, Equatable {
    /// The OTPs are on their way, or were sent a moment ago.
    case sent
    /// It is too early, or too much was sent to these contacts, from this address, or by all: nothing was done.
    case tooMany(retryAfter: Duration)
    /// No change is pending, or no send is left.
    case refused
}

/// What came of a try at the OTPs for an account's new contacts.
public enum ContactChangeOutcome: Sendable {
    /// Both are right: the account has the new contacts, in a new session.
    case changed(SessionID)
    /// At least one is wrong.
    case wrong(OneTimePasswordPair.Judgement)
    /// No try was left: nothing was judged.
    case exhausted
    /// The pair's time has passed.
    case expired
    /// No change is pending.
    case none
}

extension Store {
    /// Sends OTPs to the contacts that an account is to have. They stay the old ones until both OTPs are right.
    ///
    /// A contact that is to stay gets its OTP as well: the account then has two contacts that were proven together.
    public func sendContactChange(
        _ account: AccountRecord, _ contacts: Contacts, client: Client
    ) throws(StoreError) -> ContactSendOutcome {
        let seed = OneTimePasswordPair.drawSeed(for: contacts, keys: keys, random: random)
        return try transaction { (connection) throws(DatabaseError) in
            guard let current = try Accounts.lock(account.id, on: &connection) else { return .rollback(.refused) }
            let owner = OTPSubject.account(current.id, .contactChange)
            let pair = try OTPPairs.newest(of: owner, limits: limits, on: &connection)
            // The same contacts again, as a double click sends them: the codes that are on their way are right.
            if let pair, pair.contacts == contacts, pair.isLive, pair.triesLeft > 0 { return .rollback(.sent) }
            let changes = AttemptCounters.subject("contact-change", String(current.id), keys: keys)
            let wait = try countContactSend(
                contacts, client, beside: [(limits.contactChanges, changes)], on: &connection)
            if let wait { return .rollback(.tooMany(retryAfter: wait)) }
            let pairID = try OTPPairs.make(
                for: owner, contacts: contacts, seed: seed, limits: limits, on: &connection)
            try outbox.addCodes(
                .contactChange, to: contacts, language: client.language, seed: seed, otpPairID: pairID,
                icegateID: current.icegateID, client: client, on: &connection)
            try audit("sent", current, client, on: &connection)
            return .commit(.sent)
        }
    }

    /// Sends the live pair once more: the same codes, at the same expiry.
    public func resendContactChange(_ account: AccountRecord, client: Client) throws(StoreError) -> ContactSendOutcome {
        try transaction { (connection) throws(DatabaseError) in
            let owner = OTPSubject.account(account.id, .contactChange)
            guard let current = try Accounts.lock(account.id, on: &connection),
                let pair = try OTPPairs.newest(of: owner, limits: limits, on: &connection), pair.isLive
            else { return .rollback(.refused) }
            // The second half of a double click: what it asks for has just been done.
            if pair.wasJustSentAgain { return .rollback(.sent) }
            guard pair.triesLeft > 0, pair.sendsLeft > 0 else { return .rollback(.refused) }
            guard try OTPPairs.countSend(pair.id, limits: limits, on: &connection) else {
                return .rollback(.tooMany(retryAfter: .seconds(max(1, pair.secondsUntilResend))))
            }
            if let wait = try countContactSend(pair.contacts, client, on: &connection) {
                return .rollback(.tooMany(retryAfter: wait))
            }
            try outbox.addCodes(
                .contactChange, to: pair.contacts, language: client.language, seed: pair.seed, otpPairID: pair.id,
                icegateID: current.icegateID, client: client, on: &connection)
            try audit("sent_again", current, client, on: &connection)
            return .commit(.sent)
        }
    }

    /// Judges a try at the OTPs; when both are right the account has the new contacts, and the old ones are told.
    public func proveContactChange(
        _ account: AccountRecord, mobile: String, email: String, session: SessionID, client: Client
    ) throws(StoreError) -> ContactChangeOutcome {
        let newSession = SessionID(random: random)
        return try transaction { (connection) throws(DatabaseError) in
            guard let current = try Accounts.lock(account.id, on: &connection),
                let pair = try OTPPairs.newest(
                    of: .account(account.id, .contactChange), limits: limits, on: &connection), !pair.isSuperseded
            else { return .rollback(.none) }
            let proof =
                pair.isConsumed
                ? try proveAgain(pair, mobile, email, on: &connection)
                : try proveLive(pair, mobile, email, on: &connection)
            switch proof {
            case .expired:
                // Written down, so that a clock that goes back revives nothing that somebody was told is over.
                try OTPPairs.expire(pair.id, on: &connection)
                return .commit(.expired)
            case .exhausted where pair.isConsumed: return .rollback(.none)
            case .exhausted: return .rollback(.exhausted)
            case .wrong(let judgement):
                try audit("wrong", current, client, on: &connection)
                return .commit(.wrong(judgement))
            case .proven: break
            }
            guard !pair.isConsumed else {
                try Sessions.begin(
                    newSession, replacing: session, of: .account(current.id), client: client, limits: limits,
                    on: &connection)
                return .commit(.changed(newSession))
            }
            try Sessions.endPasswordResets(ofAccount: current.id, on: &connection)
            try Accounts.setContacts(pair.contacts, of: current.id, on: &connection)
            try OTPPairs.endAll(ofAccount: current.id, on: &connection)
            try outbox.addNotice(
                .contactsChanged, to: current.contacts, language: current.language, icegateID: current.icegateID,
                client: client, on: &connection)
            try audit("changed", current, client, on: &connection)
            try Sessions.begin(
                newSession, replacing: session, of: .account(current.id), client: client, limits: limits,
                on: &connection)
            return .commit(.changed(newSession))
        }
    }

    /// The pair of a change that is pending; `nil` when there is none.
    public func pendingContactChange(of account: AccountRecord) throws(StoreError) -> OTPPairRecord? {
        let pair = try perform { (connection) throws(DatabaseError) in
            let pair = try OTPPairs.newest(of: .account(account.id, .contactChange), limits: limits, on: &connection)
            if let pair, pair.isExpired { try OTPPairs.expire(pair.id, on: &connection) }
            return pair
        }
        return pair.flatMap { $0.isConsumed || $0.isSuperseded ? nil : $0 }
    }

    private func audit(
        _ outcome: String, _ account: AccountRecord, _ client: Client, on connection: inout Connection
    ) throws(DatabaseError) {
        try AuditLog.add(
            .contactChange, outcome, client: client, icegateID: account.icegateID, accountID: account.id,
            on: &connection)
    }
}
