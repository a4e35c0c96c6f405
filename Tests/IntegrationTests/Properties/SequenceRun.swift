import FoundationEssentials
import HTTP
import HTTPTypes
import MariaDB
import Persistence
import Registration

/// One sequence of actions, done to the portal and to the model, with what they say compared after each.
struct SequenceRun {
    private(set) var model: RegistrationModel
    private let portal: ClockedPortal
    /// What the browsers' cookies hold, by the number that the session has in the model.
    private var cookies: [String]
    private var lastMessage: Int64
    private let alreadyBroken: [String]
    /// How often each answer was given, by status and where it led, what was wrong, or which page it was.
    private(set) var answers: [String: Int] = [:]

    /// Begins a sequence with two holders that have a temporary password each, and with browsers that have opened a page.
    ///
    /// - Parameters:
    ///   - holders: two that the master has and no other sequence uses.
    ///   - now: when it begins, in seconds since 1970; no sequence of this database was later.
    ///   - alreadyBroken: invariants that were broken before, by whatever.
    init(
        _ portal: ClockedPortal, holders: [Holder], at now: Int, alreadyBroken: [String]
    ) throws {
        self.portal = portal
        model = RegistrationModel(
            now: now, holders: holders.map { RegistrationModel.HolderState(original: $0, master: $0) },
            browsers: [])
        model.names[RegistrationModel.takenName] = RegistrationModel.Reservation(registration: nil, isAccount: true)
        cookies = []
        self.alreadyBroken = alreadyBroken
        lastMessage = try portal.site.database.value("SELECT IFNULL(MAX(id), 0) FROM outbox")
        for _ in 0..<3 {
            let session = model.beginSession(of: .nobody)
            cookies.append(Self.unknownCookie())
            model.browsers.append(RegistrationModel.BrowserState(session: session, earlierSession: session))
        }
        try portal.setClock(model.now)
        for holder in holders.indices {
            model.issue(holder)
            _ = try portal.store.issueTemporaryPassword(
                iec: IEC(holders[holder].iec), gstin: GSTIN(holders[holder].gstin), onlyWithout: false,
                isBulk: false, client: Site.operatorAtDesk)
            if let difference = try readMessages() { throw Unready(description: difference) }
        }
    }

    struct Unready: Error {
        let description: String
    }

    /// Does an action.
    ///
    /// - Returns: how the portal differs from the model; `nil` when it does not.
    mutating func perform(_ action: Action) throws -> String? {
        switch action.deed {
        case .pass(let seconds):
            model.now += seconds
            try portal.setClock(model.now)
            return nil
        case .load(let holder, let change):
            model.holders[holder].master = model.holders[holder].master(after: change)
            try portal.site.load([model.holders[holder].master])
            return nil
        default:
            return try send(action)
        }
    }

    private mutating func send(_ action: Action) throws -> String? {
        guard let browser = action.browser else { return nil }
        let session = model.browsers[browser].session
        let opened = action.delivery == .oldForm ? model.browsers[browser].earlierSession : session
        let form = model.form(of: action, session: session)
        let isPost = if case .open = action.deed { false } else { true }
        for _ in 0..<(action.delivery == .twice ? 2 : 1) {
            let expected: Expected
            if isPost, opened != session {
                expected = model.answer(toOldForm: opened, session: session)
            } else {
                expected = model.answer(to: action, session: session)
            }
            let response = portal.send(
                form.path, form.fields, session: cookies[session], formSession: isPost ? cookies[opened] : nil,
                address: model.client(action))
            if case .requestTemporaryPassword = action.deed {
                while try portal.store.handleMessageRequest() {}
            }
            if let difference = compare(response, expected) { return difference }
            let said =
                expected.location ?? expected.problems.last ?? (expected.status == 200 ? form.path : expected.shows[0])
            answers["\(expected.status) \(said.prefix(70))", default: 0] += 1
            // The end of the sequence sees whether somebody got a message whom nothing was owed.
            if !model.owed.isEmpty, let difference = try readMessages() { return difference }
            if let new = expected.session, action.delivery != .answerLost {
                model.browsers[browser] = RegistrationModel.BrowserState(session: new, earlierSession: session)
            }
        }
        return nil
    }

    // MARK: Answers

