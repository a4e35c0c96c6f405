public import FoundationEssentials
import MariaDB
import Registration
public import Sodium

/// What came of a right name and password of an administrator.
public enum AdministratorPasswordOutcome: Sendable {
    /// The OTP is on its way; the browser is known by this session until it is given.
    case sent(SessionID)
    /// The administrator was sent too many OTPs: nothing was done.
    case tooMany(retryAfter: Duration)
}

/// What came of a try at the OTP of an administrator.
public enum AdministratorOTPOutcome: Sendable {
    /// It was right: the console is open in a new session.
    case proven(SessionID)
    /// It was wrong.
    case wrong(triesLeft: Int)
    /// There is nothing to try: its time has passed, its tries are used up, or it was used.
    case ended
}

extension Store {
    /// How long a client has to wait after too many refused logins of administrators; `nil` when it need not.
    public func administratorLoginWait(_ client: Client) throws(StoreError) -> Duration? {
        let subject = AttemptCounters.client("administrator-login", client, keys: keys)
        return try perform { (connection) throws(DatabaseError) in
            try AttemptCounters.waitingTime(of: limits.administratorLogins, subject, on: &connection)
        }
    }

    /// Counts a login of an administrator before it is judged, and finds who has the name.
    ///
    /// - Returns: the administrator and the hash; `nil` where there is none.
    public func beginAdministratorLogin(
        _ typedName: String, client: Client
    ) throws(StoreError) -> (administrator: AdministratorRecord, hash: PasswordHash)? {
        // A name that cannot exist is nobody's.
        let name = try? AdministratorName(typedName)
        let subject = AttemptCounters.client("administrator-login", client, keys: keys)
        return try transaction { (connection) throws(DatabaseError) in
            try AttemptCounters.add(to: subject, in: limits.administratorLogins.window, on: &connection)
            guard let name, let administrator = try Administrators.find(name, on: &connection) else {
                return .commit(nil)
            }
            return .commit((administrator, PasswordHash(stored: administrator.passwordHash)))
        }
    }

    /// Notes a refused login of an administrator.
    public func noteRefusedAdministrator(
        _ administrator: AdministratorRecord?, client: Client
    ) throws(StoreError) {
        try perform { (connection) throws(DatabaseError) in
            try AuditLog.add(
                .administratorPassword, "refused", client: client, administratorID: administrator?.id, on: &connection)
        }
    }

    /// Sends the OTP to an administrator whose password was right, in place of those sent before.
    ///
    /// - Parameter old: the session that the browser had, which ends.
    public func sendAdministratorOTP(
        _ administrator: AdministratorRecord, replacing old: SessionID, client: Client
    ) throws(StoreError) -> AdministratorPasswordOutcome {
        let session = SessionID(random: random)
        let seed = SecretSeed(keys: keys, random: random)
        let byName = AttemptCounters.subject("administrator-otp", administrator.name.text, keys: keys)
        let byClient = AttemptCounters.client("administrator-login", client, keys: keys)
        let quota = limits.administratorOTPSends
        return try transaction { (connection) throws(DatabaseError) in
            if let wait = try AttemptCounters.take([(quota, byName)], on: &connection) {
                return .rollback(.tooMany(retryAfter: wait))
            }
            try AttemptCounters.takeBack(byClient, on: &connection)
            let id = try AdministratorOTPs.make(
                for: administrator, session: session, seed: seed, limits: limits, on: &connection)
            try outbox.add(
                .administratorOneTimePassword, to: Destination(administrator.email), language: client.language,
                code: Outbox.Code(seed: seed, administratorOTPID: id), client: client, on: &connection)
            try Sessions.end(old, .renewed, on: &connection)
            try AuditLog.add(
                .administratorPassword, "accepted", client: client, administratorID: administrator.id, on: &connection)
            return .commit(.sent(session))
        }
    }

    /// The OTP that a browser is asked for; `nil` when there is none to be given.
    public func administratorOTP(_ session: SessionID) throws(StoreError) -> AdministratorOTPRecord? {
        let otp = try perform { (connection) throws(DatabaseError) in
            try AdministratorOTPs.find(session, on: &connection)
        }
        return otp.flatMap { $0.triesLeft > 0 ? $0 : nil }
    }

    /// Judges a try at the OTP of an administrator, which is counted first.
    public func proveAdministrator(
        _ typed: String, session: SessionID, client: Client
    ) throws(StoreError) -> AdministratorOTPOutcome {
        let newSession = SessionID(random: random)
        return try transaction { (connection) throws(DatabaseError) in
            guard let otp = try AdministratorOTPs.find(session, on: &connection),
                try AdministratorOTPs.countTry(otp.id, on: &connection)
            else { return .rollback(.ended) }
            // A key that the ring has lost proves nothing.
            let expected = OneTimePassword(
                for: Destination(otp.email), purpose: .administratorOneTimePassword, seed: otp.seed, keys: keys)
            guard expected?.matches(OneTimePassword(typed: typed)) == true else {
                let left = otp.triesLeft - 1
                try AuditLog.add(
                    .administratorOTP, left > 0 ? "wrong" : "exhausted", client: client,
                    administratorID: otp.administratorID, on: &connection)
                return .commit(left > 0 ? .wrong(triesLeft: left) : .ended)
            }
            guard try AdministratorOTPs.consume(otp.id, on: &connection) else { return .rollback(.ended) }
            try AdministratorSessions.begin(newSession, of: otp.administratorID, limits: limits, on: &connection)
            try AuditLog.add(
                .administratorOTP, "proven", client: client, administratorID: otp.administratorID, on: &connection)
            return .commit(.proven(newSession))
        }
    }

    /// Whose console session it is, and when it ends unless it is used again; notes that it was used.
    public func administratorSession(
        _ session: SessionID
    ) throws(StoreError) -> (administrator: AdministratorRecord, endsAt: Date)? {
        try perform { (connection) throws(DatabaseError) in
            guard let found = try AdministratorSessions.find(session, limits: limits, on: &connection) else {
                return nil
            }
            guard !found.isTimedOut else {
                // Written down, so that a clock that goes back does not revive it.
                try AdministratorSessions.end(session, .timedOut, on: &connection)
                return nil
            }
            guard let administrator = try Administrators.find(found.administratorID, on: &connection) else {
                return nil
            }
            try AdministratorSessions.touch(session, on: &connection)
            return (administrator, found.endsAt)
        }
    }

    /// Ends the console session of an administrator.
    public func logOut(
        _ session: SessionID, administrator: AdministratorRecord, client: Client
    ) throws(StoreError) {
        try transaction { (connection) throws(DatabaseError) in
            try AdministratorSessions.end(session, .logout, on: &connection)
            try AuditLog.add(
                .administratorLogout, "done", client: client, administratorID: administrator.id, on: &connection)
            return .commit(())
        }
    }
}
