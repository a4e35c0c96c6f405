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
    /// - Parameter onlyWithout: leaves a pair alone that has one that still holds.
    public func issueTemporaryPassword(
        iec: IEC, gstin: GSTIN, onlyWithout: Bool, client: Client
    ) throws(StoreError) -> IssueOutcome {
        let seed = SecretSeed(keys: keys, random: random)
        return try transaction(sendsMessages: true) { (connection) throws(DatabaseError) in
            guard let entry = try MasterEntries.find(iec, gstin, on: &connection) else { return .rollback(.unknown) }
            if try Accounts.exists(iec, gstin, on: &connection) { return .rollback(.registered) }
            let contacts: Contacts
            switch entry.eligibility {
            case .eligible(let found): contacts = found
            case .refused(.contactsUnusable): return .rollback(.contactsUnusable)
            case .refused: return .rollback(.inactive)
            }
            if onlyWithout, let newest = try TemporaryPasswords.newest(iec, gstin, on: &connection),
                !newest.isExpired, !newest.isUsed
            {
                return .rollback(.hasOne)
            }
            try TemporaryPasswords.issue(
                iec, gstin, seed: seed, lifetime: limits.temporaryPasswordLifetime, on: &connection)
            for destination in [Destination(contacts.email), Destination(contacts.mobile)] {
                try Outbox.add(
                    .temporaryPassword, to: destination, language: client.language, seed: seed, iec: iec,
                    gstin: gstin, lifetime: limits.temporaryPasswordLifetime, on: &connection)
            }
            try AuditLog.add(.temporaryPassword, "issued", client: client, iec: iec, gstin: gstin, on: &connection)
            return .commit(.issued)
        }
    }

    /// Every pair of the master, in the order of its key, in bounded batches.
    ///
    /// - Parameters:
    ///   - after: the last pair of the batch before; `nil` for the first.
    ///   - count: the most pairs.
    public func masterPairs(
        after: (iec: IEC, gstin: GSTIN)?, atMost count: Int
    ) throws(StoreError) -> [(iec: IEC, gstin: GSTIN)] {
        try read { (connection) throws(DatabaseError) in
            let rows = try connection.rows(
                """
                SELECT iec, gstin FROM master_entries
                WHERE (iec, gstin) > (\(after?.iec.text ?? ""), \(after?.gstin.text ?? ""))
                ORDER BY iec, gstin LIMIT \(count)
                """)
            var pairs: [(iec: IEC, gstin: GSTIN)] = []
            for row in rows { pairs.append((try row.value(0, IEC.init), try row.value(1, GSTIN.init))) }
            return pairs
        }
    }
}
