import MariaDB
public import Registration

/// What came of issuing a temporary password to a pair.
public enum IssueOutcome: String, Sendable, CaseIterable {
    /// Issued, and on its way to the contacts that the master has.
    case issued
    /// The master has no such pair.
    case unknown
    /// The IEC or the GSTIN is not active.
    case inactive
    /// The master has no usable e-mail and mobile for the pair.
    case contactsUnusable = "contacts_unusable"
    /// The pair has an account.
    case registered
    /// The pair has a temporary password that still holds, and only pairs without one were asked for.
    case hasOne = "has_one"
}

extension Store {
    /// Issues a temporary password to a pair that has no account, and ends the older one.
    ///
    /// - Parameters:
    ///   - onlyWithout: leaves a pair alone that has one that still holds.
    ///   - isBulk: lets the messages of those who wait for theirs go first.
    public func issueTemporaryPassword(
        iec: IEC, gstin: GSTIN, onlyWithout: Bool, isBulk: Bool = false, client: Client
    ) throws(StoreError) -> IssueOutcome {
        try transaction { (connection) throws(DatabaseError) in
            let outcome = try issue(
                iec, gstin, sparing: onlyWithout ? .max : isBulk ? 60 : 0, priority: isBulk ? .bulk : .awaited,
                client: client,
                on: &connection)
            return outcome == .issued ? .commit(outcome) : .rollback(outcome)
        }
    }

    /// - Parameter age: one that holds and is younger, in seconds, is left alone: who asks twice, or names a pair twice, is not
    ///   to have the one that is on its way dead when it arrives.
    func issue(
        _ iec: IEC, _ gstin: GSTIN, sparing age: Int, priority: Outbox.Priority, client: Client,
        on connection: inout Connection
    ) throws(DatabaseError) -> IssueOutcome {
        guard let entry = try MasterEntries.find(iec, gstin, on: &connection) else { return .unknown }
        if try Accounts.exists(iec, gstin, on: &connection) { return .registered }
        let contacts: Contacts
        switch entry.eligibility {
        case .eligible(let found): contacts = found
        case .refused(.contactsUnusable): return .contactsUnusable
        case .refused: return .inactive
        }
        if let newest = try TemporaryPasswords.newest(iec, gstin, on: &connection), !newest.isExpired, !newest.isUsed,
            age == .max || (0..<age).contains(newest.age)
        {
            return .hasOne
        }
        let seed = SecretSeed(keys: keys, random: random)
        guard
            let id = try TemporaryPasswords.issue(
                iec, gstin, seed: seed, lifetime: limits.temporaryPasswordLifetime, on: &connection)
        else { return .hasOne }
        for destination in [Destination(contacts.email), Destination(contacts.mobile)] {
            try outbox.add(
                .temporaryPassword, to: destination, language: client.language,
                code: Outbox.Code(seed: seed, temporaryPasswordID: id), priority: priority, iec: iec, gstin: gstin,
                client: client, on: &connection)
        }
        try AuditLog.add(.temporaryPassword, "issued", client: client, iec: iec, gstin: gstin, on: &connection)
        return .issued
    }
}
