import MariaDB
import Registration

extension Store {
    /// Notes what was done to a registration, in the transaction that did it.
    func audit(
        _ action: AuditLog.Action, _ outcome: String, _ registration: RegistrationRecord, _ client: Client,
        on connection: inout Connection
    ) throws(DatabaseError) {
        try AuditLog.add(
            action, outcome, client: client, iec: registration.iec, gstin: registration.gstin,
            icegateID: registration.icegateID, registrationID: registration.id, on: &connection)
    }
}
