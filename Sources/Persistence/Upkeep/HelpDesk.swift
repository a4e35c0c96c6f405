public import FoundationEssentials
public import MariaDB
public import Registration

/// What the help desk may see and do: nothing secret, contacts masked, and everything in the audit.
///
/// Works on the account of upkeep, to which no hash, seed or cookie is readable.
public struct HelpDesk {
    let pool: Pool
    let keys: KeyRing
    let client: Client

    /// Makes a desk.
    ///
    /// - Parameters:
    ///   - pool: of the account of upkeep.
    ///   - keys: under which subjects of counters are kept.
    ///   - operatorName: who sits at it.
    public init(pool: Pool, keys: KeyRing, operatorName: OperatorName) {
        self.pool = pool
        self.keys = keys
        client = Client(operatorName)
    }

    /// How an account is named: by its ICEGATE ID, or by its pair, of which the open one counts, else the newest.
    public enum AccountSubject: Sendable {
        case name(ICEGATEID)
        case pair(IEC, GSTIN)
    }

    /// An account as the help desk sees it.
    public struct AccountState: Sendable, Equatable {
        public let icegateID: ICEGATEID
        public let iec: IEC
        public let gstin: GSTIN
        public let legalName: String
        /// Masked; `nil` after they were erased.
        public let email: String?
        public let mobile: String?
        public let createdAt: Date
        public let closedAt: Date?
        /// Sessions that have not ended.
        public let openSessions: Int
        public let lastLogin: Date?
        /// Refused logins since the last right one, and until when the next is asked to wait.
        public let refusedLogins: Int
        public let waitsUntil: Date?
    }

    /// A registration as the help desk sees it.
    public struct RegistrationState: Sendable, Equatable {
        public let step: RegistrationStep
        public let icegateID: ICEGATEID?
        public let email: String?
        public let mobile: String?
        public let startedAt: Date
        public let expiresAt: Date
        public let endedAt: Date?
        /// `finished` or `expired`; `nil` while it lives.
        public let endReason: String?
        /// The newest OTPs: what is left of them, and when they expire.
        public let otps: OTPState?
    }

    /// A pair of OTPs as the help desk sees it.
    public struct OTPState: Sendable, Equatable {
        public let purpose: String
        public let expiresAt: Date
        public let endReason: String?
        /// On the page of the registration.
        public let triesLeft: Int
        /// On the page for carrying on.
        public let resumeTriesLeft: Int
        public let sendsLeft: Int
    }

    /// What closing an account, or unlocking it, came to.
    public enum Outcome: Sendable, Equatable {
        case done(ICEGATEID)
        case none
        case alreadyClosed(ICEGATEID)
    }

    /// The account of a subject; `nil` when there is none.
    public func account(_ subject: AccountSubject) throws(StoreError) -> AccountState? {
        try pool.commit { (connection) throws(DatabaseError) in
            guard let found = try find(subject, on: &connection) else { return .rollback(nil) }
            try AuditLog.add(
                .accountLook, "shown", client: client, icegateID: found.icegateID, accountID: found.id,
                on: &connection)
            return .commit(try state(of: found, on: &connection))
        }
    }

    /// Lifts what an account and its pair wait for after failures, and forgets the failures.
    ///
    /// OTPs that have no try left are not given new ones: the portal sends new OTPs.
    public func unlock(_ subject: AccountSubject) throws(StoreError) -> Outcome {
        try pool.commit { (connection) throws(DatabaseError) in
            guard let found = try find(subject, on: &connection) else { return .rollback(.none) }
            guard found.closedAt == nil else { return .rollback(.alreadyClosed(found.icegateID)) }
            try forget(subjects(of: found), on: &connection)
            try AuditLog.add(
                .accountUnlock, "done", client: client, icegateID: found.icegateID, accountID: found.id,
                on: &connection)
            return .commit(.done(found.icegateID))
        }
    }

