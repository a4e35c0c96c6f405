import MariaDB
public import Registration
public import Sodium

/// Whether a name may be asked for, before a password is hashed for it.
public enum NameCheck: Sendable, Equatable {
    case free
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
    /// Counts a name that a registration asks for and says whether it is free now.
    public func checkName(
        _ name: ICEGATEID, for registration: RegistrationRecord
    ) throws(StoreError) -> NameCheck {
        let subject = AttemptCounters.subject("name", String(registration.id), keys: keys)
        let wait = Duration.seconds(3_600)
        return try transaction { (connection) throws(DatabaseError) in
            if try AttemptCounters.count(
                subject, atMost: limits.nameTries, in: wait, wait: wait, on: &connection)
            {
                return .commit(.tooMany(retryAfter: wait))
            }
            let isTaken = try ICEGATEIDs.isTaken(name, byOthersThan: registration.id, on: &connection)
            return .commit(isTaken ? .taken : .free)
        }
    }

    /// Reserves the name, keeps the password's hash and sends the OTPs: all or nothing.
    public func chooseAccountDetails(
        _ registration: RegistrationRecord, icegateID: ICEGATEID, passwordHash: PasswordHash, client: Client
    ) throws(StoreError) -> AccountDetailsOutcome {
        let contacts = registration.contacts
        let seed = OneTimePasswordPair.drawSeed(for: contacts, keys: keys, random: random)
        return try transaction(sendsMessages: true) { (connection) throws(DatabaseError) in
            guard let current = try Registrations.lock(registration.id, on: &connection), !current.isExpired else {
                return .rollback(.expired)
            }
            guard current.step == .identified else { return .rollback(.moved(current.step)) }
            guard
                try ICEGATEIDs.reserve(
                    icegateID, for: current.id, lifetime: limits.otpLifetime, on: &connection)
            else { return .rollback(.taken) }
            guard
                try Registrations.choose(
                    current.id, icegateID: icegateID, passwordHash: passwordHash.text, on: &connection)
            else { return .rollback(.expired) }
            let pairID = try OTPPairs.make(
                for: current.id, .registration, contacts: contacts, seed: seed, limits: limits, on: &connection)
            try Outbox.addCodes(
                .oneTimePassword, to: contacts, language: client.language, seed: seed, otpPairID: pairID,
                icegateID: icegateID, lifetime: limits.otpLifetime, on: &connection)
            try Registrations.extend(current.id, on: &connection)
            try AuditLog.add(
                .nameAndPassword, "accepted", client: client, iec: current.iec, gstin: current.gstin,
                icegateID: icegateID, registrationID: current.id, on: &connection)
            return .commit(.accepted)
        }
    }
}
