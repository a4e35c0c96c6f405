import MariaDB
public import Registration

/// What the store has of the holder of one pair, for that person to read, and its erasure as far as the law lets.
///
/// Source: Digital Personal Data Protection Act 2023, sections 11 and 12. What stays: the master's entry, which is the Customs'
/// own record, and the audit, which is kept a year (CERT-In directions of 28-04-2022: at least 180 days).
public struct PersonalData {
    private let desk: HelpDesk
    private let iec: IEC
    private let gstin: GSTIN

    /// Makes the data of a pair, as the help desk reaches it.
    public init(of iec: IEC, _ gstin: GSTIN, at desk: HelpDesk) {
        self.iec = iec
        self.gstin = gstin
        self.desk = desk
    }

    /// What stands where contacts and names were. Nothing is ever sent there: who has them has neither a session nor an
    /// account.
    static let erasedEmail = "erased@erased.invalid"
    static let erasedMobile = "6000000000"
    static let erasedName = "erased"

    /// Rows of one table, each as the text of a JSON object (RFC 8259).
    public struct Section: Sendable, Equatable {
        public let table: String
        public let rows: [String]
    }

    /// Everything but what is secret: seeds, hashes and cookies tell the person nothing.
    public func export() throws(StoreError) -> [Section] {
        try desk.pool.commit { (connection) throws(DatabaseError) in
            var sections: [Section] = []
            for (table, select) in selections {
                var rows: [String] = []
                for row in try connection.rows(select) { rows.append(try row.get(0)) }
                sections.append(Section(table: table, rows: rows))
            }
            try AuditLog.add(
                .personExport, "done", client: desk.client, iec: iec, gstin: gstin, on: &connection)
            return .commit(sections)
        }
    }

    /// What an erasure came to.
    public enum Erasure: Sendable, Equatable {
        case done
        /// There was never a registration or an account of the pair.
        case none
        /// An account is open: it is to be closed first.
        case accountIsOpen(ICEGATEID)
        /// A registration is in progress: it is to be ended first.
        case registrationLives
    }

    /// Overwrites or deletes names and contacts of a person who has no account any more.
    public func erase() throws(StoreError) -> Erasure {
        try desk.pool.commit { (connection) throws(DatabaseError) in
            if let account = try desk.find(.pair(iec, gstin), isLocked: true, on: &connection), account.closedAt == nil
            {
                return .rollback(.accountIsOpen(account.icegateID))
            }
            let known = try connection.first(
                """
                SELECT 1 FROM registrations WHERE \(isOfPair) UNION ALL SELECT 1 FROM accounts WHERE \(isOfPair) LIMIT 1
                """)
            guard known != nil else { return .rollback(.none) }
            let live = try connection.first(
                """
                SELECT 1 FROM registrations
                WHERE iec = \(iec.text) AND gstin = \(gstin.text) AND live = 1 AND expires_at > UTC_TIMESTAMP(6)
                """)
            guard live == nil else { return .rollback(.registrationLives) }
            try eraseAll(on: &connection)
            try AuditLog.add(
                .personErase, "done", client: desk.client, iec: iec, gstin: gstin, on: &connection)
            return .commit(.done)
        }
    }

    private func eraseAll(on connection: inout Connection) throws(DatabaseError) {
        // Feedback knows no pair: the addresses of the pair are what it is found by.
        try connection.execute(
            """
            UPDATE feedback SET email = NULL
            WHERE email IN (SELECT email FROM registrations WHERE \(isOfPair))
                OR email IN (SELECT email FROM accounts WHERE \(isOfPair))
            """)
        // Before the pairs of OTPs, by which messages are found.
        try connection.execute(
            """
            UPDATE outbox
            SET recipient = \(Self.erasedName), state = IF(ended_at IS NULL, 'given_up', state),
                ended_at = IFNULL(ended_at, UTC_TIMESTAMP(6))
            WHERE \(isMessageOfPair)
            """)
        try connection.execute(
            """
            UPDATE otp_pairs SET email = \(Self.erasedEmail), mobile = \(Self.erasedMobile)
            WHERE registration_id IN (SELECT id FROM registrations
                    WHERE \(isOfPair) AND (ended_at IS NOT NULL OR expires_at <= UTC_TIMESTAMP(6)))
                OR account_id IN (SELECT id FROM accounts WHERE \(isOfPair))
            """)
        try connection.execute(
            """
            DELETE FROM sessions
            WHERE registration_id IN (SELECT id FROM registrations WHERE \(isOfPair))
                OR account_id IN (SELECT id FROM accounts WHERE \(isOfPair))
            """)
        try connection.execute(
            """
            DELETE FROM message_requests
            WHERE \(isOfPair) OR icegate_id IN (SELECT icegate_id FROM accounts WHERE \(isOfPair))
            """)
        let nobody: SQL = """
            legal_name = \(Self.erasedName), email = \(Self.erasedEmail), mobile = \(Self.erasedMobile)
            """
        // One that was begun at this instant keeps its contacts: its OTPs go there.
        try connection.execute(
            """
            UPDATE registrations SET \(nobody), password_hash = NULL
            WHERE \(isOfPair) AND (ended_at IS NOT NULL OR expires_at <= UTC_TIMESTAMP(6))
            """)
        try connection.execute("UPDATE accounts SET \(nobody), password_hash = \(Self.erasedName) WHERE \(isOfPair)")
    }

