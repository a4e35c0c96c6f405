public import FoundationEssentials
import MariaDB
public import Registration

/// A pair of OTPs as the store has it.
public struct OTPPairRecord: Sendable {
    let id: Int64
    let subject: OTPSubject
    let seed: SecretSeed
    /// Where the two codes went.
    public let contacts: Contacts
    /// Until when they hold.
    public let expiresAt: Date
    /// Whether that time has passed.
    public let isExpired: Bool
    let triesAllowed: Int
    let liveTries: Int
    /// Sends that are left.
    public let sendsLeft: Int
    /// When the pair may be sent again.
    public let resendAt: Date
    /// Seconds from now until then; 0 when it may be now.
    public let secondsUntilResend: Int
    let endReason: EndReason?
    let secondsSinceSend: Int
    /// Seconds since it ended; `nil` while it lives.
    let secondsSinceEnd: Int?
    let sends: Int

    /// How a pair ends.
    enum EndReason: String, SQLValueConvertible, SQLValueDecodable {
        case consumed
        case superseded
        case expired
    }

    /// Whether it was sent a moment ago, and not in a future that the clock has gone back from.
    var wasJustSent: Bool { (0..<5).contains(secondsSinceSend) }
    /// Whether that was not its first sending.
    var wasJustSentAgain: Bool { wasJustSent && sends > 1 }
    /// Whether a right try consumed it a moment ago: the same submission again is a double click.
    var wasJustConsumed: Bool { isConsumed && secondsSinceEnd.map((0..<60).contains) == true }
    /// Whether it is for alternate contacts of a registration.
    var isAlternate: Bool { if case .registration(_, .alternate) = subject { true } else { false } }
    /// Whether its codes hold.
    public var isLive: Bool { endReason == nil && !isExpired }
    /// Whether it was consumed by a right try.
    public var isConsumed: Bool { endReason == .consumed }
    /// Whether another pair, or the end of the registration, took its place.
    var isSuperseded: Bool { endReason == .superseded }

    /// Tries that are left on the page of the registration; the page for carrying on has a count of its own.
    public var triesLeft: Int { max(0, triesAllowed - liveTries) }
}

enum OTPPairs {
    /// The newest pair of a registration or account for a purpose.
    static func newest(
        of subject: OTPSubject, limits: RegistrationLimits, on connection: inout Connection
    ) throws(DatabaseError) -> OTPPairRecord? {
        let row = try connection.first(
            """
            SELECT id, nonce, key_id, email, mobile, expires_at, tries_allowed, live_tries, sends_allowed, sends,
                last_sent_at, end_reason, ended_at, UTC_TIMESTAMP(6)
            FROM otp_pairs WHERE \(subject.condition)
            ORDER BY id DESC LIMIT 1
            """)
        return try row.map { (row) throws(DatabaseError) in try record(row, of: subject, limits: limits) }
    }

    /// How many pairs a registration or account has had for a purpose.
    static func count(of subject: OTPSubject, on connection: inout Connection) throws(DatabaseError) -> Int {
        try connection.first("SELECT COUNT(*) FROM otp_pairs WHERE \(subject.condition)")?.get(0) ?? 0
    }

    /// Makes a pair, in place of the one before it.
    ///
    /// - Returns: its identifier.
    static func make(
        for subject: OTPSubject, contacts: Contacts, seed: SecretSeed, limits: RegistrationLimits,
        on connection: inout Connection
    ) throws(DatabaseError) -> Int64 {
        try supersede(subject.condition, on: &connection)
        let outcome = try connection.execute(
            """
            INSERT INTO otp_pairs (registration_id, account_id, purpose, nonce, key_id, email, mobile, generated_at,
                expires_at, tries_allowed, sends_allowed, sends, last_sent_at)
            VALUES (\(subject.registrationID), \(subject.accountID), \(subject.purpose), \(seed.nonce),
                \(seed.keyID), \(contacts.email.text), \(contacts.mobile.text), UTC_TIMESTAMP(6),
                UTC_TIMESTAMP(6) + INTERVAL \(limits.otpLifetime.wholeSeconds) SECOND,
                \(limits.otpTries), \(limits.otpSends), 1, UTC_TIMESTAMP(6))
            """)
        return Int64(clamping: outcome.insertID)
    }

    /// Counts a try on the live page before it is judged. The row stays locked until the transaction ends.
    ///
    /// - Returns: whether the try may be judged: the pair lives and had a try left on that page.
    static func countLiveTry(_ id: Int64, on connection: inout Connection) throws(DatabaseError) -> Bool {
        let outcome = try connection.execute(
            """
            UPDATE otp_pairs SET live_tries = live_tries + 1
            WHERE id = \(id) AND ended_at IS NULL AND expires_at > UTC_TIMESTAMP(6) AND live_tries < tries_allowed
            """)
        return outcome.affectedRows == 1
    }

    /// Counts a try on the page for carrying on before it is judged, also of a pair that has expired or was consumed:
    /// whoever has the right codes of such a pair is told so, and nobody may try more often for that.
    ///
    /// - Returns: whether the try may be judged.
    static func countResumeTry(_ id: Int64, on connection: inout Connection) throws(DatabaseError) -> Bool {
        let outcome = try connection.execute(
            """
            UPDATE otp_pairs SET resume_tries = resume_tries + 1
            WHERE id = \(id) AND resume_tries < tries_allowed
            """)
        return outcome.affectedRows == 1
    }

