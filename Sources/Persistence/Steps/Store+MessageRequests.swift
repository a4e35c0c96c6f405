import MariaDB
public import Registration

/// What somebody who is not logged in wants to be sent.
public enum MessageRequest: Sendable, Equatable {
    /// A temporary password for a pair.
    case temporaryPassword(IEC, GSTIN)
    /// The ICEGATE ID of a pair's account.
    case icegateID(IEC, GSTIN)
    /// OTPs with which the password of an account can be set anew.
    case passwordReset(ICEGATEID)

    fileprivate enum Kind: String, SQLValueConvertible, SQLValueDecodable {
        case temporaryPassword = "temporary_password"
        case icegateID = "icegate_id"
        case passwordReset = "password_reset"
    }
}

extension Store {
    /// Notes a wish: the same row whatever the master and the accounts say of it, so that the page answers alike.
    public func request(_ wish: MessageRequest, client: Client) throws(StoreError) {
        let (kind, iec, gstin, icegateID): (MessageRequest.Kind, IEC?, GSTIN?, ICEGATEID?) =
            switch wish {
            case .temporaryPassword(let iec, let gstin): (.temporaryPassword, iec, gstin, nil)
            case .icegateID(let iec, let gstin): (.icegateID, iec, gstin, nil)
            case .passwordReset(let icegateID): (.passwordReset, nil, nil, icegateID)
            }
        _ = try perform { (connection) throws(DatabaseError) in
            try connection.execute(
                """
                INSERT INTO message_requests
                    (kind, iec, gstin, icegate_id, language, client_address, request_id, requested_at)
                VALUES (\(kind), \(iec?.text), \(gstin?.text), \(icegateID?.text), \(client.language),
                    \(client.address), \(client.requestID), UTC_TIMESTAMP(6))
                """)
        }
        outboxSignals.wishes.raise()
    }

    /// Handles one wish that waits: sends what is wished for where there is somebody to send it to, and the quota of the
    /// pair or account allows it.
    ///
    /// - Returns: whether one was waiting.
    public func handleMessageRequest() throws(StoreError) -> Bool {
        try transaction { (connection) throws(DatabaseError) in
            let row = try connection.first(
                """
                SELECT id, kind, iec, gstin, icegate_id, client_address, request_id, language FROM message_requests
                WHERE handled_at IS NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
                """)
            guard let row else { return .rollback(false) }
            let id = try row.get(0, as: Int64.self)
            try connection.execute("UPDATE message_requests SET handled_at = UTC_TIMESTAMP(6) WHERE id = \(id)")
            let client = Client(address: try row.get(5), requestID: try row.get(6), language: try row.get(7))
            do throws(DatabaseError) {
                try handle(row, client: client, on: &connection)
            } catch  where error.code == DatabaseError.unreadableValue {
                // Written by a newer version, or against a rule that was made stricter since: the others go on behind it.
                try AuditLog.add(.messageRequest, "unreadable", client: client, on: &connection)
            }
            return .commit(true)
        }
    }

    private func handle(
        _ row: Row, client: Client, on connection: inout Connection
    ) throws(DatabaseError) {
        switch try row.get(1, as: MessageRequest.Kind.self) {
        case .temporaryPassword:
            try sendTemporaryPassword(
                row.value(2, IEC.init), row.value(3, GSTIN.init), client: client, on: &connection)
        case .icegateID:
            try sendICEGATEID(row.value(2, IEC.init), row.value(3, GSTIN.init), client: client, on: &connection)
        case .passwordReset:
            try sendPasswordResetCodes(row.value(4, ICEGATEID.init), client: client, on: &connection)
        }
    }

