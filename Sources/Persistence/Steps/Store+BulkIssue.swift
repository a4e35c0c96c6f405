public import FoundationEssentials
import MariaDB
import Registration

/// What became of one batch of pairs that are to have temporary passwords.
public struct BulkIssue: Sendable {
    /// How many pairs came to what.
    public var counts: [IssueOutcome: Int] = [:]
    /// The pairs whose contacts cannot be used, and what is wrong with them.
    public var unusable: [(iec: String, gstin: String, reason: String)] = []
    /// The last pair of the batch; `nil` when there was none left.
    public var last: (iec: String, gstin: String)?
    /// The time of the next message, when they are spread.
    public var nextSlot: Date?
}

extension Store {
    /// Issues temporary passwords to the next pairs of the master that have neither an account nor one that still holds.
    ///
    /// One transaction with a handful of statements, however many pairs: what it did is found again by who begins anew.
    ///
    /// - Parameters:
    ///   - last: the last pair of the batch before; `nil` for the first.
    ///   - count: the most pairs.
    ///   - perMinute: how many pairs' messages are to go in a minute, each a mail and an SMS; `nil` for as fast as they go.
    ///     They wait in the outbox until their time, behind those that wait there already, and a password holds from then.
    ///   - slot: ``BulkIssue/nextSlot`` of the batch before.
    public func issueTemporaryPasswords(
        after last: (iec: String, gstin: String)?, atMost count: Int, perMinute: Int?, slot: Date?, client: Client
    ) throws(StoreError) -> BulkIssue {
        while true {
            // Where somebody asked for one of his own on the page at this instant, he has one at the next try.
            if let batch = try issueBatch(after: last, atMost: count, perMinute: perMinute, slot: slot, client: client)
            {
                return batch
            }
        }
    }

    /// - Returns: `nil` when another issuer was faster for one of the pairs.

    private func issueBatch(
        after last: (iec: String, gstin: String)?, atMost count: Int, perMinute: Int?, slot: Date?, client: Client
    ) throws(StoreError) -> BulkIssue? {
        let (iec, gstin) = (last?.iec ?? "", last?.gstin ?? "")
        return try transaction { (connection) throws(DatabaseError) in
            let rows = try connection.rows(
                """
                SELECT m.iec, m.gstin, m.email, m.mobile, IFNULL(i.is_active AND g.is_active, FALSE),
                    EXISTS (SELECT 1 FROM accounts a WHERE a.iec = m.iec AND a.gstin = m.gstin AND a.closed_at IS NULL),
                    t.expires_at IS NOT NULL, IFNULL(t.expires_at > UTC_TIMESTAMP(6), FALSE)
                FROM master_entries m
                LEFT JOIN iec_statuses i ON i.code = m.iec_status
                LEFT JOIN gstin_statuses g ON g.code = m.gstin_status
                LEFT JOIN temporary_passwords t ON t.iec = m.iec AND t.gstin = m.gstin AND t.live = 1
                WHERE m.iec >= \(iec) AND (m.iec > \(iec) OR m.gstin > \(gstin))
                ORDER BY m.iec, m.gstin LIMIT \(count)
                """)
            guard let lastRow = rows.last else { return .rollback(BulkIssue(nextSlot: slot)) }
            var batch = BulkIssue(last: (try lastRow.get(0), try lastRow.get(1)))
            var chosen: [BulkPair] = []
            for row in rows {
                let pair = try BulkPair(row)
                let outcome = pair.outcome
                batch.counts[outcome, default: 0] += 1
                if outcome == .issued { chosen.append(pair) }
                if outcome == .contactsUnusable {
                    batch.unusable.append((pair.iec, pair.gstin, pair.violations.joined(separator: " ")))
                }
            }
            let start = try Self.firstSlot(slot, isSpread: perMinute != nil, on: &connection)
            do throws(DatabaseError) {
                batch.nextSlot = try issue(chosen, from: start, perMinute: perMinute, client: client, on: &connection)
            } catch  where error.isDuplicate {
                return .rollback(nil)
            }
            return chosen.isEmpty ? .rollback(batch) : .commit(batch)
        }
    }

