import FoundationEssentials
import MariaDB
import Registration
public import Sodium

/// What a browser's cookie holds: 256 random bits, of which the store has the SHA-256 alone.
public struct SessionID: Sendable, Equatable {
    /// 64 hexadecimal digits.
    public let text: String
    /// The SHA-256 of the text: 32 bytes, by which the store knows the session.
    public let hash: [UInt8]
    /// Whether the store was asked for it and has no such session: it never will, for it has those alone that it began.
    public var isUnknown = false

    /// Draws a new identifier.
    public init(random: RandomBytes) { self.init(text: Hexadecimal.encode(random(32))) }

    /// Reads what a cookie holds; `nil` for anything but 64 lower-case hexadecimal digits.
    public init?(cookie text: String) {
        guard text.utf8.count == 64, let bytes = Hexadecimal.decode(text), Hexadecimal.encode(bytes) == text else {
            return nil
        }
        self.init(text: text)
    }

    private init(text: String) {
        self.text = text
        hash = Digest.sha256(Array(text.utf8))
    }

    /// Whether both are the same session's, whatever the store was asked.
    public static func == (left: Self, right: Self) -> Bool { left.text == right.text }
}

/// Whose a session is.
enum SessionOwner: Equatable {
    case registration(Int64)
    case account(Int64)
    /// Somebody who has proven the contacts of an account, to set a new password for it and nothing else.
    case passwordReset(Int64)
}

enum Sessions {
    enum EndReason: String, SQLValueConvertible, SQLValueDecodable {
        case logout
        case takenOver = "taken_over"
        case renewed
        case timedOut = "timed_out"
        case endedElsewhere = "ended_elsewhere"
    }

    struct Record {
        let owner: SessionOwner
        /// The owner, where it is a registration.
        let registration: RegistrationRecord?
        let endReason: EndReason?
        let isTimedOut: Bool
        /// Whether its last use was so long ago that this one is to be noted.
        let wasUnused: Bool
        let time: SessionTime
        /// What the browser had before.
        let replacedHash: [UInt8]?
    }

    /// A session, with the registration that it may be of: one look for what every page asks.
    static func find(
        _ id: SessionID, limits: RegistrationLimits, on connection: inout Connection
    ) throws(DatabaseError) -> Record? {
        let row = try connection.first(
            """
            SELECT s.account_id, s.is_password_reset, s.end_reason, s.replaced_hash, s.last_seen_at, s.ends_at,
                UTC_TIMESTAMP(6), \(Registrations.columns)
            FROM sessions s LEFT JOIN registrations r ON r.id = s.registration_id
            WHERE s.id_hash = \(id.hash)
            """)
        guard let row else { return nil }
        let owner: SessionOwner
        var registration: RegistrationRecord?
        if let accountID = try row.get(0, as: Int64?.self) {
            owner = try row.get(1, as: Bool.self) ? .passwordReset(accountID) : .account(accountID)
        } else {
            let its = try Registrations.record(row, from: 7)
            owner = .registration(its.id)
            registration = its
        }
        let idle = owner.idle(limits)
        let (lastSeenAt, endsAt, now): (Date, Date, Date) = (try row.get(4), try row.get(5), try row.get(6))
        return Record(
            owner: owner, registration: registration, endReason: try row.get(2),
            isTimedOut: endsAt <= now || lastSeenAt + idle <= now, wasUnused: lastSeenAt < now - unnoted,
            time: SessionTime(until: min(endsAt, now + idle), from: now, isLast: endsAt <= now + idle),
            replacedHash: try row.get(3))
    }

    /// Seconds in which further uses are not written down.
    private static let unnoted: TimeInterval = 10

    /// Notes that the session was used, unless that was noted just before.
    static func touch(_ id: SessionID, on connection: inout Connection) throws(DatabaseError) {
        try connection.execute(
            """
            UPDATE sessions SET last_seen_at = UTC_TIMESTAMP(6)
            WHERE id_hash = \(id.hash) AND last_seen_at < UTC_TIMESTAMP(6) - INTERVAL \(Int64(unnoted)) SECOND
            """)
    }

    /// Begins a session in place of the one that the browser had, which ends if the store knows it.
    static func begin(
        _ id: SessionID, replacing old: SessionID, of owner: SessionOwner, client: Client, limits: RegistrationLimits,
        on connection: inout Connection
    ) throws(DatabaseError) {
        let (registrationID, accountID, lifetime): (Int64?, Int64?, Duration) =
            switch owner {
            case .registration(let id): (id, nil, limits.registrationSession)
            case .account(let id): (nil, id, limits.accountSession)
            case .passwordReset(let id): (nil, id, limits.registrationSession)
            }
        try end(old, .renewed, on: &connection)
        try connection.execute(
            """
            INSERT INTO sessions
                (id_hash, registration_id, account_id, is_password_reset, replaced_hash, client_address, browser,
                 created_at, last_seen_at, ends_at)
            VALUES (\(id.hash), \(registrationID), \(accountID), \(owner.isPasswordReset), \(old.hash),
                \(client.address), \(client.browser), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL \(lifetime.wholeSeconds) SECOND)
            """)
    }

