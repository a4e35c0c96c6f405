import FoundationEssentials
import Persistence
import Registration

/// What the requirements make of two holders, some browsers and a clock: a value that knows neither SQL nor HTML.
///
/// Times are whole seconds. Files `RegistrationModel+….swift` hold what each action does to it.
struct RegistrationModel {
    var now: Int
    var holders: [HolderState]
    var browsers: [BrowserState]
    var sessions: [Session] = []
    /// By name in upper case.
    var names: [String: Reservation] = [:]
    var counters: [Subject: Counter] = [:]
    /// Messages that the action just done owes to somebody.
    var owed: [Message] = []

    /// A name that an account has from the beginning.
    static let takenName = "TAKEN-BEFORE"

    struct HolderState {
        /// What the master said first.
        let original: Holder
        /// What the master says now.
        var master: Holder
        var temporaryPasswords: [TemporaryPasswordState] = []
        var registrations: [Registration] = []
        var account: Account?

        func contacts(variant: Int) -> ContactsText {
            let digits = String(String(10_000 + original.number).dropFirst())
            return ContactsText(email: "other\(variant).\(digits)@example.org", mobile: "8\(variant)765\(digits)0")
        }
    }

    struct TemporaryPasswordState {
        let issuedAt: Int
        var end = "-"
        /// What the letter says; empty until it was read.
        var text = ""

        var expiresAt: Int { issuedAt + 30 * 86_400 }
    }

    struct ContactsText: Hashable {
        let email: String
        let mobile: String

        init(email: String, mobile: String) {
            self.email = email
            self.mobile = mobile
        }

        init(_ holder: Holder) { self.init(email: holder.email, mobile: holder.mobile) }
    }

    struct Reference: Hashable {
        let holder: Int
        let index: Int
    }

    struct Registration {
        let startedAt: Int
        let contacts: ContactsText
        var step = RegistrationStep.identified
        var expiresAt: Int
        var end = "-"
        var name: String?
        var pairs: [Pair] = []

        func newest(_ purpose: OTPPurpose) -> Int? { pairs.lastIndex { $0.purpose == purpose } }
    }

    struct Pair {
        let purpose: OTPPurpose
        let contacts: ContactsText
        let generatedAt: Int
        /// What the messages say; empty until they were read.
        var codes = Codes()
        var liveTries = 0
        var resumeTries = 0
        var sends = 1
        var lastSentAt: Int
        var end = "-"
        var endedAt = 0

        var expiresAt: Int { generatedAt + 7_200 }
        var triesLeft: Int { 5 - liveTries }
    }

    struct Codes: Equatable {
        var mobile = ""
        var email = ""
    }

    struct Account {
        let name: String
        let contacts: ContactsText
    }

    enum Owner: Hashable {
        case nobody
        case registration(Reference)
        case account(holder: Int)
    }

    struct Session {
        let owner: Owner
        let createdAt: Int
        /// The one that the browser had before.
        let replaced: Int?
        var lastSeenAt: Int
        var end = "-"

        var endsAt: Int { createdAt + (isAccount ? 28_800 : 7_200) }
        var idleAt: Int { lastSeenAt + (isAccount ? 1_800 : 900) }
        private var isAccount: Bool { if case .account = owner { true } else { false } }
    }

    /// What a browser's cookie stands for.
    enum Standing: Equatable {
        case nobody
        case registration(Reference)
        case renewed(Reference)
        case takenOver
        case timedOut(SessionKind)
        case account(holder: Int)
    }

    struct BrowserState {
        var session: Int
        /// The session before, to which forms belong that were opened then.
        var earlierSession: Int
    }

    struct Reservation: Equatable {
        /// `nil` for an account that the sequence did not make.
        let registration: Reference?
        var isAccount = false
        var until = 0
    }

    struct Message {
        let template: String
        let recipient: String
        var usefulUntil: Int?
        /// What it carries.
        var secret = Secret.none
    }

    enum Secret {
        case none
        case code(Reference, pair: Int)
        case temporaryPassword(holder: Int)
    }

    // MARK: Reading

    subscript(_ reference: Reference) -> Registration {
        get { holders[reference.holder].registrations[reference.index] }
        set { holders[reference.holder].registrations[reference.index] = newValue }
    }

    func isExpired(_ registration: Registration) -> Bool {
        registration.end == "expired" || (registration.end == "-" && registration.expiresAt <= now)
    }

    func standing(ofSession number: Int) -> Standing {
        let session = sessions[number]
        let isTimedOut = isTimedOut(session)
        switch (session.owner, session.end) {
        case (.nobody, _), (_, "logout"): return .nobody
        case (_, "taken_over"): return .takenOver
        case (.account, "timed_out"): return .timedOut(.account)
        case (_, "timed_out"): return .timedOut(.registration)
        case (.registration(let reference), "renewed"): return isTimedOut ? .nobody : .renewed(reference)
        case (.account, "renewed"): return .nobody
        case (.registration(let reference), _):
            // Whose OTPs have expired is told that.
            return isTimedOut && !isExpired(self[reference]) ? .timedOut(.registration) : .registration(reference)
        case (.account(let holder), _): return isTimedOut ? .timedOut(.account) : .account(holder: holder)
        }
    }

    func isTimedOut(_ session: Session) -> Bool { session.endsAt <= now || session.idleAt <= now }

    /// The pair whose codes a holder may have at hand: the newest, alternate before the first ones.
    func pendingPair(of holder: Int) -> (Reference, Int)? {
        guard let registration = holders[holder].registrations.last else { return nil }
        let reference = Reference(holder: holder, index: holders[holder].registrations.count - 1)
        guard let pair = registration.newest(.alternate) ?? registration.newest(.registration) else { return nil }
        return (reference, pair)
    }

    static func path(of step: RegistrationStep) -> String {
        switch step {
        case .identified: "/register/account"
        case .otpSent: "/register/otp"
        case .verified: "/register/verified"
        case .alternateSent: "/register/alternate/otp"
        case .finished: "/register/done"
        }
    }

    // MARK: Sessions

    /// Begins a session in place of the one that the browser had, which ends.
    mutating func beginSession(of owner: Owner, replacing old: Int? = nil) -> Int {
        if let old { endSession(old, "renewed") }
        sessions.append(Session(owner: owner, createdAt: now, replaced: old, lastSeenAt: now))
        return sessions.count - 1
    }

    mutating func endSession(_ number: Int, _ reason: String) {
        if sessions[number].end == "-", sessions[number].owner != .nobody { sessions[number].end = reason }
    }

    mutating func endSessions(of reference: Reference) {
        for number in sessions.indices where sessions[number].owner == .registration(reference) {
            endSession(number, "taken_over")
        }
    }

    /// A request of a session keeps it alive, noted at most once in ten seconds; what is over is written down.
    mutating func lookUp(_ number: Int) {
        let session = sessions[number]
        guard session.end == "-", session.owner != .nobody else { return }
        if case .registration(let reference) = session.owner, isExpired(self[reference]) {
            expire(reference)
        } else if isTimedOut(session) {
            return endSession(number, "timed_out")
        }
        if !isTimedOut(session), session.lastSeenAt < now - 10 { sessions[number].lastSeenAt = now }
    }
}