    private func sendTemporaryPassword(
        _ iec: IEC, _ gstin: GSTIN, client: Client, on connection: inout Connection
    ) throws(DatabaseError) {
        let subject = AttemptCounters.subject("temporary-password-request", iec.text, gstin.text, keys: keys)
        let outcome: IssueOutcome?
        if try AttemptCounters.take([(limits.temporaryPasswordRequests, subject)], on: &connection) == nil {
            outcome = try issue(iec, gstin, sparing: 60, priority: .awaited, client: client, on: &connection)
            if outcome != .issued { try AttemptCounters.takeBack(subject, on: &connection) }
        } else {
            outcome = nil
        }
        guard outcome != .issued else { return }
        try AuditLog.add(
            .temporaryPassword, outcome?.rawValue ?? "over_quota", client: client, iec: iec, gstin: gstin,
            on: &connection)
    }

    private func sendICEGATEID(
        _ iec: IEC, _ gstin: GSTIN, client: Client, on connection: inout Connection
    ) throws(DatabaseError) {
        let account = try Accounts.find(iec, gstin, on: &connection)
        let (subject, waiting) = (
            AttemptCounters.subject("icegate-id-reminder", iec.text, gstin.text, keys: keys),
            AttemptCounters.subject("icegate-id-reminder-wait", iec.text, gstin.text, keys: keys)
        )
        // A double click is one wish.
        let quotas = [
            (quota: limits.icegateIDReminders, subject: subject),
            (quota: limits.icegateIDReminderWait, subject: waiting),
        ]
        let outcome: String
        if let account, try AttemptCounters.take(quotas, on: &connection) == nil {
            try outbox.addNotice(
                .icegateIDReminder, to: account.contacts, language: client.language, icegateID: account.icegateID,
                client: client, on: &connection)
            outcome = "sent"
        } else {
            outcome = account == nil ? "unknown" : "over_quota"
        }
        try AuditLog.add(
            .icegateIDReminder, outcome, client: client, iec: iec, gstin: gstin, icegateID: account?.icegateID,
            accountID: account?.id, on: &connection)
    }

    private func sendPasswordResetCodes(
        _ name: ICEGATEID, client: Client, on connection: inout Connection
    ) throws(DatabaseError) {
        guard let found = try Accounts.find(name, on: &connection),
            let account = try Accounts.lock(found.id, on: &connection)
        else {
            return try AuditLog.add(.passwordReset, "unknown", client: client, icegateID: name, on: &connection)
        }
        let outcome = try sendPasswordResetCodes(to: account, client: client, on: &connection)
        try AuditLog.add(
            .passwordReset, outcome, client: client, icegateID: name, accountID: account.id, on: &connection)
    }

    /// Sends the pair that still holds once more, or a new one.
    ///
    /// - Returns: what was done, for the audit.
    private func sendPasswordResetCodes(
        to account: AccountRecord, client: Client, on connection: inout Connection
    ) throws(DatabaseError) -> String {
        let owner = OTPSubject.account(account.id, .passwordReset)
        let (pairID, seed): (Int64, SecretSeed)
        // Wrong tries do not end it: they end for who made them.
        if let pair = try OTPPairs.newest(of: owner, limits: limits, on: &connection), pair.isLive {
            guard try OTPPairs.countSend(pair.id, limits: limits, on: &connection) else { return "sent_before" }
            (pairID, seed) = (pair.id, pair.seed)
        } else {
            let subject = AttemptCounters.subject("password-reset", String(account.id), keys: keys)
            let quotas = [(quota: limits.passwordResetPairs, subject: subject)]
            guard try AttemptCounters.take(quotas, on: &connection) == nil else { return "over_quota" }
            seed = OneTimePasswordPair.drawSeed(for: account.contacts, keys: keys, random: random)
            pairID = try OTPPairs.make(
                for: owner, contacts: account.contacts, seed: seed, limits: limits, on: &connection)
        }
        try outbox.addCodes(
            .passwordReset, to: account.contacts, language: client.language, seed: seed, otpPairID: pairID,
            icegateID: account.icegateID, client: client, on: &connection)
        return "sent"
    }
}
