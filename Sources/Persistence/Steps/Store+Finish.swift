import MariaDB
public import Registration

/// What came of Finish.
public enum FinishOutcome: Sendable, Equatable {
    /// The account exists.
    case finished
    /// The registration is not proven yet.
    case moved(RegistrationStep)
    /// The registration's time has passed.
    case expired
}

extension Store {
    /// Ends a registration that is proven: its account exists from then on, with the contacts that the master had.
    public func finish(_ registration: RegistrationRecord, client: Client) throws(StoreError) -> FinishOutcome {
        try transaction { (connection) throws(DatabaseError) in
            guard let current = try Registrations.lock(registration.id, on: &connection), !current.isExpired else {
                return .rollback(.expired)
            }
            guard current.step != .finished else { return .rollback(.finished) }
            guard current.step.isProven else { return .rollback(.moved(current.step)) }
            guard try makeAccount(of: current, contacts: current.contacts, client: client, on: &connection) else {
                return .rollback(.expired)
            }
            return .commit(.finished)
        }
    }

    /// Makes the account, gives it the reserved name, uses the temporary password up and tells the holder.
    ///
    /// - Returns: whether the registration still held its name and password; when not, the transaction is to be rolled back.
    func makeAccount(
        of registration: RegistrationRecord, contacts: Contacts, client: Client, on connection: inout Connection
    ) throws(DatabaseError) -> Bool {
        guard let icegateID = registration.icegateID, let passwordHash = registration.passwordHash else { return false }
        let accountID: Int64
        do {
            accountID = try Accounts.make(
                of: registration, icegateID: icegateID, passwordHash: passwordHash, contacts: contacts,
                language: client.language, on: &connection)
        } catch  where error.isDuplicate {
            return false
        }
        guard try ICEGATEIDs.give(icegateID, toAccount: accountID, from: registration.id, on: &connection) else {
            return false
        }
        try Registrations.finish(registration.id, on: &connection)
        try OTPPairs.endAll(ofRegistration: registration.id, on: &connection)
        try TemporaryPasswords.use(registration.iec, registration.gstin, on: &connection)
        try outbox.add(
            .registrationFinished, to: Destination(contacts.email), language: client.language, icegateID: icegateID,
            client: client, on: &connection)
        if contacts != registration.contacts {
            try outbox.addNotice(
                .contactsChanged, to: registration.contacts, language: client.language, icegateID: icegateID,
                client: client, on: &connection)
        }
        try AuditLog.add(
            .finish, contacts == registration.contacts ? "finished" : "finished_with_alternate_contacts",
            client: client, iec: registration.iec, gstin: registration.gstin, icegateID: icegateID,
            registrationID: registration.id, accountID: accountID, on: &connection)
        return true
    }
}
