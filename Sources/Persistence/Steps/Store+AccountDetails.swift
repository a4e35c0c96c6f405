import MariaDB
public import Registration
public import Sodium

/// What came of the wish for a name, before a password is hashed for it.
public enum NameOutcome: Sendable, Equatable {
    /// The registration holds it, for the minutes in which the rest of the form is mended.
    case held
    /// Another registrant or account has it.
    case taken
    /// The registration has asked for too many names.
    case tooMany(retryAfter: Duration)
}

/// What came of a chosen name and password.
public enum AccountDetailsOutcome: Sendable, Equatable {
    /// The name is reserved and the OTPs are on their way.
    case accepted
    /// Another registrant was faster.
    case taken
    /// The registration stands at a later step already.
    case moved(RegistrationStep)
    /// The registration's time has passed.
    case expired
}

extension Store {
    /// Reserves a name for a registration, and counts it unless the registration holds it already.
    ///
    /// Of many who want one name at the same instant all but one are told here, without the cost of a hash.
    public func reserveName(
        _ name: ICEGATEID, for registration: RegistrationRecord
    ) throws(StoreError) -> NameOutcome {
        let subject = AttemptCounters.subject("name", String(registration.id), keys: keys)
        let quota = SendQuota(count: limits.nameTries, window: .seconds(3_600))
        return try transaction { (connection) throws(DatabaseError) in
            if try ICEGATEIDs.isHeld(name, by: registration.id, on: &connection) { return .commit(.held) }
            if let wait = try AttemptCounters.take([(quota, subject)], on: &connection) {
                return .rollback(.tooMany(retryAfter: wait))
            }
            let isHeld = try ICEGATEIDs.reserve(
                name, for: registration.id, lifetime: limits.nameHold, notAfter: registration.expiresAt,
                on: &connection)
            return .commit(isHeld ? .held : .taken)
        }
    }

    /// The temporary password of a registration's pair, which may not become the password; `nil` when there is none any
    /// more.
    public func temporaryPassword(of registration: RegistrationRecord) throws(StoreError) -> TemporaryPassword? {
        let (iec, gstin) = (registration.iec, registration.gstin)
        let newest = try perform { (connection) throws(DatabaseError) in
            try TemporaryPasswords.newest(iec, gstin, on: &connection)
        }
        return newest.flatMap { TemporaryPassword(iec: iec, gstin: gstin, seed: $0.seed, keys: keys) }
    }

    /// Reserves the name, keeps the password's hash and sends the OTPs: all or nothing.
    public func chooseAccountDetails(
        _ registration: RegistrationRecord, icegateID: ICEGATEID, passwordHash: PasswordHash, client: Client
    ) throws(StoreError) -> AccountDetailsOutcome {
        let contacts = registration.contacts
        let seed = OneTimePasswordPair.drawSeed(for: contacts, keys: keys, random: random)
        return try transaction { (connection) throws(DatabaseError) in
            guard let current = try Registrations.lock(registration.id, on: &connection), !current.isExpired else {
                return .rollback(.expired)
            }
            guard current.step == .identified else { return .rollback(.moved(current.step)) }
            guard
                try ICEGATEIDs.reserve(
                    icegateID, for: current.id, lifetime: limits.otpLifetime, on: &connection)
            else { return .rollback(.taken) }
            try ICEGATEIDs.release(of: current.id, but: icegateID, on: &connection)
            guard
                try Registrations.choose(
                    current.id, icegateID: icegateID, passwordHash: passwordHash.text, on: &connection)
            else { return .rollback(.expired) }
            let pairID = try OTPPairs.make(
                for: .registration(current.id, .registration), contacts: contacts, seed: seed, limits: limits,
                on: &connection)
            try outbox.addCodes(
                .oneTimePassword, to: contacts, language: client.language, seed: seed, otpPairID: pairID,
                icegateID: icegateID, client: client, on: &connection)
            try Registrations.extend(current.id, on: &connection)
            try AuditLog.add(
                .nameAndPassword, "accepted", client: client, iec: current.iec, gstin: current.gstin,
                icegateID: icegateID, registrationID: current.id, on: &connection)
            return .commit(.accepted)
        }
    }
}
