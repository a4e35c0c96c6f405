public import FoundationEssentials
import MariaDB
public import Registration

extension Store {
    /// The messages about a pair or to a contact, newest first, 500 at most.
    public func deliveries(
        about subject: DeliverySubject, inTheLast time: Duration
    ) throws(StoreError) -> [DeliveryRecord] {
        try perform { (connection) throws(DatabaseError) in
            let query: SQL = """
                WHERE o.created_at > UTC_TIMESTAMP(6) - INTERVAL \(time.wholeSeconds) SECOND AND (\(subject.condition))
                ORDER BY o.created_at DESC, o.id DESC LIMIT 500
                """
            return try connection.rows(DeliveryRecord.selection + query).map(DeliveryRecord.init)
        }
    }

    /// One message.
    public func delivery(_ id: Int64) throws(StoreError) -> DeliveryRecord? {
        try perform { (connection) throws(DatabaseError) in
            try connection.first(DeliveryRecord.selection + " WHERE o.id = \(id)").map(DeliveryRecord.init)
        }
    }

    /// How many messages there were, by channel, gateway and state, with their delays.
    public func deliveryCounts(inTheLast time: Duration) throws(StoreError) -> [DeliveryCount] {
        try perform { (connection) throws(DatabaseError) in
            try connection.rows(
                """
                SELECT channel, gateway, state, COUNT(*),
                    CAST(AVG(TIMESTAMPDIFF(MICROSECOND, created_at, ended_at)) AS SIGNED),
                    CAST(MAX(TIMESTAMPDIFF(MICROSECOND, created_at, ended_at)) AS SIGNED)
                FROM outbox WHERE created_at > UTC_TIMESTAMP(6) - INTERVAL \(time.wholeSeconds) SECOND
                GROUP BY channel, gateway, state ORDER BY channel, gateway, state
                """
            ).map { (row) throws(DatabaseError) in
                DeliveryCount(
                    channel: try row.get(0), gateway: try row.get(1), state: try row.get(2), count: try row.get(3),
                    averageDelay: try row.get(4, as: Int64?.self).map { .microseconds($0) },
                    longestDelay: try row.get(5, as: Int64?.self).map { .microseconds($0) })
            }
        }
    }

    /// Makes messages due at once that wait for their next attempt; no courier's work is touched.
    ///
    /// - Parameters:
    ///   - subject: whose; `nil`: all.
    ///   - includesEnded: also those of the last 72 hours that were refused or given up and whose code still holds.
    /// - Returns: how many.
    public func retry(_ subject: DeliverySubject?, includesEnded: Bool, client: Client) throws(StoreError) -> Int {
        let condition = subject?.condition ?? "TRUE"
        return try transaction { (connection) throws(DatabaseError) in
            let query: SQL = """
                UPDATE outbox o
                SET o.state = 'waiting', o.ended_at = NULL, o.next_attempt_at = UTC_TIMESTAMP(6)
                WHERE (\(condition))
                    AND (o.state = 'waiting' AND o.next_attempt_at > UTC_TIMESTAMP(6)
                        OR \(includesEnded) AND o.state IN ('refused', 'given_up')
                            AND o.created_at > UTC_TIMESTAMP(6) - INTERVAL 72 HOUR
                            AND IFNULL(o.useful_until > UTC_TIMESTAMP(6), TRUE))
                """
            let count = try connection.execute(query).affectedRows
            // A contact does not belong into the audit.
            let pair: (iec: IEC, gstin: GSTIN)? =
                if case .pair(let iec, let gstin) = subject { (iec, gstin) } else { nil }
            try AuditLog.add(
                .deliveryRetry, includesEnded ? "due_with_ended" : "due", client: client, iec: pair?.iec,
                gstin: pair?.gstin, subject: "messages:\(count)", on: &connection)
            return .commit(count)
        }
    }