    /// Counts a submission that came after the one that consumed the pair.
    ///
    /// - Returns: whether it may be judged.
    static func countRepeat(_ id: Int64, on connection: inout Connection) throws(DatabaseError) -> Bool {
        let outcome = try connection.execute(
            """
            UPDATE otp_pairs SET live_tries = live_tries + 1
            WHERE id = \(id) AND end_reason = 'consumed' AND live_tries < tries_allowed
            """)
        return outcome.affectedRows == 1
    }

    /// Gives back a try that was right, in the transaction that counted it: the wrong ones alone are bounded, so that of
    /// many right submissions at one instant each leads on.
    static func giveBack(_ page: TryPage, _ id: Int64, on connection: inout Connection) throws(DatabaseError) {
        try connection.execute("UPDATE otp_pairs SET \(page.oneLess) WHERE id = \(id)")
    }

    /// The pages that count tries apart.
    enum TryPage {
        case live
        case resume

        fileprivate var oneLess: SQL {
            switch self {
            case .live: "live_tries = live_tries - 1"
            case .resume: "resume_tries = resume_tries - 1"
            }
        }
    }

    /// Consumes a pair that was proven.
    ///
    /// - Parameter page: where the try was counted that is given back with it; `nil` where it was counted elsewhere.
    /// - Returns: whether this call did; `false` when another was first or the time has passed.
    static func consume(
        _ id: Int64, provenOn page: TryPage?, on connection: inout Connection
    ) throws(DatabaseError) -> Bool {
        let givenBack: SQL = if let page { ", \(page.oneLess)" } else { "" }
        let outcome = try connection.execute(
            """
            UPDATE otp_pairs SET ended_at = UTC_TIMESTAMP(6), end_reason = 'consumed'\(givenBack)
            WHERE id = \(id) AND ended_at IS NULL AND expires_at > UTC_TIMESTAMP(6)
            """)
        return outcome.affectedRows == 1
    }

    /// Counts a further send of a pair, when one is left and its time has come.
    static func countSend(
        _ id: Int64, limits: RegistrationLimits, on connection: inout Connection
    ) throws(DatabaseError) -> Bool {
        let outcome = try connection.execute(
            """
            UPDATE otp_pairs SET sends = sends + 1, last_sent_at = UTC_TIMESTAMP(6)
            WHERE id = \(id) AND ended_at IS NULL AND expires_at > UTC_TIMESTAMP(6) AND sends < sends_allowed
                AND last_sent_at <= UTC_TIMESTAMP(6) - INTERVAL \(limits.otpResendWait.wholeSeconds) SECOND
            """)
        return outcome.affectedRows == 1
    }

    /// Writes down that a pair's time has passed.
    static func expire(_ id: Int64, on connection: inout Connection) throws(DatabaseError) {
        try connection.execute(
            """
            UPDATE otp_pairs SET ended_at = UTC_TIMESTAMP(6), end_reason = 'expired'
            WHERE id = \(id) AND ended_at IS NULL
            """)
    }

    /// Ends the pairs of a registration that has ended.
    static func endAll(ofRegistration id: Int64, on connection: inout Connection) throws(DatabaseError) {
        try supersede("registration_id = \(id)", on: &connection)
    }

    /// Ends the pairs of an account whose contacts or password have changed.
    static func endAll(ofAccount id: Int64, on connection: inout Connection) throws(DatabaseError) {
        try supersede("account_id = \(id)", on: &connection)
    }

    private static func supersede(_ condition: SQL, on connection: inout Connection) throws(DatabaseError) {
        try connection.execute(
            """
            UPDATE otp_pairs SET ended_at = UTC_TIMESTAMP(6), end_reason = 'superseded'
            WHERE \(condition) AND ended_at IS NULL
            """)
    }

    private static func record(
        _ row: Row, of subject: OTPSubject, limits: RegistrationLimits
    ) throws(DatabaseError) -> OTPPairRecord {
        let (expiresAt, lastSentAt, now): (Date, Date, Date) = (try row.get(5), try row.get(10), try row.get(13))
        let (endReason, endedAt): (OTPPairRecord.EndReason?, Date?) = (try row.get(11), try row.get(12))
        let sends = try row.get(9, as: Int.self)
        let resendAt = lastSentAt + TimeInterval(limits.otpResendWait.wholeSeconds)
        return OTPPairRecord(
            id: try row.get(0), subject: subject, seed: SecretSeed(nonce: try row.get(1), keyID: try row.get(2)),
            contacts: Contacts(
                mobile: try row.value(4, MobileNumber.init), email: try row.value(3, EmailAddress.init)),
            expiresAt: expiresAt, isExpired: expiresAt <= now || endReason == .expired, triesAllowed: try row.get(6),
            liveTries: try row.get(7), sendsLeft: try row.get(8, as: Int.self) - sends, resendAt: resendAt,
            secondsUntilResend: max(0, (resendAt.microseconds(since: now) + 999_999) / 1_000_000), endReason: endReason,
            secondsSinceSend: now.microseconds(since: lastSentAt) / 1_000_000,
            secondsSinceEnd: endedAt.map { now.microseconds(since: $0) / 1_000_000 }, sends: sends)
    }
}