    /// Writes what the pairs get.
    ///
    /// - Returns: the time of the next message.
    private func issue(
        _ pairs: [BulkPair], from start: (now: Date, slot: Date), perMinute: Int?, client: Client,
        on connection: inout Connection
    ) throws(DatabaseError) -> Date {
        let lifetime = Double(limits.temporaryPasswordLifetime.wholeSeconds)
        var slot = start.slot
        var passwords: [[Value]] = []
        var messages: [[Value]] = []
        var events: [[Value]] = []
        for pair in pairs {
            let seed = SecretSeed(keys: keys, random: random)
            let (nonce, keyID) = (Value.bytes(seed.nonce), Value.integer(Int64(seed.keyID)))
            let (iec, gstin) = (Value.text(pair.iec), Value.text(pair.gstin))
            let expiry = Value.timestamp(slot.addingTimeInterval(lifetime))
            passwords.append([iec, gstin, nonce, keyID, .timestamp(start.now), expiry])
            for (channel, address) in [(Destination.Channel.email, pair.email), (.sms, pair.mobile)] {
                messages.append([
                    .text(MessageTemplate.temporaryPassword.rawValue), .text(channel.rawValue), .text(address ?? ""),
                    client.language.sqlValue, nonce, keyID, iec, gstin, Outbox.Priority.bulk.sqlValue,
                    .timestamp(start.now), .timestamp(slot), expiry,
                ])
            }
            events.append([
                .text(AuditLog.Action.temporaryPassword.rawValue), .text("issued"), iec, gstin,
                .text(client.address), .text(client.requestID), client.operatorName?.text.sqlValue ?? .null,
            ])
            if let perMinute { slot.addTimeInterval(60 / Double(perMinute)) }
        }
        try connection.executeMany(
            """
            UPDATE temporary_passwords SET ended_at = UTC_TIMESTAMP(6), end_reason = 'superseded'
            WHERE iec = ? AND gstin = ? AND ended_at IS NULL
            """, rows: pairs.filter(\.hasExpiredOne).map { [.text($0.iec), .text($0.gstin)] })
        try connection.executeMany(
            """
            INSERT INTO temporary_passwords (iec, gstin, nonce, key_id, issued_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?)
            """, rows: passwords)
        try connection.executeMany(
            """
            INSERT INTO outbox (template, channel, recipient, language, nonce, key_id, iec, gstin, priority, created_at,
                next_attempt_at, useful_until)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, rows: messages)
        if !messages.isEmpty { outbox.wakeCouriers(of: Set(Destination.Channel.allCases), on: &connection) }
        try connection.executeMany(
            """
            INSERT INTO audit_events (action, outcome, iec, gstin, client_address, request_id, actor)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """, rows: events)
        return slot
    }

    /// The database's time, and when the first message may go: behind those that were spread by a run before.
    private static func firstSlot(
        _ slot: Date?, isSpread: Bool, on connection: inout Connection
    ) throws(DatabaseError) -> (now: Date, slot: Date) {
        let row = try connection.first(
            """
            SELECT UTC_TIMESTAMP(6), (SELECT MAX(next_attempt_at) FROM outbox WHERE live = 1 AND priority = 1)
            """)
        guard let row else { return (Date(), Date()) }
        let now = try row.get(0, as: Date.self)
        guard isSpread else { return (now, now) }
        let waiting = try row.get(1, as: Date?.self)
        return (now, max(now, slot ?? waiting ?? now))
    }
}

/// A pair of the master, with what decides whether it gets a temporary password.
private struct BulkPair {
    let iec, gstin: String
    /// In canonical form; `nil` when it cannot be used.
    let email, mobile: String?
    /// What is wrong with the contacts.
    let violations: [String]
    let isActive, hasAccount, hasOne, hasExpiredOne: Bool

    init(_ row: Row) throws(DatabaseError) {
        iec = try row.get(0)
        gstin = try row.get(1)
        (isActive, hasAccount, hasOne) = (try row.get(4), try row.get(5), try row.get(7))
        let hasAny = try row.get(6, as: Bool.self)
        hasExpiredOne = hasAny && !hasOne
        var violations: [String] = []
        email = Self.canonical(try row.get(2), &violations) { EmailAddress.read($0, into: &$1) }
        mobile = Self.canonical(try row.get(3), &violations) { MobileNumber.read($0, into: &$1) }
        self.violations = violations
    }

    private static func canonical(
        _ text: String, _ violations: inout [String], _ rule: (Span<UInt8>, inout OutputSpan<UInt8>) -> RuleViolation?
    ) -> String? {
        var violation: RuleViolation?
        let canonical = [UInt8](capacity: EmailAddress.maximumLength) { violation = rule(Array(text.utf8).span, &$0) }
        guard let violation else { return String(decoding: canonical, as: UTF8.self) }
        violations.append(violation.explanation)
        return nil
    }

    var outcome: IssueOutcome {
        if hasAccount { return .registered }
        if !isActive { return .inactive }
        if email == nil || mobile == nil { return .contactsUnusable }
        return hasOne ? .hasOne : .issued
    }
}