    /// Puts the message with a one-time password into the outbox whose code opens nothing: a trial of the whole way.
    ///
    /// - Returns: its number.
    public func sendSample(
        to destination: Destination, language: MessageLanguage, holds time: Duration, client: Client
    ) throws(StoreError) -> Int64 {
        let code = Outbox.Code(sample: SecretSeed(keys: keys, random: random), holds: time)
        return try transaction { (connection) throws(DatabaseError) in
            let id = try outbox.add(
                .oneTimePassword, to: destination, language: language, code: code, isSample: true, client: client,
                on: &connection)
            try AuditLog.add(
                .deliverySample, "queued", client: client, subject: destination.channel.rawValue, on: &connection)
            return .commit(id)
        }
    }

    /// Stops a channel, or lets it run: its messages wait, and pages say so.
    public func setStopped(
        _ isStopped: Bool, _ channel: Destination.Channel, client: Client
    ) throws(StoreError) {
        try transaction { (connection) throws(DatabaseError) in
            try connection.execute(
                """
                INSERT INTO delivery_channels (channel, stopped_at)
                VALUES (\(channel), IF(\(isStopped), UTC_TIMESTAMP(6), NULL))
                ON DUPLICATE KEY UPDATE stopped_at = IF(\(isStopped), IFNULL(stopped_at, UTC_TIMESTAMP(6)), NULL)
                """)
            try AuditLog.add(
                .deliveryChannel, isStopped ? "stopped" : "started", client: client, subject: channel.rawValue,
                on: &connection)
            return .commit(())
        }
        outboxSignals[channel].raise()
    }

    /// The channels that were stopped, and since when.
    public func stoppedChannels() throws(StoreError) -> [Destination.Channel: Date] {
        try perform { (connection) throws(DatabaseError) in
            var channels: [Destination.Channel: Date] = [:]
            for row in try connection.rows(
                "SELECT channel, stopped_at FROM delivery_channels WHERE stopped_at IS NOT NULL")
            {
                channels[try row.get(0)] = try row.get(1)
            }
            return channels
        }
    }
}

extension DeliverySubject {
    /// What rows of the outbox, as `o`, have in common.
    fileprivate var condition: SQL {
        switch self {
        case .contact(let destination):
            "o.recipient = \(destination.address) AND o.channel = \(destination.channel)"
        case .pair(let iec, let gstin):
            """
            o.iec = \(iec.text) AND o.gstin = \(gstin.text)
            OR o.otp_pair_id IN
                (SELECT p.id FROM registrations r JOIN otp_pairs p ON p.registration_id = r.id
                WHERE r.iec = \(iec.text) AND r.gstin = \(gstin.text))
            OR o.otp_pair_id IN
                (SELECT p.id FROM accounts a JOIN otp_pairs p ON p.account_id = a.id
                WHERE a.iec = \(iec.text) AND a.gstin = \(gstin.text))
            OR o.icegate_id IN
                (SELECT a.icegate_id FROM accounts a WHERE a.iec = \(iec.text) AND a.gstin = \(gstin.text))
            """
        }
    }
}

extension DeliveryRecord {
    fileprivate static let selection: SQL = """
        SELECT o.id, o.template, o.channel, o.recipient, o.state, o.attempts, o.gateway, o.reply, o.created_at,
            o.next_attempt_at, o.ended_at
        FROM outbox o
        """ + " "

    fileprivate init(_ row: Row) throws(DatabaseError) {
        let channel = try row.get(2, as: Destination.Channel.self)
        let state = try row.get(4, as: Delivery.State.self)
        // What the domain refuses cannot be masked by its rule, and is not shown at all.
        let contact =
            switch channel {
            case .sms: (try? row.value(3, MobileNumber.init))?.masked
            case .email: (try? row.value(3, EmailAddress.init))?.masked
            }
        self.init(
            id: try row.get(0), template: try row.get(1), channel: channel, contact: contact ?? "***", state: state,
            attempts: try row.get(5), gateway: try row.get(6), reply: try row.get(7), createdAt: try row.get(8),
            nextAttemptAt: state == .waiting ? try row.get(9) : nil, endedAt: try row.get(10))
    }
}
