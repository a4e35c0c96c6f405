import MariaDB
public import Registration

/// What came of a wish for other contacts.
public enum AlternateContactsOutcome: Sendable, Equatable {
    /// The OTPs for them are on their way, or were sent a moment ago.
    case sent
    /// Too much was sent to these contacts, from this address, or by all.
    case tooMany(retryAfter: Duration)
    /// The registration has had as many pairs for alternate contacts as it may: it can be finished with the old ones.
    case noneLeft
    /// The registration is not proven yet, or is finished.
    case moved(RegistrationStep)
    /// The registration's time has passed.
    case expired
}

extension Store {
    /// Sends OTPs to alternate contacts. The account's contacts stay the old ones until both OTPs are right.
    public func sendToAlternateContacts(
        _ registration: RegistrationRecord, _ contacts: Contacts, client: Client
    ) throws(StoreError) -> AlternateContactsOutcome {
        let seed = OneTimePasswordPair.drawSeed(for: contacts, keys: keys, random: random)
        return try transaction { (connection) throws(DatabaseError) in
            guard let current = try Registrations.lock(registration.id, on: &connection), !current.isExpired else {
                return .rollback(.expired)
            }
            guard current.step.isProven else { return .rollback(.moved(current.step)) }
            let subject = OTPSubject.registration(current.id, .alternate)
            let pair = try OTPPairs.newest(of: subject, limits: limits, on: &connection)
            // The same contacts again, as a double click sends them: the codes that are on their way are right.
            if let pair, pair.contacts == contacts, pair.isLive, pair.triesLeft > 0 { return .rollback(.sent) }
            let count = try OTPPairs.count(of: subject, on: &connection)
            guard count < limits.otpPairs else { return .rollback(.noneLeft) }
            if let wait = try countContactSend(contacts, client, on: &connection) {
                return .rollback(.tooMany(retryAfter: wait))
            }
            let pairID = try OTPPairs.make(
                for: subject, contacts: contacts, seed: seed, limits: limits, on: &connection)
            try outbox.addCodes(
                .alternateOneTimePassword, to: contacts, language: client.language, seed: seed, otpPairID: pairID,
                icegateID: current.icegateID, client: client, on: &connection)
            if current.step == .verified {
                _ = try Registrations.advance(current.id, from: .verified, to: .alternateSent, on: &connection)
            }
            try Registrations.extend(current.id, on: &connection)
            try audit(.alternateContacts, "sent", current, client, on: &connection)
            return .commit(.sent)
        }
    }

    /// Counts a send to contacts that the master does not have against every quota there is.
    ///
    /// - Returns: how long to wait; `nil` when the send was counted and may be done.
    func countContactSend(
        _ contacts: Contacts, _ client: Client, beside others: [(quota: SendQuota, subject: [UInt8])] = [],
        on connection: inout Connection
    ) throws(DatabaseError) -> Duration? {
        var quotas = others
        for quota in limits.alternateSends {
            for address in [contacts.mobile.text, contacts.email.text] {
                let window = String(quota.window.components.seconds)
                quotas.append((quota, AttemptCounters.subject("alternate-send", window, address, keys: keys)))
            }
        }
        quotas.append((limits.alternateSendsForClient, AttemptCounters.client("alternate-send", client, keys: keys)))
        quotas.append((limits.alternateSendsForAll, AttemptCounters.subject("alternate-send-all", keys: keys)))
        return try AttemptCounters.take(quotas, on: &connection)
    }
}
