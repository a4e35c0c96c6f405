import FoundationEssentials
import Persistence
import Registration

/// What the portal answers, and what comes of it.
extension RegistrationModel {
    /// Does what is asked for with the cookie of a session.
    mutating func answer(to action: Action, session: Int) -> Expected {
        lookUp(session)
        let standing = standing(ofSession: session)
        switch action.deed {
        case .pass, .load: return .page()
        case .open(_, let page): return open(page, standing, action)
        case .start(_, let holder, let typed): return start(holder, typed, session: session)
        case .choose(_, let name, let password): return choose(standing, name, password)
        case .prove(_, let purpose, let codes):
            return prove(standing, purpose, typed(codes, standing, purpose), session: session)
        case .resend(_, let purpose): return resend(standing, purpose, client: client(action))
        case .requestNewPair: return requestNewPair(standing)
        case .changeContacts(_, let typed): return changeContacts(standing, typed, client: client(action))
        case .finish: return finish(standing)
        case .resume(_, let holder, let codes, let withCaptcha):
            return resume(
                holder, typed(codes, holder: holder), withCaptcha: withCaptcha, client: client(action), session: session
            )
        case .requestTemporaryPassword(_, let holder):
            issueOnRequest(holder)
            return .redirect("/temporary-password?sent=1")
        case .logIn(_, let holder, let isRight, let withCaptcha):
            return logIn(
                holder, isRight: isRight, withCaptcha: withCaptcha, client: client(action), session: session)
        case .logOut:
            if case .account = standing { endSession(session, "logout") }
            return .redirect("/login?logged-out=1", session: beginSession(of: .nobody))
        }
    }

    /// Refuses a form that was opened in an older session: the one that this session took the place of leads on.
    mutating func answer(toOldForm opened: Int, session: Int) -> Expected {
        let isAlive = !isTimedOut(sessions[session]) && sessions[session].end == "-"
        lookUp(session)
        let place = placeReached(standing(ofSession: session))
        guard sessions[session].replaced == opened, isAlive, let place else { return .formExpired }
        return place
    }

    /// The address that a browser of a sequence has.
    func client(_ action: Action) -> String {
        let number = holders[0].original.number
        return "10.\(number / 250).\(number % 250).\(action.browser ?? 0)"
    }

    // MARK: Pages

    /// The registration of a session, when it stands at one of `steps`, or where its browser is led.
    private func here(_ standing: Standing, at steps: RegistrationStep...) -> (Reference?, elsewhere: Expected) {
        switch standing {
        case .registration(let reference):
            if isExpired(self[reference]) { return (nil, end(self[reference])) }
            let step = self[reference].step
            return (steps.contains(step) ? reference : nil, .redirect(Self.path(of: step)))
        case .timedOut: return (nil, .timedOut)
        case .takenOver: return (nil, .takenOver)
        case .nobody, .renewed, .account: return (nil, .redirect("/register"))
        }
    }

    /// Where the browser of a registration is led whose time has passed: one that had OTPs has lost its name.
    private func end(_ registration: Registration) -> Expected {
        registration.step == .identified ? .timedOut : .expired
    }

    /// The page on which whoever is known stands; `nil` for nobody.
    func placeReached(_ standing: Standing) -> Expected? {
        switch standing {
        case .registration(let reference), .renewed(let reference):
            .redirect(isExpired(self[reference]) ? "/register" : Self.path(of: self[reference].step))
        case .account: .redirect("/account")
        case .nobody, .takenOver, .timedOut: nil
        }
    }

    private func startPage(_ standing: Standing) -> Expected {
        var page = Expected.page("Enter IEC", "Enter GSTIN", "Enter Password")
        switch standing {
        case .registration(let reference):
            if !isExpired(self[reference]) {
                let step = self[reference].step
                return step == .finished ? page : .redirect(Self.path(of: step))
            }
            page.problems = [self[reference].step == .identified ? Self.timedOutMessage : Self.expiredMessage]
        case .timedOut: page.problems = [Self.timedOutMessage]
        case .takenOver:
            page.problems = [
                "The registration was begun again elsewhere, so this session has ended. Carry on there, or enter your details again."
            ]
        case .nobody, .renewed, .account: break
        }
        return page
    }

