public import FoundationEssentials
public import MariaDB
public import Registration

/// A registration as the store has it.
public struct RegistrationRecord: Sendable, Equatable {
    let id: Int64
    /// The holder's code.
    public let iec: IEC
    /// The holder's registration for tax.
    public let gstin: GSTIN
    /// The firm's name, as the master had it when the registration began.
    public let legalName: String
    /// The contacts, as the master had them when the registration began.
    public let contacts: Contacts
    /// How far it has come.
    public let step: RegistrationStep
    /// The name that was chosen, from ``RegistrationStep/otpSent`` on.
    public let icegateID: ICEGATEID?
    let passwordHash: String?
    /// When it dies unless it is finished before.
    public let expiresAt: Date
    /// Whether that time has passed, or the registration was ended as expired.
    public let isExpired: Bool
}

enum Registrations {
    /// The registration with an identifier.
    static func find(_ id: Int64, on connection: inout Connection) throws(DatabaseError) -> RegistrationRecord? {
        try connection.first("SELECT \(columns) FROM registrations r WHERE r.id = \(id)").map(record)
    }

    /// The same, locked until the transaction ends.
    static func lock(_ id: Int64, on connection: inout Connection) throws(DatabaseError) -> RegistrationRecord? {
        try connection.first("SELECT \(columns) FROM registrations r WHERE r.id = \(id) FOR UPDATE").map(record)
    }

    /// The same from one of its sessions, and whether that ended because the registration was begun again elsewhere: both
    /// rows stay locked, the registration's first as everywhere.
    static func lock(
        _ id: Int64, from session: SessionID, on connection: inout Connection
    ) throws(DatabaseError) -> (registration: RegistrationRecord, wasTakenOver: Bool)? {
        let row = try connection.first(
            """
            SELECT s.end_reason <=> \(Sessions.EndReason.takenOver), \(columns)
            FROM registrations r LEFT JOIN sessions s ON s.id_hash = \(session.hash)
            WHERE r.id = \(id) FOR UPDATE
            """)
        return try row.map { (row) throws(DatabaseError) in (try record(row, from: 1), try row.get(0)) }
    }

    /// The live registration of a pair, locked until the transaction ends.
    static func lockLive(
        _ iec: IEC, _ gstin: GSTIN, on connection: inout Connection
    ) throws(DatabaseError) -> RegistrationRecord? {
        try connection.first(
            """
            SELECT \(columns) FROM registrations r
            WHERE r.iec = \(iec.text) AND r.gstin = \(gstin.text) AND r.live = 1 FOR UPDATE
            """
        ).map(record)
    }

    /// The newest registration of a pair, locked until the transaction ends.
    ///
    /// Found first and locked by its number: the end of a registration moves it within the index of pairs, and a statement
    /// that waits there for its lock would not find it afterwards.
    static func lockNewest(
        _ iec: IEC, _ gstin: GSTIN, on connection: inout Connection
    ) throws(DatabaseError) -> RegistrationRecord? {
        let newest = try connection.first(
            "SELECT MAX(id) FROM registrations WHERE iec = \(iec.text) AND gstin = \(gstin.text)")
        guard let id = try newest?.get(0, as: Int64?.self) else { return nil }
        return try lock(id, on: &connection)
    }

    /// Begins a registration with the contacts that the master has now.
    ///
    /// - Returns: its identifier.
    static func begin(
        _ entry: MasterEntry, contacts: Contacts, lifetime: Duration, on connection: inout Connection
    ) throws(DatabaseError) -> Int64 {
        let outcome = try connection.execute(
            """
            INSERT INTO registrations (iec, gstin, legal_name, email, mobile, step, started_at, expires_at)
            VALUES (\(entry.iec.text), \(entry.gstin.text), \(entry.legalName), \(contacts.email.text),
                \(contacts.mobile.text), \(RegistrationStep.identified), UTC_TIMESTAMP(6),
                UTC_TIMESTAMP(6) + INTERVAL \(lifetime.wholeSeconds) SECOND)
            """)
        return Int64(clamping: outcome.insertID)
    }

    /// Ends a registration whose time has passed: the pair may begin again, and its name is free.
    static func expire(_ id: Int64, on connection: inout Connection) throws(DatabaseError) {
        try connection.execute(
            """
            UPDATE registrations SET ended_at = UTC_TIMESTAMP(6), end_reason = 'expired', password_hash = NULL
            WHERE id = \(id) AND ended_at IS NULL
            """)
        try connection.execute(
            """
            UPDATE otp_pairs SET ended_at = UTC_TIMESTAMP(6), end_reason = 'expired'
            WHERE registration_id = \(id) AND ended_at IS NULL
            """)
        try connection.execute(
            """
            UPDATE icegate_ids SET reserved_until = UTC_TIMESTAMP(6)
            WHERE registration_id = \(id) AND reserved_until > UTC_TIMESTAMP(6)
            """)
    }

