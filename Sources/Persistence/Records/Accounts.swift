public import FoundationEssentials
public import MariaDB
public import Registration
public import Sodium

/// An account as the store has it.
public struct AccountRecord: Sendable, Equatable {
    let id: Int64
    let registrationID: Int64
    /// The name that its holder logs in with.
    public let icegateID: ICEGATEID
    /// The holder's code.
    public let iec: IEC
    /// The holder's registration for tax.
    public let gstin: GSTIN
    /// The firm's name, as the master had it at registration.
    public let legalName: String
    /// What the holder may do.
    public let category: AccountCategory
    /// The proven contacts.
    public let contacts: Contacts
    /// When the registration was finished.
    public let createdAt: Date
    /// The language in which the holder registered: of notices that nobody asked for at this moment.
    let language: MessageLanguage
    let passwordHash: String

    /// The hash of the holder's password.
    public var hash: PasswordHash { PasswordHash(stored: passwordHash) }
}

extension AccountCategory: SQLValueConvertible, SQLValueDecodable {}
extension MessageLanguage: SQLValueConvertible, SQLValueDecodable {}

enum Accounts {
    static func find(_ id: Int64, on connection: inout Connection) throws(DatabaseError) -> AccountRecord? {
        try connection.first(columns + "WHERE id = \(id) AND closed_at IS NULL").map(record)
    }

    static func find(_ name: ICEGATEID, on connection: inout Connection) throws(DatabaseError) -> AccountRecord? {
        try connection.first(columns + "WHERE icegate_id = \(name.text) AND closed_at IS NULL").map(record)
    }

    /// The account with an identifier, locked until the transaction ends.
    static func lock(_ id: Int64, on connection: inout Connection) throws(DatabaseError) -> AccountRecord? {
        try connection.first(columns + "WHERE id = \(id) AND closed_at IS NULL FOR UPDATE").map(record)
    }

    /// The account of a pair.
    static func find(
        _ iec: IEC, _ gstin: GSTIN, on connection: inout Connection
    ) throws(DatabaseError) -> AccountRecord? {
        try connection.first(columns + "WHERE iec = \(iec.text) AND gstin = \(gstin.text) AND closed_at IS NULL")
            .map(record)
    }

    /// Whether a pair has an open account.
    static func exists(_ iec: IEC, _ gstin: GSTIN, on connection: inout Connection) throws(DatabaseError) -> Bool {
        try connection.first(
            "SELECT 1 FROM accounts WHERE iec = \(iec.text) AND gstin = \(gstin.text) AND closed_at IS NULL") != nil
    }

    /// Makes the account of a registration that is proven.
    ///
    /// - Returns: its identifier.
    static func make(
        of registration: RegistrationRecord, icegateID: ICEGATEID, passwordHash: String, contacts: Contacts,
        language: MessageLanguage, on connection: inout Connection
    ) throws(DatabaseError) -> Int64 {
        let outcome = try connection.execute(
            """
            INSERT INTO accounts (icegate_id, registration_id, iec, gstin, legal_name, category, password_hash, email,
                mobile, language, created_at)
            VALUES (\(icegateID.text), \(registration.id), \(registration.iec.text), \(registration.gstin.text),
                \(registration.legalName), \(AccountCategory.simplifiedAutoRegistration), \(passwordHash),
                \(contacts.email.text), \(contacts.mobile.text), \(language), UTC_TIMESTAMP(6))
            """)
        return Int64(clamping: outcome.insertID)
    }

    /// Replaces a hash that was made with an outdated cost, unless it has changed meanwhile.
    static func rehash(
        _ account: AccountRecord, to hash: PasswordHash, on connection: inout Connection
    ) throws(DatabaseError) {
        try connection.execute(
            """
            UPDATE accounts SET password_hash = \(hash.text)
            WHERE id = \(account.id) AND password_hash = \(account.passwordHash)
            """)
    }

    /// Puts contacts that were proven in the place of the old ones.
    static func setContacts(
        _ contacts: Contacts, of id: Int64, on connection: inout Connection
    ) throws(DatabaseError) {
        try connection.execute(
            "UPDATE accounts SET email = \(contacts.email.text), mobile = \(contacts.mobile.text) WHERE id = \(id)")
    }

    static func setPassword(
        _ hash: PasswordHash, of id: Int64, on connection: inout Connection
    ) throws(DatabaseError) {
        try connection.execute("UPDATE accounts SET password_hash = \(hash.text) WHERE id = \(id)")
    }

    private static let columns: SQL = """
        SELECT id, icegate_id, iec, gstin, legal_name, category, email, mobile, created_at, password_hash,
            registration_id, language
        FROM accounts

        """

    private static func record(_ row: Row) throws(DatabaseError) -> AccountRecord {
        AccountRecord(
            id: try row.get(0), registrationID: try row.get(10), icegateID: try row.value(1, ICEGATEID.init),
            iec: try row.value(2, IEC.init),
            gstin: try row.value(3, GSTIN.init), legalName: try row.get(4), category: try row.get(5),
            contacts: Contacts(
                mobile: try row.value(7, MobileNumber.init), email: try row.value(6, EmailAddress.init)),
            createdAt: try row.get(8), language: try row.get(11), passwordHash: try row.get(9))
    }
}