    private static let expiredMessage =
        "The OTPs have expired: they hold for 2 hours. The ICEGATE ID that was held for you is free again. Please start fresh."
    private static let timedOutMessage =
        "Your session has ended because nothing was done for a while. If you have the OTPs already, carry on with them; otherwise enter your details again."
    private static let captchaMissing = "Enter the characters that the image shows."

    private func open(_ page: Action.Page, _ standing: Standing, _ action: Action) -> Expected {
        let account: Account? = if case .account(let holder) = standing { holders[holder].account } else { nil }
        let found: (Reference?, elsewhere: Expected)
        switch page {
        case .register: return startPage(standing)
        case .account: found = here(standing, at: .identified)
        case .otp: found = here(standing, at: .otpSent)
        case .verified, .finish, .alternate: found = here(standing, at: .verified, .alternateSent)
        case .alternateOTP: found = here(standing, at: .alternateSent)
        case .done: found = here(standing, at: .finished)
        case .resume:
            var expected = Expected.page("IEC Number", "GSTIN Number", "Mobile OTP", "Email OTP")
            showCaptcha(needsCaptcha(holder: nil, client: client(action)), on: &expected)
            return expected
        case .temporaryPassword: return .page("Captcha")
        case .login:
            if account != nil { return .redirect("/account") }
            var expected = Expected.page("ICEGATE ID")
            showCaptcha(needsLoginCaptcha(name: "", client: client(action)), on: &expected)
            return expected
        case .home:
            guard let account else { return .redirect("/login") }
            return .page(
                "Welcome, \(account.name).", Self.masked(account.contacts.email),
                "******" + account.contacts.mobile.suffix(4))
        case .filing:
            guard account != nil else { return .redirect("/login") }
            return .error(403, "This account may not file Customs documents")
        }
        guard let reference = found.0 else { return found.elsewhere }
        switch page {
        case .otp: return otpPage(reference, .registration)
        case .alternateOTP: return otpPage(reference, .alternate)
        case .account: return .page("Enter Your ICEGATE ID", "Confirm Password")
        case .verified: return .page("OTP verified successfully.", "Finish")
        case .finish: return .page("Are you sure finish the auto iec registration process.")
        case .alternate: return .page("Alternate Email ID", "Alternate Mobile Number")
        default: return .page(doneMessage(self[reference]))
        }
    }

    private func doneMessage(_ registration: Registration) -> String {
        let isAlternate = registration.newest(.alternate).map { registration.pairs[$0].end } == "consumed"
        let name = registration.name ?? ""
        return isAlternate
            ? "OTP verified successfully. Your ICEGATE ID and password generated successfully. Please login with your credentials. Your ICEGATE ID is \(name)"
            : "OTP verify successfully. Your icegate id and password generated successfully and please login with your credentials. Your ICEGATE ID is \(name)"
    }

    private func otpPage(
        _ reference: Reference, _ purpose: OTPPurpose, isRefused: Bool = false, problems: [String] = []
    ) -> Expected {
        let registration = self[reference]
        guard let pair = registration.newest(purpose).map({ registration.pairs[$0] }) else { return .page() }
        var expected = Expected(status: isRefused ? 422 : 200, problems: problems)
        let until = IndianTime.dateAndTime(Date(timeIntervalSince1970: Double(pair.expiresAt)))
        expected.shows = [
            "Tries left \(pair.triesLeft)", "The OTPs hold until \(until)", Self.masked(pair.contacts.email),
            purpose == .registration ? "Enter Mobile OTP" : "Enter Alternate Mobile OTP",
        ]
        let sent =
            purpose == .registration
            ? "Your OTP sent successfully on your registered mobile number and email id."
            : "OTP sent successfully on your alternate mobile number and email id."
        if !isRefused, pair.triesLeft > 0 { expected.shows.append(sent) } else { expected.hides.append(sent) }
        let again = "They can be sent again at "
        if pair.triesLeft == 0 {
            expected.problems.append(exhausted(registration, purpose))
            expected.hides.append(again)
            if purpose == .registration, mayHaveNewPair(registration) { expected.shows.append("Send new OTPs") }
        } else if pair.sends == 5 {
            expected.shows.append("They were sent as often as is possible.")
            expected.hides.append(again)
        } else {
            expected.shows.append("Sends left: \(5 - pair.sends)")
            let time = IndianTime.time(Date(timeIntervalSince1970: Double(pair.lastSentAt + 60)))
            if now < pair.lastSentAt + 60 {
                expected.shows.append(again + time)
            } else {
                expected.hides.append(again)
            }
            expected.hides.append("Send new OTPs")
        }
        return expected
    }