    private mutating func compare(_ response: Response, _ expected: Expected) -> String? {
        let location = response.headers[.location].map(Answer.withoutCode)
        guard response.status.code == expected.status, location == expected.location else {
            let page = PageText(response.body)
            return
                "expected \(expected.status) \(expected.location ?? "") \(expected.problems), got \(response.status.code) \(location ?? "") \(page.problems)"
        }
        let prefix = Browser.sessionCookie + "="
        let cookie = response.headers[values: .setCookie].first { $0.hasPrefix(prefix) }?
            .dropFirst(prefix.utf8.count).prefix { $0 != ";" }
        guard (cookie != nil) == (expected.session != nil) else {
            return expected.session == nil ? "the answer begins a session" : "the answer begins no session"
        }
        while cookies.count < model.sessions.count { cookies.append(Self.unknownCookie()) }
        if let cookie, let session = expected.session { cookies[session] = String(cookie) }
        if let wait = expected.retryAfter, response.headers[.retryAfter] != String(wait) {
            return "expected Retry-After \(wait), got \(response.headers[.retryAfter] ?? "none")"
        }
        guard expected.status != 303 else { return nil }
        let page = PageText(response.body)
        let problems = page.problems.map(Self.withoutTimeOfLogin)
        if problems != expected.problems {
            return "expected the problems \(expected.problems), got \(problems)"
        }
        if let missing = expected.shows.first(where: { !page.text.contains($0) }) {
            return "the page does not say \"\(missing)\" but: \(page.text)"
        }
        if let surplus = expected.hides.first(where: page.text.contains) { return "the page says \"\(surplus)\"" }
        return nil
    }

    /// The wait after refused logins is written by the portal's own clock, which a sequence does not move.
    private static func withoutTimeOfLogin(_ problem: String) -> String {
        let parts = problem.split(separator: "Please wait until ", maxSplits: 1)
        guard parts.count == 2, let rest = parts[1].firstRange(of: " before the next try") else { return problem }
        return parts[0] + "Please wait until …" + parts[1][rest.lowerBound...]
    }