    /// Ends one session; nothing is asked where there is none.
    static func end(
        _ id: SessionID, _ reason: EndReason, on connection: inout Connection
    ) throws(DatabaseError) {
        guard !id.isUnknown else { return }
        try connection.execute(
            """
            UPDATE sessions SET ended_at = UTC_TIMESTAMP(6), end_reason = \(reason)
            WHERE id_hash = \(id.hash) AND ended_at IS NULL
            """)
    }

    /// Ends every session of a registration.
    static func endAll(
        ofRegistration id: Int64, _ reason: EndReason, on connection: inout Connection
    ) throws(DatabaseError) {
        try connection.execute(
            """
            UPDATE sessions SET ended_at = UTC_TIMESTAMP(6), end_reason = \(reason)
            WHERE registration_id = \(id) AND ended_at IS NULL
            """)
    }

    /// Ends every session of an account.
    static func endAll(
        ofAccount id: Int64, _ reason: EndReason, on connection: inout Connection
    ) throws(DatabaseError) {
        try connection.execute(
            """
            UPDATE sessions SET ended_at = UTC_TIMESTAMP(6), end_reason = \(reason)
            WHERE account_id = \(id) AND ended_at IS NULL
            """)
    }

    /// Ends the session with a hash, when it is one of the account's.
    static func end(
        _ hash: [UInt8], ofAccount id: Int64, _ reason: EndReason, on connection: inout Connection
    ) throws(DatabaseError) {
        try connection.execute(
            """
            UPDATE sessions SET ended_at = UTC_TIMESTAMP(6), end_reason = \(reason)
            WHERE id_hash = \(hash) AND account_id = \(id) AND ended_at IS NULL
            """)
    }

    /// Whether somebody may set a new password for an account, and has not yet.
    static func hasPasswordReset(_ accountID: Int64, on connection: inout Connection) throws(DatabaseError) -> Bool {
        try connection.first(
            "SELECT 1 FROM sessions WHERE account_id = \(accountID) AND is_password_reset AND ended_at IS NULL LIMIT 1")
            != nil
    }

    /// Whether a session may still set a new password. The row stays locked.
    static func lockPasswordReset(_ id: SessionID, on connection: inout Connection) throws(DatabaseError) -> Bool {
        try connection.first(
            """
            SELECT 1 FROM sessions WHERE id_hash = \(id.hash) AND is_password_reset AND ended_at IS NULL FOR UPDATE
            """) != nil
    }

    /// Ends the sessions in which somebody has proven the contacts that an account had, to set a new password.
    static func endPasswordResets(ofAccount id: Int64, on connection: inout Connection) throws(DatabaseError) {
        try connection.execute(
            """
            UPDATE sessions SET ended_at = UTC_TIMESTAMP(6), end_reason = \(EndReason.endedElsewhere)
            WHERE account_id = \(id) AND is_password_reset AND ended_at IS NULL
            """)
    }

    /// The sessions in which somebody is logged in to an account, the one used last first.
    static func live(
        ofAccount id: Int64, limits: RegistrationLimits, on connection: inout Connection
    ) throws(DatabaseError) -> [Use] {
        let rows = try connection.rows(
            """
            SELECT id_hash, client_address, browser, created_at, last_seen_at FROM sessions
            WHERE account_id = \(id) AND ended_at IS NULL AND NOT is_password_reset AND ends_at > UTC_TIMESTAMP(6)
                AND last_seen_at > UTC_TIMESTAMP(6) - INTERVAL \(limits.accountIdle.wholeSeconds) SECOND
            ORDER BY last_seen_at DESC LIMIT 50
            """)
        var uses: [Use] = []
        for row in rows {
            uses.append(
                Use(
                    hash: try row.get(0), address: try row.get(1), browser: try row.get(2), beganAt: try row.get(3),
                    lastSeenAt: try row.get(4)))
        }
        return uses
    }

    /// A session as its holder can tell it from others.
    struct Use {
        let hash: [UInt8]
        let address: String
        let browser: String
        let beganAt: Date
        let lastSeenAt: Date
    }
}

extension SessionOwner {
    /// Seconds for which a session may be left alone.
    fileprivate func idle(_ limits: RegistrationLimits) -> TimeInterval {
        switch self {
        case .account: TimeInterval(limits.accountIdle.wholeSeconds)
        case .registration, .passwordReset: TimeInterval(limits.registrationIdle.wholeSeconds)
        }
    }

    var isPasswordReset: Bool { if case .passwordReset = self { true } else { false } }
}
