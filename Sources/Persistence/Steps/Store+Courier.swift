import MariaDB
public import Registration

extension Store {
    /// Claims messages that are due, each for one courier alone until its lease ends: on each channel those first that
    /// somebody waits for.
    ///
    /// A message whose courier died is due again when the lease has ended. Rows that another courier is claiming at the
    /// same instant are passed over (`SKIP LOCKED`). A message whose code has expired or was used is given up, and one
    /// that this program cannot read is refused: neither keeps others back. A channel that was stopped has none due.
    ///
    /// - Parameters:
    ///   - count: the most messages.
    ///   - bulkCount: the most of those that nobody waits for; `nil`: as many as others.
    ///   - channels: those that are wanted.
    ///   - lease: how long they are this courier's.
    /// - Returns: the messages, and whether more may be due.
    public func claimMessages(
        atMost count: Int, bulkAtMost bulkCount: Int? = nil, on channels: [Destination.Channel] = [.sms, .email],
        lease: Duration
    ) throws(StoreError) -> (messages: [OutboxMessage], mayBeMore: Bool) {
        while true {
            let claimed = try claimOnce(count, bulkAtMost: bulkCount ?? count, on: channels, lease: lease)
            // None but rows that were given up or refused: others may be due behind them.
            if !claimed.messages.isEmpty || !claimed.mayBeMore { return claimed }
        }
    }

    private func claimOnce(
        _ count: Int, bulkAtMost bulkCount: Int, on channels: [Destination.Channel], lease: Duration
    ) throws(StoreError) -> (messages: [OutboxMessage], mayBeMore: Bool) {
        try transaction { (connection) throws(DatabaseError) in
            var claimed: [OutboxMessage] = []
            var bulkLeft = bulkCount
            var (isEmpty, mayBeMore) = (true, false)
            for channel in channels where claimed.count < count {
                let wanted = count - claimed.count
                let due = try Self.due(on: channel, bulk: bulkLeft > 0, atMost: wanted, on: &connection)
                if due.count == wanted { mayBeMore = true }
                if !due.isEmpty { isEmpty = false }
                claimed += try claim(due, bulkLeft: &bulkLeft, lease: lease, on: &connection)
            }
            return isEmpty ? .rollback(([], false)) : .commit((claimed, mayBeMore))
        }
    }

    private struct DueMessage {
        let id: Int64
        let isBulk: Bool
        /// Whether its code has expired, was used or was replaced.
        var isUseless: Bool
        /// `nil` where it was written by a newer version, or against a rule that was made stricter since.
        let message: OutboxMessage?
    }

    /// Due is what its time has come for, and what waits for a time further away than any wait is long: the clock has
    /// gone back since that was written. In the order of the index: awaited messages first.
    private static func due(
        on channel: Destination.Channel, bulk: Bool, atMost count: Int, on connection: inout Connection
    ) throws(DatabaseError) -> [DueMessage] {
        let priorities: [Outbox.Priority] = bulk ? [.awaited, .bulk] : [.awaited]
        let rows = try connection.rows(
            """
            SELECT o.id, o.template, o.channel, o.recipient, o.language, o.nonce, o.key_id, o.iec, o.gstin,
                o.icegate_id, o.useful_until, o.attempts, o.request_id,
                IFNULL(o.useful_until <= UTC_TIMESTAMP(6), FALSE), o.priority = \(Outbox.Priority.bulk)
            FROM outbox o
            WHERE o.live = 1 AND o.channel = \(channel) AND o.priority IN (\(list: priorities))
                AND (o.next_attempt_at <= UTC_TIMESTAMP(6)
                    OR o.next_attempt_at > UTC_TIMESTAMP(6) + INTERVAL 10 MINUTE)
                AND (SELECT c.stopped_at FROM delivery_channels c WHERE c.channel = \(channel)) IS NULL
            ORDER BY o.priority, o.next_attempt_at LIMIT \(count)
            FOR UPDATE SKIP LOCKED
            """)
        var due: [DueMessage] = []
        for row in rows {
            due.append(
                DueMessage(
                    id: try row.get(0), isBulk: try row.get(14), isUseless: try row.get(13),
                    message: try? OutboxMessage(row)))
        }
        let ended = try withEndedCodes(due, on: &connection)
        for index in due.indices where ended.contains(due[index].id) { due[index].isUseless = true }
        return due
    }

