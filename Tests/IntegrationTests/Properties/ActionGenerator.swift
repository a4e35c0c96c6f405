import Persistence
import Registration

/// Draws actions: what leads on, what people do besides at such a page, and anything at all, as often as suits the people
/// of the sequence.
struct ActionGenerator {
    private var random: SplitMix64
    private let temper: Temper
    private let guess: Guess
    private var hasWaited = false

    /// How the people of a sequence are.
    private enum Temper: CaseIterable {
        case steady
        /// Wrong codes until no try is left.
        case clumsy
        /// Much time goes by.
        case slow
        /// Comes back just before a session or a registration ends, again and again.
        case lingering
        /// Wants other contacts, and others again.
        case wavering
        /// Tries one thing until the portal has had enough.
        case guessing
    }

    private enum Guess: CaseIterable {
        case temporaryPassword, name, resume, login
    }

    init(seed: UInt64) {
        random = SplitMix64(state: seed)
        temper = Temper.allCases.randomElement(using: &random) ?? .steady
        guess = Guess.allCases.randomElement(using: &random) ?? .name
    }

    /// How many actions the sequence has.
    mutating func length() -> Int { Int.random(in: temper == .lingering ? 18...26 : 12...20, using: &random) }

    mutating func next(_ model: RegistrationModel) -> Action {
        let browser = chance(temper == .clumsy || temper == .lingering ? 90 : 75) ? 0 : (chance(70) ? 1 : 2)
        let deed: Action.Deed
        if temper == .lingering, chance(95) {
            deed = lingering(browser, model)
        } else if temper == .wavering, chance(70) {
            deed = goingOn(browser, model)
        } else if temper == .guessing, chance(80) {
            deed = guessing(browser, model)
        } else {
            deed = mixed(browser, model)
        }
        var action = Action(deed: deed)
        switch deed {
        case .pass, .open, .load: break
        default:
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<3: action.delivery = .answerLost
            case 3..<7: action.delivery = .oldForm
            case 7..<(temper == .clumsy || temper == .guessing ? 55 : 15): action.delivery = .twice
            default: break
            }
        }
        return action
    }

    private mutating func mixed(_ browser: Int, _ model: RegistrationModel) -> Action.Deed {
        switch Int.random(in: temper == .clumsy ? 0..<65 : 0..<100, using: &random) {
        case 0..<48: goingOn(browser, model)
        case 48..<85: besides(browser, model)
        default: anything(browser, model)
        }
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    private mutating func any<T>(_ values: [T]) -> T { values[Int.random(in: values.indices, using: &random)] }

    /// What leads on from where a browser stands.
    private mutating func goingOn(_ browser: Int, _ model: RegistrationModel) -> Action.Deed {
        let holder = chance(browser == 0 ? 92 : 60) ? 0 : 1
        switch model.standing(ofSession: model.browsers[browser].session) {
        case .nobody, .renewed, .takenOver, .timedOut:
            if model.holders[holder].account != nil, chance(70) {
                return .logIn(browser: browser, holder: holder, isRight: true, withCaptcha: chance(80))
            }
            if model.pendingPair(of: holder) != nil, chance(temper == .clumsy ? 10 : 45) {
                return .resume(browser: browser, holder: holder, .right, withCaptcha: chance(80))
            }
            return .start(browser: browser, holder: holder, .right)
        case .registration(let reference):
            let step = model[reference].step
            if step.isProven, temper == .wavering, chance(85) {
                return .changeContacts(browser: browser, any([.first, .second, .otherMobileAlone]))
            }
            switch step {
            case .identified:
                let name = chance(80) ? reference.holder : 1 - reference.holder
                return .choose(browser: browser, .contended(name, isLowerCase: chance(30)), .good)
            case .otpSent:
                if temper == .clumsy, chance(90) { return clumsyProof(browser, model, reference, .registration) }
                return .prove(browser: browser, .registration, .right)
            case .verified:
                return chance(40)
                    ? .finish(browser: browser) : .changeContacts(browser: browser, any([.first, .second]))
            case .alternateSent:
                if temper == .clumsy, chance(60) { return clumsyProof(browser, model, reference, .alternate) }
                return chance(75) ? .prove(browser: browser, .alternate, .right) : .finish(browser: browser)
            case .finished: return .open(browser: browser, any([.done, .login, .register]))
            }
        case .account: return chance(70) ? .open(browser: browser, any([.home, .filing])) : .logOut(browser: browser)
        }
    }

    /// What people do besides, or do wrong, where a browser stands.
    private mutating func besides(_ browser: Int, _ model: RegistrationModel) -> Action.Deed {
        let draw = Int.random(in: 0..<(temper == .slow ? 120 : 100), using: &random)
        if draw >= 80 { return .pass(seconds(model)) }
        if draw < 10 { return .open(browser: browser, any(Action.Page.allCases)) }
        guard case .registration(let reference) = model.standing(ofSession: model.browsers[browser].session) else {
            return anything(browser, model)
        }
        let holder = reference.holder
        if draw < 20 {
            return .resume(
                browser: any([browser, 1, 2]), holder: holder, any(Action.CodesTyped.allCases), withCaptcha: chance(80))
        }
        switch model[reference].step {
        case .identified: return nameOrPassword(browser)
        case .otpSent:
            if draw < 52 { return .prove(browser: browser, .registration, any(Action.CodesTyped.allCases)) }
            return draw < 74
                ? .resend(browser: browser, .registration) : .requestNewPair(browser: browser, .registration)
        case .verified:
            if draw < 55 { return .changeContacts(browser: browser, any(Action.ContactsTyped.allCases)) }
            return draw < 65
                ? .open(browser: browser, any([.verified, .finish, .alternate])) : .finish(browser: browser)
        case .alternateSent:
            if draw < 45 { return .prove(browser: browser, .alternate, any(Action.CodesTyped.allCases)) }
            if draw < 60 { return .resend(browser: browser, .alternate) }
            return draw < 75
                ? .changeContacts(browser: browser, any(Action.ContactsTyped.allCases)) : .finish(browser: browser)
        case .finished:
            return .logIn(browser: browser, holder: holder, isRight: chance(60), withCaptcha: chance(80))
        }
    }

    /// Waits until the session or the registration is about to end, then does something that need not lead on.
    private mutating func lingering(_ browser: Int, _ model: RegistrationModel) -> Action.Deed {
        let number = model.browsers[browser].session
        guard case .registration(let reference) = model.standing(ofSession: number) else {
            return goingOn(browser, model)
        }
        hasWaited.toggle()
        let session = model.sessions[number]
        if hasWaited {
            let end = min(session.endsAt, model[reference].expiresAt)
            let offset = session.idleAt < end ? (chance(5) ? any([0, 1]) : -1) : any([-200, -1, 0, 1])
            return .pass(max(0, min(session.idleAt, end) - model.now + offset))
        }
        switch model[reference].step {
        case .identified where chance(85):
            return .choose(browser: browser, .contended(0, isLowerCase: false), .notConfirmed)
        case .otpSent where chance(70):
            return chance(50)
                ? .resend(browser: browser, .registration) : .open(browser: browser, any(Action.Page.allCases))
        case .verified where chance(60): return .open(browser: browser, .verified)
        case .alternateSent where chance(60): return .resend(browser: browser, .alternate)
        default: return goingOn(browser, model)
        }
    }

    /// Tries what it has set its mind on, once it has come so far that it can; and what is right, or waits, in between.
    private mutating func guessing(_ browser: Int, _ model: RegistrationModel) -> Action.Deed {
        let standing = model.standing(ofSession: model.browsers[browser].session)
        switch guess {
        case .temporaryPassword:
            let wait = max(model.counters[.temporaryPassword(holder: 0)]?.blockedUntil ?? 0, model.now) - model.now
            if wait > 0, chance(40) { return .pass(wait + any([-1, 0, 1])) }
            return .start(
                browser: browser, holder: 0, chance(wait > 0 ? 50 : 5) ? .right : any([.wrong, .ofTheOtherHolder]))
        case .name:
            guard case .registration(let reference) = standing, model[reference].step == .identified else { break }
            return .choose(browser: browser, chance(90) ? .taken : .contended(0, isLowerCase: false), .good)
        case .resume:
            guard model.pendingPair(of: 0) != nil else { break }
            return .resume(
                browser: browser, holder: 0, chance(10) ? .right : any([.wrongMobile, .wrongEmail, .swapped]),
                withCaptcha: chance(85))
        case .login:
            guard model.holders[0].account != nil else { break }
            return .logIn(browser: browser, holder: 0, isRight: chance(10), withCaptcha: chance(60))
        }
        return goingOn(browser, model)
    }

    private mutating func nameOrPassword(_ browser: Int) -> Action.Deed {
        .choose(
            browser: browser,
            any([.taken, .malformed, .contended(0, isLowerCase: false), .contended(1, isLowerCase: true)]),
            any(Action.PasswordTyped.allCases))
    }

    private mutating func clumsyProof(
        _ browser: Int, _ model: RegistrationModel, _ reference: RegistrationModel.Reference, _ purpose: OTPPurpose
    ) -> Action.Deed {
        if model[reference].newest(purpose).map({ model[reference].pairs[$0].triesLeft }) == 0, chance(85) {
            return .requestNewPair(browser: browser, purpose)
        }
        return .prove(browser: browser, purpose, any([.wrongMobile, .wrongEmail, .bothWrong, .olderPair]))
    }

    private mutating func anything(_ browser: Int, _ model: RegistrationModel) -> Action.Deed {
        let holder = any([0, 0, 1])
        switch Int.random(in: 0..<(temper == .slow ? 130 : 100), using: &random) {
        case 0..<14: return .open(browser: browser, any(Action.Page.allCases))
        case 14..<30: return .prove(browser: browser, purpose(model, browser), any(Action.CodesTyped.allCases))
        case 30..<41:
            return .resume(
                browser: browser, holder: holder, any(Action.CodesTyped.allCases), withCaptcha: chance(80))
        case 41..<49: return .resend(browser: browser, purpose(model, browser))
        case 49..<51: return .requestNewPair(browser: browser, purpose(model, browser))
        case 51..<58: return .start(browser: browser, holder: holder, any(Action.TemporaryPasswordTyped.allCases))
        case 58..<62:
            return nameOrPassword(browser)
        case 62..<67: return .changeContacts(browser: browser, any(Action.ContactsTyped.allCases))
        case 67..<69: return .finish(browser: browser)
        case 69..<71: return .load(holder: holder, any(Action.MasterChange.allCases))
        case 71..<74: return .requestTemporaryPassword(browser: browser, holder: holder)
        case 74..<77: return .logIn(browser: browser, holder: holder, isRight: chance(40), withCaptcha: chance(80))
        case 77..<78: return .logOut(browser: browser)
        default: return .pass(seconds(model))
        }
    }

    /// The page that a browser stands on three times of four, the other one else.
    private mutating func purpose(_ model: RegistrationModel, _ browser: Int) -> OTPPurpose {
        var purpose = OTPPurpose.registration
        if case .registration(let reference) = model.standing(ofSession: model.browsers[browser].session),
            model[reference].step.isProven
        {
            purpose = .alternate
        }
        return chance(80) ? purpose : (purpose == .registration ? .alternate : .registration)
    }

    /// Any time, or one that ends a second before, at, or a second after something that the model knows of.
    private mutating func seconds(_ model: RegistrationModel) -> Int {
        if chance(20) { return Int.random(in: 1...30, using: &random) }
        if chance(25) { return 60 * Int.random(in: 1...14, using: &random) }
        if chance(5) { return any([3_600, 7_200, 86_400, 30 * 86_400]) }
        var ends: [Int] = []
        for holder in model.holders {
            for registration in holder.registrations.suffix(1) {
                // Near enough to the end that a session which begins then is alive at it.
                ends += [registration.expiresAt, registration.expiresAt - 600]
                for pair in registration.pairs.suffix(2) {
                    ends += [pair.expiresAt, pair.lastSentAt + 60, pair.lastSentAt + 5, pair.endedAt + 60]
                }
            }
            if chance(10) { ends += holder.temporaryPasswords.suffix(1).map(\.expiresAt) }
        }
        for session in model.sessions where session.owner != .nobody && session.end == "-" {
            ends += [session.idleAt, session.endsAt, session.lastSeenAt + 10]
        }
        ends += model.names.values.map(\.until)
        ends += model.counters.values.map(\.blockedUntil).filter { $0 > model.now }
        ends += model.counters.values.map { $0.startedAt + 3_600 }.filter { $0 > model.now }
        // The order of a dictionary is another one in each run, and the seed must not depend on it.
        guard let end = ends.sorted().filter({ $0 >= model.now }).randomElement(using: &random) else { return 60 }
        return max(0, end - model.now + any([-1, 0, 1]))
    }
}

/// Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators" (OOPSLA 2014).
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