    /// Moves a registration one step forward.
    ///
    /// - Returns: whether it stood at `from`; nothing is done otherwise.
    static func advance(
        _ id: Int64, from: RegistrationStep, to step: RegistrationStep, on connection: inout Connection
    ) throws(DatabaseError) -> Bool {
        let outcome = try connection.execute(
            """
            UPDATE registrations
            SET step = \(step), verified_at = IF(\(step == .verified), UTC_TIMESTAMP(6), verified_at)
            WHERE id = \(id) AND step = \(from) AND ended_at IS NULL
            """)
        return outcome.affectedRows == 1
    }

    /// Takes the chosen name and password, and moves on from ``RegistrationStep/identified``.
    static func choose(
        _ id: Int64, icegateID: ICEGATEID, passwordHash: String, on connection: inout Connection
    ) throws(DatabaseError) -> Bool {
        let outcome = try connection.execute(
            """
            UPDATE registrations
            SET step = \(RegistrationStep.otpSent), icegate_id = \(icegateID.text), password_hash = \(passwordHash)
            WHERE id = \(id) AND step = \(RegistrationStep.identified) AND ended_at IS NULL
            """)
        return outcome.affectedRows == 1
    }

    /// Lets a registration, and the name reserved for it, live as long as its newest OTP pair.
    static func extend(_ id: Int64, on connection: inout Connection) throws(DatabaseError) {
        try connection.execute(
            """
            UPDATE registrations r
            JOIN (SELECT MAX(expires_at) AS latest FROM otp_pairs WHERE registration_id = \(id)) p
            LEFT JOIN icegate_ids n
                ON n.icegate_id = r.icegate_id AND n.registration_id = r.id AND n.account_id IS NULL
            SET r.expires_at = p.latest, n.reserved_until = p.latest
            WHERE r.id = \(id) AND r.ended_at IS NULL
            """)
    }

    /// Gives a registration that has no OTPs yet its whole time again.
    static func prolong(
        _ id: Int64, lifetime: Duration, on connection: inout Connection
    ) throws(DatabaseError) {
        try connection.execute(
            """
            UPDATE registrations SET expires_at = UTC_TIMESTAMP(6) + INTERVAL \(lifetime.wholeSeconds) SECOND
            WHERE id = \(id) AND step = \(RegistrationStep.identified) AND ended_at IS NULL
            """)
    }

    /// Ends a registration whose account was made.
    static func finish(_ id: Int64, on connection: inout Connection) throws(DatabaseError) {
        try connection.execute(
            """
            UPDATE registrations
            SET step = \(RegistrationStep.finished), ended_at = UTC_TIMESTAMP(6), end_reason = 'finished',
                password_hash = NULL
            WHERE id = \(id) AND ended_at IS NULL
            """)
    }

    /// What ``record(_:from:)`` reads of a registration `r`.
    static let columns: SQL = """
        r.id, r.iec, r.gstin, r.legal_name, r.email, r.mobile, r.step, r.icegate_id, r.password_hash, r.expires_at,
            r.end_reason <=> 'expired' OR (r.ended_at IS NULL AND r.expires_at <= UTC_TIMESTAMP(6))
        """

    /// Reads a registration.
    ///
    /// - Parameter first: where its columns begin.
    static func record(_ row: Row, from first: Int) throws(DatabaseError) -> RegistrationRecord {
        RegistrationRecord(
            id: try row.get(first), iec: try row.value(first + 1, IEC.init),
            gstin: try row.value(first + 2, GSTIN.init), legalName: try row.get(first + 3),
            contacts: Contacts(
                mobile: try row.value(first + 5, MobileNumber.init),
                email: try row.value(first + 4, EmailAddress.init)),
            step: try row.get(first + 6), icegateID: try row.optionalValue(first + 7, ICEGATEID.init),
            passwordHash: try row.get(first + 8), expiresAt: try row.get(first + 9), isExpired: try row.get(first + 10))
    }

    private static func record(_ row: Row) throws(DatabaseError) -> RegistrationRecord { try record(row, from: 0) }
}

extension RegistrationStep: SQLValueConvertible, SQLValueDecodable {}
