import Registration

/// S04: IEC, GSTIN and temporary password, and temporary passwords that are asked for.
extension RegistrationModel {
    mutating func start(
        _ holder: Int, _ typed: Action.TemporaryPasswordTyped, session: Int
    ) -> Expected {
        let form = ["Enter IEC"]
        let text = text(typed, of: holder)
        if text.isEmpty {
            return Expected(
                status: 422, problems: ["Enter the temporary password that ICEGATE sent."], shows: form)
        }
        let mismatch = Expected(
            status: 422,
            problems: [
                "IEC, GSTIN and password do not match the data at ICEGATE. Please check all three, or ask for a new temporary password."
            ], shows: form)
        let subject = Subject.temporaryPassword(holder: holder)
        let mustWait = counts(subject, atMost: 10, in: 3_600, wait: 900)
        guard let newest = holders[holder].temporaryPasswords.last(where: { $0.end != "superseded" }),
            Self.plain(newest.text) == Self.plain(text), !mustWait, newest.expiresAt > now || newest.end == "used"
        else { return mismatch }
        clear(subject)
        func refused(_ reason: String) -> Expected { Expected(status: 422, problems: [reason], shows: form) }
        if holders[holder].account != nil {
            return refused(
                "An ICEGATE ID exists already for this IEC and GSTIN. Please log in, or use Forgotten password.")
        }
        if let index = holders[holder].registrations.indices.last, holders[holder].registrations[index].end == "-" {
            let reference = Reference(holder: holder, index: index)
            if !isExpired(self[reference]) {
                if self[reference].step == .identified { self[reference].expiresAt = now + 7_200 }
                endSession(session, "renewed")
                endSessions(of: reference)
                return .redirect(
                    Self.path(of: self[reference].step),
                    session: beginSession(of: .registration(reference), replacing: session))
            }
            expire(reference)
        }
        let master = holders[holder].master
        guard master.iecStatus == "valid" else {
            return refused(
                "This IEC is not active at DGFT, so it cannot be registered. Please have it activated, or ask us on the page Contact Us."
            )
        }
        guard master.gstinStatus == "ACT" else {
            return refused(
                "This GSTIN is not active, so it cannot be registered. Please have it activated, or ask us on the page Contact Us."
            )
        }
        guard master.mobile.utf8.count == 10 else {
            return refused(
                "ICEGATE has no usable e-mail and mobile number for this IEC and GSTIN. Please ask us on the page Contact Us."
            )
        }
        let reference = Reference(holder: holder, index: holders[holder].registrations.count)
        holders[holder].registrations.append(
            Registration(startedAt: now, contacts: ContactsText(master), expiresAt: now + 7_200))
        return .redirect(
            "/register/account", session: beginSession(of: .registration(reference), replacing: session))
    }

    static func plain(_ password: String) -> String {
        String(decoding: password.uppercased().utf8.filter { $0 != UInt8(ascii: "-") }, as: UTF8.self)
    }

    mutating func issueOnRequest(_ holder: Int) {
        let subject = Subject.temporaryPasswordRequest(holder: holder)
        if waitingTime(subject, count: 3, window: 86_400) == nil, issue(holder) {
            _ = counts(subject, atMost: .max, in: 86_400, wait: 0)
        }
    }

    /// Issues a temporary password where the holder may have one.
    ///
    /// - Returns: whether one was issued.
    @discardableResult
    mutating func issue(_ holder: Int) -> Bool {
        let master = holders[holder].master
        guard holders[holder].account == nil, master.iecStatus == "valid", master.gstinStatus == "ACT",
            master.mobile.utf8.count == 10
        else { return false }
        // One that was asked for a moment ago is not to be dead when it arrives.
        if let newest = holders[holder].temporaryPasswords.last, newest.end == "-", now < newest.issuedAt + 60 {
            return false
        }
        for index in holders[holder].temporaryPasswords.indices
        where holders[holder].temporaryPasswords[index].end == "-" {
            holders[holder].temporaryPasswords[index].end = "superseded"
        }
        holders[holder].temporaryPasswords.append(TemporaryPasswordState(issuedAt: now))
        for recipient in [master.email, master.mobile] {
            owed.append(
                Message(
                    template: "temporary-password", recipient: recipient, usefulUntil: now + 30 * 86_400,
                    secret: .temporaryPassword(holder: holder)))
        }
        return true
    }
}