    /// The numbers of those messages whose code was used or replaced. Only a record that says so ends a message, never one
    /// that is not found. Asked apart, since most looks find nothing to ask for.
    private static func withEndedCodes(
        _ due: [DueMessage], on connection: inout Connection
    ) throws(DatabaseError) -> Set<Int64> {
        let coded = due.filter { $0.message?.seed != nil }
        let issued = coded.filter { $0.message?.template == .temporaryPassword }.map(\.id)
        let others = coded.filter { $0.message?.template != .temporaryPassword }.map(\.id)
        var rows: [Row] = []
        if !others.isEmpty {
            rows += try connection.rows(
                """
                SELECT o.id FROM outbox o JOIN otp_pairs p ON p.id = o.otp_pair_id
                WHERE o.id IN (\(list: others)) AND p.ended_at IS NOT NULL
                """)
        }
        if !issued.isEmpty {
            rows += try connection.rows(
                """
                SELECT o.id FROM outbox o
                JOIN temporary_passwords t ON t.iec = o.iec AND t.gstin = o.gstin AND t.nonce = o.nonce
                WHERE o.id IN (\(list: issued)) AND t.ended_at IS NOT NULL
                """)
        }
        var numbers: Set<Int64> = []
        for row in rows { numbers.insert(try row.get(0)) }
        return numbers
    }

    private func claim(
        _ due: [DueMessage], bulkLeft: inout Int, lease: Duration, on connection: inout Connection
    ) throws(DatabaseError) -> [OutboxMessage] {
        let (useless, others) = (due.filter(\.isUseless), due.filter { !$0.isUseless })
        try Outbox.end(useless.map(\.id), .givenUp, on: &connection)
        try Outbox.end(others.filter { $0.message == nil }.map(\.id), .refused, on: &connection)
        var messages: [OutboxMessage] = []
        // Those beyond the bound stay locked until this ends: who looks meanwhile finds them a look later.
        for each in others {
            guard let message = each.message, !each.isBulk || bulkLeft > 0 else { continue }
            if each.isBulk { bulkLeft -= 1 }
            messages.append(message)
        }
        guard !messages.isEmpty else { return [] }
        // The lease is the time of the next attempt: nothing else has to sweep what a dead courier left.
        try connection.execute(
            """
            UPDATE outbox
            SET state = 'sending', attempts = attempts + 1,
                next_attempt_at = UTC_TIMESTAMP(6) + INTERVAL \(lease.wholeSeconds) SECOND
            WHERE id IN (\(list: messages.map(\.id))) AND live = 1
            """)
        return messages
    }

    /// Marks a message as handed over, unless its lease ended and another courier has it.
    public func markSent(_ message: OutboxMessage, _ note: DeliveryNote = DeliveryNote()) throws(StoreError) {
        try perform { (connection) throws(DatabaseError) in
            try Outbox.end(message, .sent, note, on: &connection)
        }
    }

    /// Whether the key of a seed is in this process's ring.
    public func knows(_ seed: SecretSeed) -> Bool { keys.has(seed.keyID) }

    /// Marks a message that no attempt can deliver.
    public func refuse(_ message: OutboxMessage, _ note: DeliveryNote = DeliveryNote()) throws(StoreError) {
        try perform { (connection) throws(DatabaseError) in
            try Outbox.end(message, .refused, note, on: &connection)
        }
    }

    /// Puts a message back that could not be handed over, or gives it up when its code will have expired by then; one
    /// without a code after three days.
    public func putBack(
        _ message: OutboxMessage, after delay: Duration, _ note: DeliveryNote = DeliveryNote()
    ) throws(StoreError) {
        _ = try perform { (connection) throws(DatabaseError) in
            try connection.execute(
                """
                UPDATE outbox
                SET next_attempt_at = UTC_TIMESTAMP(6) + INTERVAL \(delay.wholeMicroseconds) MICROSECOND,
                    ended_at = IF(IFNULL(useful_until, created_at + INTERVAL 3 DAY) <= next_attempt_at,
                        UTC_TIMESTAMP(6), NULL),
                    state = IF(ended_at IS NULL, 'waiting', 'given_up'),
                    gateway = IFNULL(\(note.gateway), gateway), reply = \(note.reply)
                WHERE id = \(message.id) AND state = 'sending' AND attempts = \(message.attempts + 1)
                """)
        }
    }

    /// Gives back messages that were claimed and not tried.
    public func release(_ messages: [OutboxMessage]) throws(StoreError) {
        guard !messages.isEmpty else { return }
        _ = try perform { (connection) throws(DatabaseError) in
            for message in messages {
                try connection.execute(
                    """
                    UPDATE outbox SET state = 'waiting', next_attempt_at = UTC_TIMESTAMP(6), attempts = attempts - 1
                    WHERE id = \(message.id) AND state = 'sending' AND attempts = \(message.attempts + 1)
                    """)
            }
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
            usefulUntil: try row.get(10), attempts: try row.get(11), requestID: try row.get(12))
    }
}