    private func exhausted(_ registration: Registration, _ purpose: OTPPurpose) -> String {
        if purpose == .alternate {
            return
                "No try is left for these OTPs. Please enter the alternate e-mail ID and mobile number again."
        }
        if mayHaveNewPair(registration) { return "No try is left for these OTPs. Please ask for new ones below." }
        let end = IndianTime.dateAndTime(Date(timeIntervalSince1970: Double(registration.expiresAt)))
        return
            "No try is left, and no further OTPs can be sent for this registration. It can be begun again at \(end)."
    }

    private static func masked(_ email: String) -> String {
        "\(email.prefix(1))***\(email.drop { $0 != "@" })"
    }

    // MARK: S04

    private mutating func start(
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

    private static func plain(_ password: String) -> String {
        String(decoding: password.uppercased().utf8.filter { $0 != UInt8(ascii: "-") }, as: UTF8.self)
    }

    /// A registration whose time has passed ends: its name is free.
    mutating func expire(_ reference: Reference) {
        self[reference].end = "expired"
        for index in self[reference].pairs.indices where self[reference].pairs[index].end == "-" {
            self[reference].pairs[index].end = "expired"
            self[reference].pairs[index].endedAt = now
        }
        freeNames(of: reference)
    }

    /// Frees the names that a registration holds: for the minutes in which its form is filled in, or until it expires.
    private mutating func freeNames(of reference: Reference) {
        for (name, reservation) in names
        where reservation.registration == reference && !reservation.isAccount && reservation.until > now {
            names[name]?.until = now
        }
    }

    // MARK: S05-S07

    private mutating func choose(
        _ standing: Standing, _ typedName: Action.NameTyped, _ typedPassword: Action.PasswordTyped
    ) -> Expected {
        let found = here(standing, at: .identified)
        guard let reference = found.0 else { return found.elsewhere }
        var problems: [String] = []
        let name = text(typedName)
        if case .malformed = typedName {
            problems += [RuleViolation.icegateIDBlank, .icegateIDSpecialCharacter].map(\.explanation)
        }
        switch typedPassword {
        case .good: break
        case .withoutDigit: problems.append(RuleViolation.passwordDigit.explanation)
        case .notConfirmed: problems.append(RuleViolation.passwordMismatch.explanation)
        }
        let upper = name.uppercased()
        if case .malformed = typedName {
        } else {
            switch holdName(upper, for: reference) {
            case .held: break
            case .taken: problems.append(RuleViolation.icegateIDTaken.explanation)
            case .wait(let seconds): return .error(429, "Too many tries", retryAfter: seconds)
            }
        }
        guard problems.isEmpty else {
            return Expected(status: 422, problems: problems, shows: ["Enter Your ICEGATE ID"])
        }
        freeNames(of: reference)
        self[reference].name = upper
        self[reference].step = .otpSent
        makePair(reference, .registration, self[reference].contacts)
        return .redirect("/register/otp")
    }

    private enum NameAnswer {
        case held, taken
        case wait(Int)
    }

    /// Holds a name for five minutes, and counts it unless it is held already.
    private mutating func holdName(_ name: String, for reference: Reference) -> NameAnswer {
        let present = names[name]
        let isPresent = present.map { $0.isAccount || $0.until > now } ?? false
        if isPresent, present?.registration == reference { return .held }
        if let wait = waitingTime(.names(reference), count: 20, window: 3_600) { return .wait(wait) }
        _ = counts(.names(reference), atMost: .max, in: 3_600, wait: 0)
        if isPresent { return .taken }
        names[name] = Reservation(registration: reference, until: now + 300)
        return .held
    }

    /// Makes a pair in place of the one before it; the registration and its name hold as long as the pair.
    private mutating func makePair(_ reference: Reference, _ purpose: OTPPurpose, _ contacts: ContactsText) {
        for index in self[reference].pairs.indices
        where self[reference].pairs[index].purpose == purpose && self[reference].pairs[index].end == "-" {
            self[reference].pairs[index].end = "superseded"
            self[reference].pairs[index].endedAt = now
        }
        let pair = Pair(purpose: purpose, contacts: contacts, generatedAt: now, lastSentAt: now)
        self[reference].pairs.append(pair)
        self[reference].expiresAt = pair.expiresAt
        if let name = self[reference].name { names[name] = Reservation(registration: reference, until: pair.expiresAt) }
        owe(reference, self[reference].pairs.count - 1)
    }

    private mutating func owe(_ reference: Reference, _ index: Int) {
        let pair = self[reference].pairs[index]
        let template = pair.purpose == .registration ? "one-time-password" : "alternate-one-time-password"
        for recipient in [pair.contacts.mobile, pair.contacts.email] {
            owed.append(
                Message(
                    template: template, recipient: recipient, usefulUntil: pair.expiresAt,
                    secret: .code(reference, pair: index)))
        }
    }

    // MARK: S08-S13

    private mutating func prove(
        _ standing: Standing, _ purpose: OTPPurpose, _ typed: Codes, session: Int
    ) -> Expected {
        let step: RegistrationStep = purpose == .registration ? .otpSent : .alternateSent
        let reference: Reference
        switch standing {
        case .renewed(let known): reference = known
        case .registration(let known):
            if isExpired(self[known]) { return end(self[known]) }
            reference = known
        case .nobody, .takenOver, .timedOut, .account: return here(standing, at: step).elsewhere
        }
        if isExpired(self[reference]) { return .expired }
        let elsewhere = Expected.redirect(Self.path(of: self[reference].step))
        guard let index = self[reference].newest(purpose) else { return elsewhere }
        let pair = self[reference].pairs[index]
        if pair.end == "consumed" {
            // The second half of a double click.
            guard now - pair.endedAt < 60, pair.liveTries < 5 else { return elsewhere }
            guard judge(pair, typed) == (true, true) else {
                self[reference].pairs[index].liveTries += 1
                return elsewhere
            }
            return proven(reference, purpose, from: session)
        }
        guard self[reference].step == step else { return elsewhere }
        guard pair.liveTries < 5 else { return otpPage(reference, purpose, isRefused: true) }
        let (isMobileRight, isEmailRight) = judge(pair, typed)
        guard isMobileRight, isEmailRight else {
            self[reference].pairs[index].liveTries += 1
            var problems: [String] = []
            if !isMobileRight {
                problems.append("Entered mobile OTP is not correct. Please try again with correct OTP.")
            }
            if !isEmailRight {
                problems.append("Entered email OTP is not correct. Please try again with correct OTP.")
            }
            return otpPage(reference, purpose, isRefused: true, problems: problems)
        }
        consume(reference, index)
        return proven(reference, purpose, from: session)
    }

    private mutating func proven(_ reference: Reference, _ purpose: OTPPurpose, from session: Int) -> Expected {
        .redirect(
            purpose == .registration ? "/register/verified" : "/register/done",
            session: beginSession(of: .registration(reference), replacing: session))
    }

    private mutating func consume(_ reference: Reference, _ index: Int) {
        self[reference].pairs[index].end = "consumed"
        self[reference].pairs[index].endedAt = now
        switch self[reference].pairs[index].purpose {
        case .registration: self[reference].step = .verified
        case .alternate: makeAccount(reference, self[reference].pairs[index].contacts)
        }
    }

    private func judge(_ pair: Pair, _ typed: Codes) -> (Bool, Bool) {
        func digits(_ text: String) -> String {
            String(decoding: text.utf8.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "-") }, as: UTF8.self)
        }
        return (digits(typed.mobile) == pair.codes.mobile, digits(typed.email) == pair.codes.email)
    }

    private mutating func resend(_ standing: Standing, _ purpose: OTPPurpose, client: String) -> Expected {
        let found = here(standing, at: purpose == .registration ? .otpSent : .alternateSent)
        guard let reference = found.0 else { return found.elsewhere }
        let page = Expected.redirect(Self.path(of: self[reference].step))
        guard let index = self[reference].newest(purpose) else { return page }
        let pair = self[reference].pairs[index]
        // The second half of a double click, and what cannot be: nothing is sent.
        guard now >= pair.lastSentAt + 5, pair.triesLeft > 0, pair.sends < 5 else { return page }
        guard now >= pair.lastSentAt + 60 else {
            return .error(429, "Too many tries", retryAfter: pair.lastSentAt + 60 - now)
        }
        if purpose == .alternate, let wait = countAlternateSend(pair.contacts, client: client) {
            return .error(429, "Too many tries", retryAfter: wait)
        }
        self[reference].pairs[index].sends += 1
        self[reference].pairs[index].lastSentAt = now
        owe(reference, index)
        return page
    }

    private mutating func requestNewPair(_ standing: Standing) -> Expected {
        let found = here(standing, at: .otpSent)
        guard let reference = found.0 else { return found.elsewhere }
        if mayHaveNewPair(self[reference]) { makePair(reference, .registration, self[reference].contacts) }
        return .redirect("/register/otp")
    }

    private func mayHaveNewPair(_ registration: Registration) -> Bool {
        let pairs = registration.pairs.filter { $0.purpose == .registration }
        return pairs.count < 3 && pairs.last?.triesLeft == 0
    }

    private mutating func changeContacts(
        _ standing: Standing, _ typed: Action.ContactsTyped, client: String
    ) -> Expected {
        let found = here(standing, at: .verified, .alternateSent)
        guard let reference = found.0 else { return found.elsewhere }
        if typed == .malformed {
            return .page("Alternate Email ID", problems: [RuleViolation.emailForm, .mobileForm].map(\.explanation))
        }
        let contacts = text(typed, of: reference.holder, standing)
        guard contacts != self[reference].contacts else {
            return .page(
                "Alternate Email ID",
                problems: [
                    "These are the e-mail ID and mobile number that were verified already: press Finish to keep them."
                ])
        }
        if let index = self[reference].newest(.alternate) {
            let pair = self[reference].pairs[index]
            if pair.contacts == contacts, pair.end == "-", pair.expiresAt > now, pair.triesLeft > 0 {
                return .redirect("/register/alternate/otp")
            }
        }
        guard self[reference].pairs.filter({ $0.purpose == .alternate }).count < 3 else {
            return .page(
                "Alternate Email ID",
                problems: [
                    "No further OTPs can be sent for a change of contacts in this registration. Press Finish to keep the verified ones; they can be changed later from your account."
                ])
        }
        if let wait = countAlternateSend(contacts, client: client) {
            return .error(429, "Too many tries", retryAfter: wait)
        }
        self[reference].step = .alternateSent
        makePair(reference, .alternate, contacts)
        return .redirect("/register/alternate/otp")
    }

    private mutating func finish(_ standing: Standing) -> Expected {
        let found = here(standing, at: .verified, .alternateSent)
        guard let reference = found.0 else { return found.elsewhere }
        makeAccount(reference, self[reference].contacts)
        return .redirect("/register/done")
    }

    private mutating func makeAccount(_ reference: Reference, _ contacts: ContactsText) {
        let registration = self[reference]
        let name = registration.name ?? ""
        holders[reference.holder].account = Account(name: name, contacts: contacts)
        names[name] = Reservation(registration: reference, isAccount: true)
        self[reference].step = .finished
        self[reference].end = "finished"
        for index in registration.pairs.indices where registration.pairs[index].end == "-" {
            self[reference].pairs[index].end = "superseded"
            self[reference].pairs[index].endedAt = now
        }
        for index in holders[reference.holder].temporaryPasswords.indices
        where holders[reference.holder].temporaryPasswords[index].end == "-" {
            holders[reference.holder].temporaryPasswords[index].end = "used"
        }
        owed.append(Message(template: "registration-finished", recipient: contacts.email))
        if contacts != registration.contacts {
            for recipient in [registration.contacts.email, registration.contacts.mobile] {
                owed.append(Message(template: "contacts-changed", recipient: recipient))
            }
        }
    }

    // MARK: S20-S23

    private func needsCaptcha(holder: Int?, client: String) -> Bool {
        hasFailures(1, .resumeClient(client)) || (holder.map { hasFailures(1, .resume(holder: $0)) } ?? false)
    }

    private func showCaptcha(_ isNeeded: Bool, on expected: inout Expected) {
        if isNeeded { expected.shows.append("Captcha") } else { expected.hides.append("Captcha") }
    }

    private mutating func resume(
        _ holder: Int, _ typed: Codes, withCaptcha: Bool, client: String, session: Int
    ) -> Expected {
        func page(_ problem: String) -> Expected {
            var expected = Expected.page("IEC Number", problems: [problem])
            showCaptcha(needsCaptcha(holder: holder, client: client), on: &expected)
            return expected
        }
        if needsCaptcha(holder: holder, client: client), !withCaptcha {
            return page(Self.captchaMissing)
        }
        switch judgeResume(holder, typed, session: session) {
        case .right(let reference, let purpose):
            return .redirect(
                purpose == .registration ? "/register/verified" : "/register/done",
                session: beginSession(of: .registration(reference), replacing: session))
        case .expired: return page(Self.expiredMessage)
        case .refused:
            note(.resumeClient(client))
            note(.resume(holder: holder))
            return page(
                "These details and OTPs do not match. Please check all four; if the OTPs cannot be used any more, start again with Simplified Registration."
            )
        }
    }

    private enum ResumeJudgement {
        case right(Reference, OTPPurpose)
        case expired
        case refused
    }

    private mutating func judgeResume(_ holder: Int, _ typed: Codes, session: Int) -> ResumeJudgement {
        guard let (reference, index) = pendingPair(of: holder) else { return .refused }
        let pair = self[reference].pairs[index]
        guard pair.end != "superseded", pair.resumeTries < 5 else { return .refused }
        self[reference].pairs[index].resumeTries += 1
        guard judge(pair, typed) == (true, true) else { return .refused }
        // A right try costs nothing.
        if pair.end == "consumed" {
            guard now - pair.endedAt < 60 else { return .refused }
            self[reference].pairs[index].resumeTries -= 1
            return .right(reference, pair.purpose)
        }
        guard !isExpired(self[reference]), pair.expiresAt > now else {
            expire(reference)
            return .expired
        }
        self[reference].pairs[index].resumeTries -= 1
        endSession(session, "renewed")
        endSessions(of: reference)
        consume(reference, index)
        return .right(reference, pair.purpose)
    }

    // MARK: Temporary passwords, login

    private mutating func issueOnRequest(_ holder: Int) {
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

    private func needsLoginCaptcha(name: String, client: String) -> Bool {
        hasFailures(3, .login(name: name)) || hasFailures(10, .loginClient(client))
    }

    private mutating func logIn(
        _ holder: Int, isRight: Bool, withCaptcha: Bool, client: String, session: Int
    ) -> Expected {
        let name = loginName(of: holder)
        func page(_ problem: String) -> Expected {
            var expected = Expected.page("ICEGATE ID", problems: [problem])
            showCaptcha(needsLoginCaptcha(name: name, client: client), on: &expected)
            return expected
        }
        if needsLoginCaptcha(name: name, client: client), !withCaptcha { return page(Self.captchaMissing) }
        note(.login(name: name))
        note(.loginClient(client))
        guard isRight, holders[holder].account != nil else {
            return page("ICEGATE ID or password is not correct. Please try again.")
        }
        clear(.login(name: name))
        counters[.loginClient(client)]?.attempts -= 1
        return .redirect("/account", session: beginSession(of: .account(holder: holder), replacing: session))
    }
}
