public import FoundationEssentials
public import MariaDB
public import Registration

/// A message that the portal owes to somebody.
public enum MessageTemplate: String, Sendable, CaseIterable {
    /// The code of one channel, for the contacts that the master has.
    case oneTimePassword = "one-time-password"
    /// The code of one channel, for alternate contacts.
    case alternateOneTimePassword = "alternate-one-time-password"
    /// The password with which a registration begins.
    case temporaryPassword = "temporary-password"
    /// The account exists.
    case registrationFinished = "registration-finished"
    /// To the old contacts: others stand in their place.
    case contactsChanged = "contacts-changed"
}

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
}

extension Destination.Channel: SQLValueConvertible, SQLValueDecodable {}
extension MessageTemplate: SQLValueConvertible, SQLValueDecodable {}

enum Outbox {
    /// Adds a message, in the transaction that owes it.
    static func add(
        _ template: MessageTemplate, to destination: Destination, language: MessageLanguage, seed: SecretSeed? = nil,
        otpPairID: Int64? = nil, iec: IEC? = nil, gstin: GSTIN? = nil, icegateID: ICEGATEID? = nil,
        lifetime: Duration? = nil, on connection: inout Connection
    ) throws(DatabaseError) {
        try connection.execute(
            """
            INSERT INTO outbox (template, channel, recipient, language, nonce, key_id, otp_pair_id, iec, gstin,
                icegate_id, created_at, next_attempt_at, useful_until)
            VALUES (\(template), \(destination.channel), \(destination.address), \(language), \(seed?.nonce),
                \(seed?.keyID), \(otpPairID), \(iec?.text), \(gstin?.text), \(icegateID?.text), UTC_TIMESTAMP(6),
                UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL \(lifetime?.wholeSeconds) SECOND)
            """)
    }

    /// Adds both messages of an OTP pair.
    static func addCodes(
        _ template: MessageTemplate, to contacts: Contacts, language: MessageLanguage, seed: SecretSeed,
        otpPairID: Int64, icegateID: ICEGATEID?, lifetime: Duration, on connection: inout Connection
    ) throws(DatabaseError) {
        for destination in [Destination(contacts.mobile), Destination(contacts.email)] {
            try add(
                template, to: destination, language: language, seed: seed, otpPairID: otpPairID, icegateID: icegateID,
                lifetime: lifetime, on: &connection)
        }
    }
}