    /// Closes an account: nobody logs in any more, its name stays taken, and its pair may register again once a new temporary
    /// password was issued.
    public func close(_ subject: AccountSubject) throws(StoreError) -> Outcome {
        try pool.commit { (connection) throws(DatabaseError) in
            guard let found = try find(subject, isLocked: true, on: &connection) else { return .rollback(.none) }
            guard found.closedAt == nil else { return .rollback(.alreadyClosed(found.icegateID)) }
            try connection.execute("UPDATE accounts SET closed_at = UTC_TIMESTAMP(6) WHERE id = \(found.id)")
            try connection.execute(
                """
                UPDATE sessions SET ended_at = UTC_TIMESTAMP(6), end_reason = 'ended_elsewhere'
                WHERE account_id = \(found.id) AND ended_at IS NULL
                """)
            try connection.execute(
                """
                UPDATE otp_pairs SET ended_at = UTC_TIMESTAMP(6), end_reason = 'superseded'
                WHERE account_id = \(found.id) AND ended_at IS NULL
                """)
            try AuditLog.add(
                .accountClose, "done", client: client, icegateID: found.icegateID, accountID: found.id,
                on: &connection)
            return .commit(.done(found.icegateID))
        }
    }

    /// The registrations of a pair that are still kept, newest first.
    public func registrations(_ iec: IEC, _ gstin: GSTIN) throws(StoreError) -> [RegistrationState] {
        try pool.commit { (connection) throws(DatabaseError) in
            var found: [RegistrationState] = []
            for row in try connection.rows(
                """
                SELECT r.step, r.icegate_id, r.email, r.mobile, r.started_at, r.expires_at, r.ended_at,
                    r.end_reason, p.purpose, p.expires_at, p.end_reason,
                    GREATEST(0, CAST(p.tries_allowed AS SIGNED) - p.live_tries),
                    GREATEST(0, CAST(p.tries_allowed AS SIGNED) - p.resume_tries), CAST(p.sends_allowed AS SIGNED) - p.sends
                FROM registrations r
                LEFT JOIN otp_pairs p ON p.id = (SELECT MAX(n.id) FROM otp_pairs n WHERE n.registration_id = r.id)
                WHERE r.iec = \(iec.text) AND r.gstin = \(gstin.text)
                ORDER BY r.id DESC LIMIT 20
                """)
            {
                let purpose = try row.get(8, as: String?.self)
                let otps: OTPState? =
                    if let purpose {
                        OTPState(
                            purpose: purpose, expiresAt: try row.get(9), endReason: try row.get(10),
                            triesLeft: try row.get(11), resumeTriesLeft: try row.get(12), sendsLeft: try row.get(13))
                    } else {
                        nil
                    }
                found.append(
                    RegistrationState(
                        step: try row.get(0), icegateID: try row.optionalValue(1, ICEGATEID.init),
                        email: Self.maskedEmail(try row.get(2)), mobile: Self.maskedMobile(try row.get(3)),
                        startedAt: try row.get(4), expiresAt: try row.get(5), endedAt: try row.get(6),
                        endReason: try row.get(7), otps: otps))
            }
            guard !found.isEmpty else { return .rollback([]) }
            try AuditLog.add(
                .registrationLook, "shown", client: client, iec: iec, gstin: gstin, on: &connection)
            return .commit(found)
        }
    }

    /// Ends the registration of a pair that is in progress: its OTPs and sessions hold no more, its name is free.
    ///
    /// - Returns: whether there was one.
    public func endRegistration(_ iec: IEC, _ gstin: GSTIN) throws(StoreError) -> Bool {
        try pool.commit { (connection) throws(DatabaseError) in
            let row = try connection.first(
                """
                SELECT id FROM registrations
                WHERE iec = \(iec.text) AND gstin = \(gstin.text) AND live = 1 FOR UPDATE
                """)
            guard let id = try row?.get(0, as: Int64.self) else { return .rollback(false) }
            try Registrations.expire(id, on: &connection)
            try connection.execute(
                """
                UPDATE sessions SET ended_at = UTC_TIMESTAMP(6), end_reason = 'ended_elsewhere'
                WHERE registration_id = \(id) AND ended_at IS NULL
                """)
            try AuditLog.add(
                .registrationEnd, "done", client: client, iec: iec, gstin: gstin, registrationID: id,
                on: &connection)
            return .commit(true)
        }
    }

