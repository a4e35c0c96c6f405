import Persistence
import Registration

/// What the portal answers, and what comes of it; a file for each step says how.
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
        case .requestNewPair(_, let purpose): return requestNewPair(standing, purpose, client: client(action))
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
            return .redirect("/login?notice=logged-out", session: beginSession(of: .nobody))
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

    /// The registration of a session, when it stands at one of `steps`, or where its browser is led.
    func here(_ standing: Standing, at steps: RegistrationStep...) -> (Reference?, elsewhere: Expected) {
        switch standing {
        case .registration(let reference):
            if isExpired(self[reference]) { return (nil, end(self[reference])) }
            let step = self[reference].step
            return (steps.contains(step) ? reference : nil, .redirect(Self.path(of: step)))
        case .timedOut(.registration): return (nil, .timedOut)
        case .takenOver: return (nil, .takenOver)
        case .nobody, .renewed, .timedOut, .account: return (nil, .redirect("/register"))
        }
    }

    /// Where the browser of a registration is led whose time has passed: one that had OTPs has lost its name.
    func end(_ registration: Registration) -> Expected {
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
}
