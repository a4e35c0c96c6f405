import MariaDB
import Registration

extension Store {
    /// Claims messages that are due, each for one courier alone until its lease ends: those first that somebody waits for.
    ///
    /// A message whose courier died is due again when the lease has ended. Rows that another courier is claiming at the
    /// same instant are passed over (`SKIP LOCKED`). A message whose code has expired or was used is given up, and one
    /// that this program cannot read is refused: neither keeps others back.
    ///
    /// - Parameters:
    ///   - count: the most messages.
    ///   - lease: how long they are this courier's.
    /// - Returns: the messages; none when nothing is due.
    public func claimMessages(atMost count: Int, lease: Duration) throws(StoreError) -> [OutboxMessage] {
        while let messages = try claimRows(atMost: count, lease: lease) {
            // None but rows that were given up or refused: others may be due behind them.
            if !messages.isEmpty { return messages }
        }
        return []
    }

    /// - Returns: `nil` when nothing was due.
    private func claimRows(atMost count: Int, lease: Duration) throws(StoreError) -> [OutboxMessage]? {
        try transaction { (connection) throws(DatabaseError) in
            for priority in [Outbox.Priority.awaited, .bulk] {
                let rows = try connection.rows(
                    """
                    SELECT o.id, o.template, o.channel, o.recipient, o.language, o.nonce, o.key_id, o.iec, o.gstin,
                        o.icegate_id, o.useful_until, o.attempts,
                        IFNULL(o.useful_until <= UTC_TIMESTAMP(6), FALSE)
                            OR (o.otp_pair_id IS NOT NULL AND NOT EXISTS
                                (SELECT 1 FROM otp_pairs p WHERE p.id = o.otp_pair_id AND p.ended_at IS NULL))
                    FROM outbox o
                    WHERE o.live = 1 AND o.priority = \(priority) AND o.next_attempt_at <= UTC_TIMESTAMP(6)
                    ORDER BY o.next_attempt_at LIMIT \(count)
                    FOR UPDATE SKIP LOCKED
                    """)
                guard !rows.isEmpty else { continue }
                return .commit(try claim(rows, lease: lease, on: &connection))
            }
            return .rollback(nil)
        }
    }

    private func claim(
        _ rows: [Row], lease: Duration, on connection: inout Connection
    ) throws(DatabaseError) -> [OutboxMessage] {
        var messages: [OutboxMessage] = []
        for row in rows {
            let id = try row.get(0, as: Int64.self)
            if try row.get(12, as: Bool.self) {
                try Outbox.end(id, .givenUp, on: &connection)
            } else if let message = try? OutboxMessage(row) {
                messages.append(message)
            } else {
                // Written by a newer version, or against a rule that was made stricter since.
                try Outbox.end(id, .refused, on: &connection)
            }
        }
        // The lease is the time of the next attempt: nothing else has to sweep what a dead courier left.
        try connection.execute(
            """
            UPDATE outbox
            SET state = 'sending', attempts = attempts + 1,
                next_attempt_at = UTC_TIMESTAMP(6) + INTERVAL \(lease.wholeSeconds) SECOND
            WHERE id IN (\(list: messages.map(\.id)))
            """)
        return messages
    }

    /// Marks a message as handed over, unless its lease ended and another courier has it.
    public func markSent(_ message: OutboxMessage) throws(StoreError) {
        try perform { (connection) throws(DatabaseError) in
            try Outbox.end(message.id, .sent, claimedAs: message.attempts + 1, on: &connection)
        }
    }

    /// Marks a message that no attempt can deliver.
    public func refuse(_ message: OutboxMessage) throws(StoreError) {
        try perform { (connection) throws(DatabaseError) in
            try Outbox.end(message.id, .refused, claimedAs: message.attempts + 1, on: &connection)
        }
    }

    /// Puts a message back that could not be handed over, or gives it up when its code will have expired by then.
    public func putBack(_ message: OutboxMessage, after delay: Duration) throws(StoreError) {
        _ = try perform { (connection) throws(DatabaseError) in
            try connection.execute(
                """
                UPDATE outbox
                SET next_attempt_at = UTC_TIMESTAMP(6) + INTERVAL \(delay.wholeSeconds) SECOND,
                    ended_at = IF(useful_until <= next_attempt_at, UTC_TIMESTAMP(6), NULL),
                    state = IF(ended_at IS NULL, 'waiting', 'given_up')
                WHERE id = \(message.id) AND state = 'sending' AND attempts = \(message.attempts + 1)
                """)
        }
    }

    /// The code or password that a message carries, derived when it is sent; `nil` for a message without one, and when
    /// the key ring has lost the key.
    public func secret(of message: OutboxMessage) -> String? {
        guard let seed = message.seed else { return nil }
        switch message.template.secret {
        case .oneTimePassword:
            return OneTimePassword(for: message.destination, seed: seed, keys: keys)?.digits
        case .administratorOneTimePassword:
            return OneTimePassword(
                for: message.destination, purpose: .administratorOneTimePassword, seed: seed, keys: keys)?.digits
        case .temporaryPassword:
            guard let iec = message.iec, let gstin = message.gstin else { return nil }
            return TemporaryPassword(iec: iec, gstin: gstin, seed: seed, keys: keys)?.grouped
        case nil:
            return nil
        }
    }
}

extension OutboxMessage {
    fileprivate init(_ row: Row) throws(DatabaseError) {
        let channel = try row.get(2, as: Destination.Channel.self)
        let seed: SecretSeed? =
            if let nonce = try row.get(5, as: [UInt8]?.self) {
                SecretSeed(nonce: nonce, keyID: try row.get(6))
            } else {
                nil
            }
        self.init(
            id: try row.get(0), template: try row.get(1),
            destination: channel == .sms
                ? Destination(try row.value(3, MobileNumber.init)) : Destination(try row.value(3, EmailAddress.init)),
            language: try row.get(4), seed: seed, iec: try row.optionalValue(7, IEC.init),
            gstin: try row.optionalValue(8, GSTIN.init), icegateID: try row.optionalValue(9, ICEGATEID.init),
            usefulUntil: try row.get(10), attempts: try row.get(11))
    }
}