    /// A cookie that the store does not know, as a browser has it that opened a page and did no more.
    private static func unknownCookie() -> String {
        (0..<4).map { _ in
            let digits = String(UInt64.random(in: .min ... .max), radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }.joined()
    }

    // MARK: Messages

    /// Reads what came into the outbox since, compares it with what the model owes, and learns the secrets in it.
    private mutating func readMessages() throws -> String? {
        var owed = model.owed
        model.owed = []
        let rows = try portal.site.database.rows(
            """
            SELECT id, template, recipient, nonce, key_id, TIMESTAMPDIFF(SECOND, '1970-01-01', useful_until), channel
            FROM outbox WHERE id > \(lastMessage) ORDER BY id
            """)
        for row in rows {
            lastMessage = try row.get(0)
            let (template, recipient) = (try row.get(1, as: String.self), try row.get(2, as: String.self))
            let usefulUntil = try row.get(5, as: Int?.self)
            guard let index = owed.firstIndex(where: { $0.template == template && $0.recipient == recipient }) else {
                return "a message that nobody is owed: \(template) to \(recipient)"
            }
            let message = owed.remove(at: index)
            guard message.usefulUntil == usefulUntil else {
                return
                    "\(template) to \(recipient) says that its code holds until \(usefulUntil ?? 0), not \(message.usefulUntil ?? 0)"
            }
            guard let nonce = try row.get(3, as: [UInt8]?.self) else { continue }
            let seed = SecretSeed(nonce: nonce, keyID: try row.get(4))
            if let difference = try learn(message.secret, seed, recipient) { return difference }
        }
        return owed.first.map { "no message \($0.template) to \($0.recipient)" }
    }

    private mutating func learn(
        _ secret: RegistrationModel.Secret, _ seed: SecretSeed, _ recipient: String
    ) throws -> String? {
        switch secret {
        case .none: return "a message carries a secret"
        case .temporaryPassword(let holder):
            let original = model.holders[holder].original
            let password = try TemporaryPassword(
                iec: IEC(original.iec), gstin: GSTIN(original.gstin), seed: seed, keys: Site.keys)
            let last = model.holders[holder].temporaryPasswords.count - 1
            model.holders[holder].temporaryPasswords[last].text = password?.grouped ?? ""
            return nil
        case .code(let reference, let pair):
            let isMail = recipient.contains("@")
            let destination = try isMail ? Destination(EmailAddress(recipient)) : Destination(MobileNumber(recipient))
            let code = OneTimePassword(for: destination, seed: seed, keys: Site.keys)?.digits ?? ""
            let part: WritableKeyPath<RegistrationModel.Codes, String> = isMail ? \.email : \.mobile
            let known = model[reference].pairs[pair].codes[keyPath: part]
            model[reference].pairs[pair].codes[keyPath: part] = code
            return known.isEmpty || known == code ? nil : "the code to \(recipient) is another than before"
        }
    }

    // MARK: Rows

    /// How the database differs from the model, or breaks an invariant of its own; `nil` when it does neither.
    mutating func compareRows() throws -> String? {
        if let difference = try readMessages() { return difference }
        let broken = try portal.brokenInvariants(at: model.now).filter { !alreadyBroken.contains($0) }
        if let first = broken.first { return "broken invariant: \(first)" }
        let codes = model.holders.map(\.original.iec)
        let rows = try portal.site.database.rows(
            """
            SELECT CONCAT_WS(' ', 'registration', r.iec, TIMESTAMPDIFF(SECOND, '1970-01-01', r.started_at), r.step,
                IFNULL(r.icegate_id, '-'), r.email, r.mobile, IFNULL(r.end_reason, '-'),
                TIMESTAMPDIFF(SECOND, '1970-01-01', r.expires_at), IF(r.password_hash IS NULL, '-', 'hash'))
            FROM registrations r WHERE r.iec IN (\(list: codes))
            UNION ALL
            SELECT CONCAT_WS(' ', 'pair', r.iec, TIMESTAMPDIFF(SECOND, '1970-01-01', r.started_at), p.purpose, p.email,
                p.mobile, TIMESTAMPDIFF(SECOND, '1970-01-01', p.generated_at), p.live_tries, p.resume_tries, p.sends,
                TIMESTAMPDIFF(SECOND, '1970-01-01', p.last_sent_at), IFNULL(p.end_reason, '-'),
                IFNULL(TIMESTAMPDIFF(SECOND, '1970-01-01', p.ended_at), '-'))
            FROM otp_pairs p JOIN registrations r ON r.id = p.registration_id WHERE r.iec IN (\(list: codes))
            UNION ALL
            SELECT CONCAT_WS(' ', 'name', r.iec, TIMESTAMPDIFF(SECOND, '1970-01-01', r.started_at), n.icegate_id,
                IF(n.account_id IS NULL, TIMESTAMPDIFF(SECOND, '1970-01-01', n.reserved_until), 'account'))
            FROM icegate_ids n JOIN registrations r ON r.id = n.registration_id WHERE r.iec IN (\(list: codes))
            UNION ALL
            SELECT CONCAT_WS(' ', 'account', iec, icegate_id, email, mobile)
            FROM accounts WHERE iec IN (\(list: codes))
            UNION ALL
            SELECT CONCAT_WS(' ', 'password', iec, TIMESTAMPDIFF(SECOND, '1970-01-01', issued_at),
                IFNULL(end_reason, '-'))
            FROM temporary_passwords WHERE iec IN (\(list: codes))
            UNION ALL
            SELECT CONCAT_WS(' ', 'session of registration', r.iec, TIMESTAMPDIFF(SECOND, '1970-01-01', r.started_at),
                TIMESTAMPDIFF(SECOND, '1970-01-01', s.created_at), TIMESTAMPDIFF(SECOND, '1970-01-01', s.last_seen_at),
                IFNULL(s.end_reason, '-'))
            FROM sessions s JOIN registrations r ON r.id = s.registration_id WHERE r.iec IN (\(list: codes))
            UNION ALL
            SELECT CONCAT_WS(' ', 'session of account', a.iec, TIMESTAMPDIFF(SECOND, '1970-01-01', s.created_at),
                TIMESTAMPDIFF(SECOND, '1970-01-01', s.last_seen_at), IFNULL(s.end_reason, '-'))
            FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE a.iec IN (\(list: codes))
            """)
        let found = try rows.map { try $0.get(0, as: String.self) }.sorted()
        let expected = model.rows
        guard found != expected else { return nil }
        // Both are sorted; a row may be there twice.
        let lines = found.difference(from: expected).map { change in
            switch change {
            case .insert(_, let row, _): "the database has   \(row)"
            case .remove(_, let row, _): "the model expects  \(row)"
            }
        }
        return lines.joined(separator: "\n")
    }
}

extension RegistrationModel.HolderState {
    /// What the master says after a load.
    fileprivate func master(after change: Action.MasterChange) -> Holder {
        var holder = original
        switch change {
        case .contacts:
            let contacts = contacts(variant: 3)
            (holder.email, holder.mobile) = (contacts.email, contacts.mobile)
        case .mobileUnusable: holder.mobile = "12345"
        case .iecInactive: holder.iecStatus = "suspended"
        case .gstinInactive: holder.gstinStatus = "CNL"
        case .asAtFirst: break
        }
        return holder
    }
}
