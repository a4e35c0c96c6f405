public import FoundationEssentials
public import MariaDB
public import Registration

/// A message in the outbox, claimed by a courier.
public struct OutboxMessage: Sendable {
    /// Its number, unique in the outbox.
    public let id: Int64
    /// What it says.
    public let template: MessageTemplate
    /// Where it goes.
    public let destination: Destination
    /// In which language.
    public let language: MessageLanguage
    /// What its code is derived from, where it carries one.
    public let seed: SecretSeed?
    /// The pair that it is about.
    public let iec: IEC?
    /// The pair that it is about.
    public let gstin: GSTIN?
    /// The ICEGATE ID that it is about.
    public let icegateID: ICEGATEID?
    /// Until when its code holds.
    public let usefulUntil: Date?
    /// How often it was tried before.
    public let attempts: Int
    /// nginx's number of the request that owes it; empty where a command does.
    public let requestID: String
}

extension Destination.Channel: SQLValueConvertible, SQLValueDecodable {}

struct Outbox: Sendable {
    /// Raised whenever a message was put into the outbox by this process.
    let signals = OutboxSignals()

    /// Who waits for a message.
    enum Priority: Int, SQLValueConvertible {
        /// Somebody who sits before a page.
        case awaited = 0
        /// Nobody in particular: it was issued with many others.
        case bulk = 1
    }

    /// Adds a message, in the transaction that owes it.
    ///
    /// - Returns: its number.
    @discardableResult
    func add(
        _ template: MessageTemplate, to destination: Destination, language: MessageLanguage, code: Code? = nil,
        priority: Priority = .awaited, iec: IEC? = nil, gstin: GSTIN? = nil, icegateID: ICEGATEID? = nil,
        isSample: Bool = false, client: Client, on connection: inout Connection
    ) throws(DatabaseError) -> Int64 {
        let outcome = try connection.execute(
            """
            INSERT INTO outbox (template, channel, recipient, language, nonce, key_id, otp_pair_id, iec, gstin,
                icegate_id, is_sample, priority, request_id, created_at, next_attempt_at, useful_until)
            VALUES (\(template), \(destination.channel), \(destination.address), \(language),
                \(code?.seed.nonce), \(code?.seed.keyID), \(code?.otpPairID), \(iec?.text), \(gstin?.text),
                \(icegateID?.text), \(isSample), \(priority), \(client.requestID), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), \(code?.expiresAt ?? "NULL"))
            """)
        wakeCouriers(of: [destination.channel], on: &connection)
        return Int64(outcome.insertID)
    }

    /// Wakes this process's couriers of some channels once the messages that were added are committed.
    func wakeCouriers(of channels: Set<Destination.Channel>, on connection: inout Connection) {
        connection.whenCommitted { for channel in channels { signals[channel].raise() } }
    }

    /// Adds a notice to an account's contacts, on every channel that it goes on.
    func addNotice(
        _ template: MessageTemplate, to contacts: Contacts, language: MessageLanguage, icegateID: ICEGATEID,
        client: Client, on connection: inout Connection
    ) throws(DatabaseError) {
        for channel in template.channels {
            try add(
                template, to: contacts[channel], language: language, icegateID: icegateID, client: client,
                on: &connection)
        }
    }

    /// Adds both messages of an OTP pair.
    func addCodes(
        _ template: MessageTemplate, to contacts: Contacts, language: MessageLanguage, seed: SecretSeed,
        otpPairID: Int64, icegateID: ICEGATEID?, client: Client, on connection: inout Connection
    ) throws(DatabaseError) {
        for channel in template.channels {
            try add(
                template, to: contacts[channel], language: language, code: Code(seed: seed, otpPairID: otpPairID),
                icegateID: icegateID, client: client, on: &connection)
        }
    }

    /// Ends a message that was claimed; one that a later courier has claimed since is left alone.
    static func end(
        _ message: OutboxMessage, _ state: Delivery.State, _ note: DeliveryNote, on connection: inout Connection
    ) throws(DatabaseError) {
        try connection.execute(
            """
            UPDATE outbox
            SET state = \(state), ended_at = UTC_TIMESTAMP(6), gateway = IFNULL(\(note.gateway), gateway),
                reply = \(note.reply)
            WHERE id = \(message.id) AND ended_at IS NULL AND attempts = \(message.attempts + 1)
            """)
    }

    /// Ends messages that nobody has claimed, in a transaction that locked them.
    static func end(_ ids: [Int64], _ state: Delivery.State, on connection: inout Connection) throws(DatabaseError) {
        guard !ids.isEmpty else { return }
        try connection.execute(
            "UPDATE outbox SET state = \(state), ended_at = UTC_TIMESTAMP(6) WHERE id IN (\(list: ids)) AND live = 1")
    }

    /// The code that a message carries, which expires when the record says that it was made for.
    struct Code {
        let seed: SecretSeed
        let otpPairID: Int64?
        let expiresAt: SQL

        /// A code that opens nothing, for a trial of the way.
        init(sample seed: SecretSeed, holds time: Duration) {
            self.seed = seed
            otpPairID = nil
            expiresAt = "UTC_TIMESTAMP(6) + INTERVAL \(time.wholeSeconds) SECOND"
        }

        init(seed: SecretSeed, otpPairID: Int64) {
            self.seed = seed
            self.otpPairID = otpPairID
            expiresAt = "(SELECT expires_at FROM otp_pairs WHERE id = \(otpPairID))"
        }

        init(seed: SecretSeed, administratorOTPID: Int64) {
            self.seed = seed
            otpPairID = nil
            expiresAt = "(SELECT expires_at FROM administrator_otps WHERE id = \(administratorOTPID))"
        }

        init(seed: SecretSeed, temporaryPasswordID: Int64) {
            self.seed = seed
            otpPairID = nil
            expiresAt = "(SELECT expires_at FROM temporary_passwords WHERE id = \(temporaryPasswordID))"
        }
    }
}