    private var isOfPair: SQL { "iec = \(iec.text) AND gstin = \(gstin.text)" }

    private var isMessageOfPair: SQL {
        """
        (\(isOfPair)
            OR otp_pair_id IN (SELECT p.id FROM otp_pairs p JOIN registrations r ON r.id = p.registration_id
                WHERE r.iec = \(iec.text) AND r.gstin = \(gstin.text))
            OR otp_pair_id IN (SELECT p.id FROM otp_pairs p JOIN accounts a ON a.id = p.account_id
                WHERE a.iec = \(iec.text) AND a.gstin = \(gstin.text))
            OR otp_pair_id IS NULL AND EXISTS (SELECT 1 FROM accounts a
                WHERE a.iec = \(iec.text) AND a.gstin = \(gstin.text) AND a.icegate_id = outbox.icegate_id
                    AND outbox.created_at >= a.created_at))
        """
    }

    private var selections: [(table: String, select: SQL)] {
        [
            (
                "master_entries",
                """
                SELECT JSON_OBJECT('iec', iec, 'gstin', gstin, 'legal_name', legal_name, 'email', email, 'mobile', mobile,
                    'iec_status', iec_status, 'gstin_status', gstin_status)
                FROM master_entries WHERE \(isOfPair)
                """
            ),
            (
                "registrations",
                """
                SELECT JSON_OBJECT('legal_name', legal_name, 'email', email, 'mobile', mobile, 'step', step,
                    'icegate_id', icegate_id, 'started_at', started_at, 'verified_at', verified_at,
                    'expires_at', expires_at, 'ended_at', ended_at, 'end_reason', end_reason)
                FROM registrations WHERE \(isOfPair) ORDER BY id
                """
            ),
            (
                "accounts",
                """
                SELECT JSON_OBJECT('icegate_id', icegate_id, 'legal_name', legal_name, 'category', category,
                    'email', email, 'mobile', mobile, 'language', language, 'created_at', created_at,
                    'closed_at', closed_at)
                FROM accounts WHERE \(isOfPair) ORDER BY id
                """
            ),
            (
                "otp_pairs",
                """
                SELECT JSON_OBJECT('purpose', purpose, 'email', email, 'mobile', mobile, 'generated_at', generated_at,
                    'expires_at', expires_at, 'sends', sends, 'ended_at', ended_at, 'end_reason', end_reason)
                FROM otp_pairs
                WHERE registration_id IN (SELECT id FROM registrations WHERE \(isOfPair))
                    OR account_id IN (SELECT id FROM accounts WHERE \(isOfPair))
                ORDER BY id
                """
            ),
            (
                "temporary_passwords",
                """
                SELECT JSON_OBJECT('issued_at', issued_at, 'expires_at', expires_at, 'ended_at', ended_at,
                    'end_reason', end_reason)
                FROM temporary_passwords WHERE \(isOfPair) ORDER BY id
                """
            ),
            (
                "sessions",
                """
                SELECT JSON_OBJECT('created_at', created_at, 'last_seen_at', last_seen_at, 'ended_at', ended_at,
                    'end_reason', end_reason, 'client_address', client_address, 'browser', browser)
                FROM sessions
                WHERE registration_id IN (SELECT id FROM registrations WHERE \(isOfPair))
                    OR account_id IN (SELECT id FROM accounts WHERE \(isOfPair))
                ORDER BY created_at
                """
            ),
            (
                "outbox",
                """
                SELECT JSON_OBJECT('message', template, 'channel', channel, 'recipient', recipient,
                    'language', language, 'state', state, 'created_at', created_at, 'ended_at', ended_at)
                FROM outbox WHERE \(isMessageOfPair) ORDER BY id
                """
            ),
            (
                "message_requests",
                """
                SELECT JSON_OBJECT('kind', kind, 'language', language, 'client_address', client_address,
                    'requested_at', requested_at, 'handled_at', handled_at)
                FROM message_requests WHERE \(isOfPair) ORDER BY id
                """
            ),
            (
                "feedback",
                """
                SELECT JSON_OBJECT('reference', reference, 'message', message, 'email', email, 'created_at', created_at)
                FROM feedback
                WHERE email IN (SELECT email FROM registrations WHERE \(isOfPair))
                    OR email IN (SELECT email FROM accounts WHERE \(isOfPair))
                ORDER BY id
                """
            ),
            (
                "audit_events",
                """
                SELECT JSON_OBJECT('happened_at', happened_at, 'action', action, 'outcome', outcome,
                    'client_address', client_address)
                FROM audit_events
                WHERE \(isOfPair)
                    OR registration_id IN (SELECT id FROM registrations WHERE \(isOfPair))
                    OR account_id IN (SELECT id FROM accounts WHERE \(isOfPair))
                ORDER BY id
                """
            ),
        ]
    }
}
