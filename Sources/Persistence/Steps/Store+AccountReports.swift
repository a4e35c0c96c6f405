public import FoundationEssentials
import MariaDB
public import Registration

/// One GSTIN of an IEC, as the master has it now.
public struct MasterDetails: Sendable {
    /// The GSTIN.
    public let gstin: GSTIN
    /// The firm's name.
    public let legalName: String
    /// The e-mail address; `nil` where the master has none that can be used.
    public let email: EmailAddress?
    /// The mobile number; `nil` likewise.
    public let mobile: MobileNumber?
    /// What the status of the IEC means, in English.
    public let iecStatus: String
    /// What the status of the GSTIN means, in English.
    public let gstinStatus: String
    /// When the load that last wrote the entry was applied.
    public let loadedAt: Date?
}

/// What the master has of an IEC.
public struct MasterReading: Sendable {
    /// GSTINs of the IEC, that of the account first and the others in their order; at most ``most``. None when the IEC
    /// was removed from the master.
    public let entries: [MasterDetails]
    /// How many the master has.
    public let count: Int
    /// The database's time at which it was read.
    public let readAt: Date

    /// The most entries of a reading.
    public static let most = 500
}

/// The registration that made an account.
public struct RegistrationReport: Sendable {
    /// Its own number.
    public let reference: RegistrationReference
    /// When IEC, GSTIN and temporary password were found right.
    public let startedAt: Date
    /// When the contacts that the master had were proven.
    public let verifiedAt: Date?
    /// When the account was made.
    public let finishedAt: Date
    /// The contacts with which the registration ended.
    public let contacts: Contacts
    /// Whether they were given in place of those that the master had.
    public let hasAlternateContacts: Bool
    /// The database's time at which it was read.
    public let readAt: Date
}

extension Store {
    /// What the master has of an account's IEC now.
    public func masterDetails(of account: AccountRecord) throws(StoreError) -> MasterReading {
        let (iec, own) = (account.iec.text, account.gstin.text)
        return try perform { (connection) throws(DatabaseError) in
            // By its key: it is shown however many others there are.
            var entries = try details("m.iec = \(iec) AND m.gstin = \(own)", atMost: 1, on: &connection)
            let place = MasterReading.most - entries.count
            let others = try details("m.iec = \(iec) AND m.gstin <> \(own)", atMost: place + 1, on: &connection)
            entries += others.prefix(place)
            var count = entries.count
            if others.count > place {
                let row = try connection.first("SELECT COUNT(*) FROM master_entries WHERE iec = \(iec)")
                count = try row?.get(0) ?? count
            }
            return MasterReading(
                entries: entries, count: count, readAt: try ConsoleQueries.now(on: &connection))
        }
    }

    private func details(
        _ condition: SQL, atMost count: Int, on connection: inout Connection
    ) throws(DatabaseError) -> [MasterDetails] {
        let rows = try connection.rows(
            """
            SELECT m.gstin, m.legal_name, IFNULL(i.meaning, m.iec_status), IFNULL(g.meaning, m.gstin_status), l.finished_at,
                m.email, m.mobile
            FROM master_entries m
            LEFT JOIN iec_statuses i ON i.code = m.iec_status
            LEFT JOIN gstin_statuses g ON g.code = m.gstin_status
            LEFT JOIN master_loads l ON l.id = m.load_id
            WHERE \(condition) ORDER BY m.gstin LIMIT \(count)
            """)
        var details: [MasterDetails] = []
        for row in rows {
            // A contact that the domain refuses is one that the master lacks.
            let (email, mobile): (String, String) = (try row.get(5), try row.get(6))
            details.append(
                MasterDetails(
                    gstin: try row.value(0, GSTIN.init), legalName: try row.get(1),
                    email: try? EmailAddress(email), mobile: try? MobileNumber(mobile),
                    iecStatus: try row.get(2), gstinStatus: try row.get(3), loadedAt: try row.get(4)))
        }
        return details
    }

    /// The registration that made an account; `nil` when it is not kept any more.
    public func registrationReport(of account: AccountRecord) throws(StoreError) -> RegistrationReport? {
        try perform { (connection) throws(DatabaseError) in
            let row = try connection.first(
                """
                SELECT r.started_at, r.verified_at, r.ended_at, p.mobile, p.email, p.purpose = 'alternate',
                    UTC_TIMESTAMP(6)
                FROM registrations r
                JOIN otp_pairs p ON p.registration_id = r.id AND p.end_reason = 'consumed'
                WHERE r.id = \(account.registrationID) AND r.ended_at IS NOT NULL
                ORDER BY p.id DESC LIMIT 1
                """)
            guard let row else { return nil }
            let finishedAt = try row.get(2, as: Date.self)
            return RegistrationReport(
                reference: RegistrationReference(number: account.registrationID, date: finishedAt),
                startedAt: try row.get(0), verifiedAt: try row.get(1), finishedAt: finishedAt,
                contacts: Contacts(
                    mobile: try row.value(3, MobileNumber.init), email: try row.value(4, EmailAddress.init)),
                hasAlternateContacts: try row.get(5), readAt: try row.get(6))
        }
    }
}
