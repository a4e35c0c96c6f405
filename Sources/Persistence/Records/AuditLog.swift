import CoreMetrics
import MariaDB
import Registration

/// Who did what, from where, with what result: written in the transaction that did it.
///
/// Nothing secret stands here: no password, code, cookie or form, and of contacts none. Number and time are the database's
/// own: the accounts that add events may not choose them.
enum AuditLog {
    static func add(
        _ action: Action, _ outcome: String, client: Client, iec: IEC? = nil, gstin: GSTIN? = nil,
        icegateID: ICEGATEID? = nil, registrationID: Int64? = nil, accountID: Int64? = nil,
        administratorID: Int64? = nil, subject: String? = nil,
        on connection: inout Connection
    ) throws(DatabaseError) {
        try connection.execute(
            """
            INSERT INTO audit_events (action, outcome, iec, gstin, icegate_id, registration_id, account_id,
                client_address, request_id, administrator_id, actor, subject)
            VALUES (\(action.rawValue), \(outcome), \(iec?.text), \(gstin?.text), \(icegateID?.text),
                \(registrationID), \(accountID), \(client.address), \(client.requestID),
                \(administratorID), \(client.operatorName?.text), \(subject))
            """)
        connection.whenCommitted {
            Counter(
                label: "icegate_events_total", dimensions: [("action", action.rawValue), ("outcome", outcome)]
            ).increment()
        }
    }

    enum Action: String {
        case registrationStart = "registration.start"
        case nameAndPassword = "registration.account"
        case verification = "registration.verify"
        case resume = "registration.resume"
        case resend = "registration.resend"
        case newPair = "registration.new_pair"
        case alternateContacts = "registration.alternate"
        case finish = "registration.finish"
        case temporaryPassword = "temporary_password.request"
        case login = "account.login"
        case logout = "account.logout"
        case sessionEnd = "account.session_end"
        case contactChange = "account.contacts"
        case passwordChange = "account.password"
        case passwordReset = "account.password_reset"
        case icegateIDReminder = "account.id_reminder"
        case messageRequest = "message.request"
        case captcha = "captcha"
        case administratorRegister = "administrator.register"
        case administratorPassword = "administrator.password"
        case administratorOTP = "administrator.otp"
        case administratorLogout = "administrator.logout"
        case console = "administrator.console"
        case feedback = "feedback"
        case deliveryRetry = "delivery.retry"
        case deliverySample = "delivery.test"
        case deliveryChannel = "delivery.channel"
        case migration = "schema.migrate"
        case retention = "audit.retention"
        case accountLook = "account.look"
        case accountUnlock = "account.unlock"
        case accountClose = "account.close"
        case registrationLook = "registration.look"
        case registrationEnd = "registration.end"
        case personExport = "person.export"
        case personErase = "person.erase"
        case cleanup = "upkeep.cleanup"
        case restore = "upkeep.restore"
    }
}
