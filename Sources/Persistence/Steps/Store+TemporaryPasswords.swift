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
        try transaction(sendsMessages: true) { (connection) throws(DatabaseError) in
            let outcome = try issue(
                iec, gstin, onlyWithout: onlyWithout, priority: isBulk ? .bulk : .awaited, client: client,
                on: &connection)
            return outcome == .issued ? .commit(outcome) : .rollback(outcome)
        }
    }

    private func issue(
        _ iec: IEC, _ gstin: GSTIN, onlyWithout: Bool, priority: Outbox.Priority, client: Client,
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
            // A double click asks twice: the one that is on its way is not to be dead when it arrives.
            onlyWithout || newest.age < 60
        {
            return .hasOne
        }
        let seed = SecretSeed(keys: keys, random: random)
        guard
            let id = try TemporaryPasswords.issue(
                iec, gstin, seed: seed, lifetime: limits.temporaryPasswordLifetime, on: &connection)
        else { return .hasOne }
        for destination in [Destination(contacts.email), Destination(contacts.mobile)] {
            try Outbox.add(
                .temporaryPassword, to: destination, language: client.language,
                code: Outbox.Code(seed: seed, temporaryPasswordID: id), priority: priority, iec: iec, gstin: gstin,
                on: &connection)
        }
        try AuditLog.add(.temporaryPassword, "issued", client: client, iec: iec, gstin: gstin, on: &connection)
        return .issued
    }

    /// Notes a wish for a new temporary password: the same row for every pair, whatever the master says of it.
    public func requestTemporaryPassword(iec: IEC, gstin: GSTIN, client: Client) throws(StoreError) {
        _ = try perform { (connection) throws(DatabaseError) in
            try connection.execute(
                """
                INSERT INTO temporary_password_requests
                    (iec, gstin, language, client_address, request_id, requested_at)
                VALUES (\(iec.text), \(gstin.text), \(client.language), \(client.address), \(client.requestID),
                    UTC_TIMESTAMP(6))
                """)
        }
        outboxSignal.raise()
    }

    /// Handles one wish that waits: issues a temporary password where the pair may have one and its quota allows it.
    ///
    /// - Returns: whether one was waiting.
    public func handleTemporaryPasswordRequest() throws(StoreError) -> Bool {
        try transaction(sendsMessages: true) { (connection) throws(DatabaseError) in
            let row = try connection.first(
                """
                SELECT id, iec, gstin, client_address, request_id, language FROM temporary_password_requests
                WHERE handled_at IS NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
                """)
            guard let row else { return .rollback(false) }
            let (id, iec, gstin) = (
                try row.get(0, as: Int64.self), try row.value(1, IEC.init), try row.value(2, GSTIN.init)
            )
            let client = Client(address: try row.get(3), requestID: try row.get(4), language: try row.get(5))
            try connection.execute(
                "UPDATE temporary_password_requests SET handled_at = UTC_TIMESTAMP(6) WHERE id = \(id)")
            let subject = AttemptCounters.subject("temporary-password-request", iec.text, gstin.text, keys: keys)
            let quota = limits.temporaryPasswordRequests
            let isUsedUp = try AttemptCounters.waitingTime(of: quota, subject, on: &connection) != nil
            let outcome =
                isUsedUp
                ? nil
                : try issue(iec, gstin, onlyWithout: false, priority: .awaited, client: client, on: &connection)
            if outcome == .issued { try AttemptCounters.add(to: subject, in: quota.window, on: &connection) }
            if outcome != .issued {
                try AuditLog.add(
                    .temporaryPassword, outcome?.rawValue ?? "over_quota", client: client, iec: iec, gstin: gstin,
                    on: &connection)
            }
            return .commit(true)
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
        let (iec, gstin) = (after?.iec.text ?? "", after?.gstin.text ?? "")
        return try perform { (connection) throws(DatabaseError) in
            let rows = try connection.rows(
                """
                SELECT iec, gstin FROM master_entries
                WHERE iec >= \(iec) AND (iec > \(iec) OR gstin > \(gstin))
                ORDER BY iec, gstin LIMIT \(count)
                """)
            var pairs: [(iec: IEC, gstin: GSTIN)] = []
            for row in rows { pairs.append((try row.value(0, IEC.init), try row.value(1, GSTIN.init))) }
            return pairs
        }
    }
}