    // What is behind them

    struct FoundAccount {
        let id: Int64
        let icegateID: ICEGATEID
        let iec: IEC
        let gstin: GSTIN
        let legalName: String
        let email, mobile: String
        let createdAt: Date
        let closedAt: Date?
    }

    func find(
        _ subject: AccountSubject, isLocked: Bool = false, on connection: inout Connection
    ) throws(DatabaseError) -> FoundAccount? {
        let condition: SQL =
            switch subject {
            case .name(let name): "icegate_id = \(name.text)"
            case .pair(let iec, let gstin): "iec = \(iec.text) AND gstin = \(gstin.text)"
            }
        let order: SQL = " ORDER BY open DESC, id DESC LIMIT 1"
        let row = try connection.first(
            """
            SELECT id, icegate_id, iec, gstin, legal_name, email, mobile, created_at, closed_at
            FROM accounts WHERE \(condition)
            """ + order + (isLocked ? " FOR UPDATE" : ""))
        guard let row else { return nil }
        return FoundAccount(
            id: try row.get(0), icegateID: try row.value(1, ICEGATEID.init), iec: try row.value(2, IEC.init),
            gstin: try row.value(3, GSTIN.init), legalName: try row.get(4), email: try row.get(5),
            mobile: try row.get(6), createdAt: try row.get(7), closedAt: try row.get(8))
    }

    private func state(
        of account: FoundAccount, on connection: inout Connection
    ) throws(DatabaseError) -> AccountState {
        let row = try connection.first(
            """
            SELECT
                (SELECT COUNT(*) FROM sessions
                WHERE account_id = \(account.id) AND ended_at IS NULL AND ends_at > UTC_TIMESTAMP(6)),
                (SELECT MAX(happened_at) FROM audit_events
                WHERE account_id = \(account.id) AND action = 'account.login' AND outcome = 'accepted')
            """)
        let counter = try connection.first(
            """
            SELECT attempts, IF(blocked_until > UTC_TIMESTAMP(6), blocked_until, NULL) FROM attempt_counters
            WHERE subject = \(AttemptCounters.subject("login-name", account.icegateID.text, keys: keys))
            """)
        return AccountState(
            icegateID: account.icegateID, iec: account.iec, gstin: account.gstin,
            legalName: account.legalName, email: Self.maskedEmail(account.email),
            mobile: Self.maskedMobile(account.mobile), createdAt: account.createdAt, closedAt: account.closedAt,
            openSessions: try row?.get(0) ?? 0, lastLogin: try row?.get(1) ?? nil,
            refusedLogins: try counter?.get(0) ?? 0, waitsUntil: try counter?.get(1) ?? nil)
    }

    /// What failures of the account and its pair are counted by, those of whoever merely asked for messages included.
    private func subjects(of account: FoundAccount) -> [[UInt8]] {
        let (name, number) = (account.icegateID.text, String(account.id))
        let byName = ["login-name", "login-notice", "password-reset-name"]
        let byNumber = ["password-reset", "contact-change"]
        let byPair = [
            "temporary-password", "temporary-password-request", "resume-pair", "icegate-id-reminder",
            "icegate-id-reminder-wait",
        ]
        return byName.map { AttemptCounters.subject($0, name, keys: keys) }
            + byNumber.map { AttemptCounters.subject($0, number, keys: keys) }
            + byPair.map { AttemptCounters.subject($0, account.iec.text, account.gstin.text, keys: keys) }
    }

    private func forget(_ subjects: [[UInt8]], on connection: inout Connection) throws(DatabaseError) {
        try connection.execute("DELETE FROM attempt_counters WHERE subject IN (\(list: subjects))")
    }

    /// Masked; `nil` for what was erased.
    private static func maskedEmail(_ text: String) -> String? {
        text == PersonalData.erasedEmail ? nil : (try? EmailAddress(text))?.masked
    }

    private static func maskedMobile(_ text: String) -> String? {
        text == PersonalData.erasedMobile ? nil : (try? MobileNumber(text))?.masked
    }
}
