import MariaDB
import Registration

extension Store {
    /// Claims messages that are due, each for one courier alone until its lease ends.
    ///
    /// A message whose courier died is due again when the lease has ended. Rows that another courier is claiming at the
    /// same instant are passed over (`SKIP LOCKED`).
    ///
    /// - Parameters:
    ///   - count: the most messages.
    ///   - lease: how long they are this courier's.
    /// - Returns: the messages, oldest first; empty when none is due.
    public func claimMessages(atMost count: Int, lease: Duration) throws(StoreError) -> [OutboxMessage] {
        try transaction { (connection) throws(DatabaseError) in
            let rows = try connection.rows(
                """
                SELECT id, template, channel, recipient, language, nonce, key_id, iec, gstin, icegate_id, useful_until,
                    attempts
                FROM outbox
                WHERE state IN ('waiting', 'sending') AND next_attempt_at <= UTC_TIMESTAMP(6)
                ORDER BY next_attempt_at LIMIT \(count)
                FOR UPDATE SKIP LOCKED
                """)
            guard !rows.isEmpty else { return .rollback([]) }
            var messages: [OutboxMessage] = []
            for row in rows { messages.append(try OutboxMessage(row)) }
            // The lease is the time of the next attempt: nothing else has to sweep what a dead courier left.
            try connection.execute(
                """
                UPDATE outbox
                SET state = 'sending', attempts = attempts + 1,
                    next_attempt_at = UTC_TIMESTAMP(6) + INTERVAL \(lease.wholeSeconds) SECOND
                WHERE id IN (\(list: messages.map(\.id)))
                """)
            return .commit(messages)
        }
    }

    /// Marks a message as handed over.
    public func markSent(_ message: OutboxMessage) throws(StoreError) {
        _ = try read { (connection) throws(DatabaseError) in
            try connection.execute(
                "UPDATE outbox SET state = 'sent', ended_at = UTC_TIMESTAMP(6) WHERE id = \(message.id)")
        }
    }

    /// Puts a message back that could not be handed over, or gives it up when its code will have expired by then.
    public func putBack(_ message: OutboxMessage, after delay: Duration) throws(StoreError) {
        _ = try read { (connection) throws(DatabaseError) in
            try connection.execute(
                """
                UPDATE outbox
                SET next_attempt_at = UTC_TIMESTAMP(6) + INTERVAL \(delay.wholeSeconds) SECOND,
                    ended_at = IF(useful_until <= next_attempt_at, UTC_TIMESTAMP(6), NULL),
                    state = IF(ended_at IS NULL, 'waiting', 'given_up')
                WHERE id = \(message.id)
                """)
        }
    }

    /// Marks a message that no attempt can deliver.
    public func refuse(_ message: OutboxMessage) throws(StoreError) {
        _ = try read { (connection) throws(DatabaseError) in
            try connection.execute(
                "UPDATE outbox SET state = 'refused', ended_at = UTC_TIMESTAMP(6) WHERE id = \(message.id)")
        }
    }

    /// The code or password that a message carries, derived when it is sent; `nil` for a message without one, and when
    /// the key ring has lost the key.
    public func secret(of message: OutboxMessage) -> String? {
        guard let seed = message.seed else { return nil }
        switch message.template {
        case .oneTimePassword, .alternateOneTimePassword:
            return OneTimePassword(for: message.destination, seed: seed, keys: keys)?.digits
        case .temporaryPassword:
            guard let iec = message.iec, let gstin = message.gstin else { return nil }
            return TemporaryPassword(iec: iec, gstin: gstin, seed: seed, keys: keys)?.grouped
        case .registrationFinished, .contactsChanged:
            return nil
        }
    }

    /// How far the messages of a pair have come, the newest of each channel.
    public func deliveries(of pair: OTPPairRecord) throws(StoreError) -> [Delivery] {
        try read { (connection) throws(DatabaseError) in
            let rows = try connection.rows(
                """
                SELECT channel, state, ended_at FROM outbox
                WHERE id IN (SELECT MAX(id) FROM outbox WHERE otp_pair_id = \(pair.id) GROUP BY channel)
                ORDER BY channel
                """)
            var deliveries: [Delivery] = []
            for row in rows {
                deliveries.append(
                    Delivery(channel: try row.get(0), state: try row.get(1), endedAt: try row.get(2)))
            }
            return deliveries
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
