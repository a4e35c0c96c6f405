import Persistence
import Registration

/// What is typed: actions name it, the model knows it.
extension RegistrationModel {
    /// The path that a deed posts to or opens, and the fields that it fills in.
    func form(of action: Action, session: Int) -> (path: String, fields: [(name: String, value: String)]) {
        let standing = standing(ofSession: session)
        switch action.deed {
        case .pass, .load: return ("/", [])
        case .open(_, let page): return (page.rawValue, [])
        case .start(_, let holder, let typed):
            let password = (name: "password", value: text(typed, of: holder))
            return ("/register", pair(holder) + [password, Self.captcha])
        case .choose(_, let name, let password):
            let holder = holders[self.holder(of: standing)].original
            let chosen = password == .withoutDigit ? "Mango-Tree-without" : holder.password
            return (
                "/register/account",
                [
                    ("icegate_id", text(name)), ("new_password", chosen),
                    ("confirm_password", password == .notConfirmed ? "Another-Tree-1" : chosen),
                ]
            )
        case .prove(_, let purpose, let codes):
            return (otpPath(purpose), Self.fields(typed(codes, standing, purpose)))
        case .resend(_, let purpose): return (otpPath(purpose) + "/resend", [])
        case .requestNewPair(_, let purpose): return (otpPath(purpose) + "/resend", [("new_pair", "1")])
        case .changeContacts(_, let typed):
            let contacts = text(typed, of: holder(of: standing), standing)
            return (
                "/register/alternate", [("alternate_email", contacts.email), ("alternate_mobile", contacts.mobile)]
            )
        case .finish: return ("/register/finish", [])
        case .resume(_, let holder, let codes, let withCaptcha):
            return (
                "/resume",
                pair(holder) + Self.fields(typed(codes, holder: holder)) + (withCaptcha ? [Self.captcha] : [])
            )
        case .requestTemporaryPassword(_, let holder): return ("/temporary-password", pair(holder) + [Self.captcha])
        case .logIn(_, let holder, let isRight, let withCaptcha):
            let password = holders[holder].original.password
            return (
                "/login",
                [("icegate_id", loginName(of: holder)), ("password", isRight ? password : password + "?")]
                    + (withCaptcha ? [Self.captcha] : [])
            )
        case .logOut: return ("/logout", [])
        }
    }

    func text(_ typed: Action.TemporaryPasswordTyped, of holder: Int) -> String {
        let passwords = holders[holder].temporaryPasswords.map(\.text)
        switch typed {
        case .right: return passwords.last ?? Self.wrongPassword
        case .lowerCase: return passwords.last?.lowercased() ?? Self.wrongPassword
        case .wrong: return Self.wrongPassword
        case .older: return passwords.dropLast().last ?? Self.wrongPassword
        case .ofTheOtherHolder: return holders[1 - holder].temporaryPasswords.last?.text ?? Self.wrongPassword
        case .empty: return ""
        }
    }

    func text(_ typed: Action.NameTyped) -> String {
        switch typed {
        case .contended(let number, let isLowerCase):
            isLowerCase ? contendedName(number).lowercased() : contendedName(number)
        case .taken: Self.takenName
        case .malformed: "NO NAME!"
        }
    }

    func contendedName(_ number: Int) -> String { "WANTED_\(holders[0].original.number)_\(number)" }

    func loginName(of holder: Int) -> String {
        holders[holder].account?.name ?? holders[holder].registrations.last?.name ?? contendedName(holder)
    }

    func text(_ typed: Action.ContactsTyped, of holder: Int, _ standing: Standing) -> ContactsText {
        let state = holders[holder]
        var present = ContactsText(state.master)
        if case .registration(let reference) = standing { present = self[reference].contacts }
        return switch typed {
        case .first: state.contacts(variant: 0)
        case .second: state.contacts(variant: 1)
        case .otherMobileAlone: ContactsText(email: present.email, mobile: state.contacts(variant: 2).mobile)
        case .same: present
        case .ofTheOtherHolder: ContactsText(holders[1 - holder].original)
        case .malformed: ContactsText(email: "no address", mobile: "12345")
        }
    }

    /// The codes that somebody types on the live page of a session.
    func typed(_ codes: Action.CodesTyped, _ standing: Standing, _ purpose: OTPPurpose) -> Codes {
        switch standing {
        case .registration(let reference), .renewed(let reference):
            typed(codes, of: reference, newest: self[reference].newest(purpose))
        case .nobody, .takenOver, .timedOut, .account: Codes(mobile: "123456", email: "654321")
        }
    }

    /// The codes that somebody types on the page for carrying on.
    func typed(_ codes: Action.CodesTyped, holder: Int) -> Codes {
        guard let (reference, pair) = pendingPair(of: holder) else {
            // Those of a registration before, if there was one.
            let older = holders[holder].registrations.last { !$0.pairs.isEmpty }?.pairs.last?.codes
            return older ?? Codes(mobile: "123456", email: "654321")
        }
        return typed(codes, of: reference, newest: pair)
    }

    private func typed(_ codes: Action.CodesTyped, of reference: Reference, newest: Int?) -> Codes {
        let pairs = self[reference].pairs
        guard let newest else { return pairs.last?.codes ?? Codes(mobile: "123456", email: "654321") }
        let right = pairs[newest].codes
        let purpose = pairs[newest].purpose
        switch codes {
        case .right: return right
        case .rightWithBlanks:
            return Codes(mobile: Self.spaced(right.mobile, " "), email: Self.spaced(right.email, "-"))
        case .wrongMobile: return Codes(mobile: Self.other(right.mobile), email: right.email)
        case .wrongEmail: return Codes(mobile: right.mobile, email: Self.other(right.email))
        case .bothWrong: return Codes(mobile: Self.other(right.mobile), email: Self.other(right.email))
        case .swapped: return Codes(mobile: right.email, email: right.mobile)
        case .oneForBoth: return Codes(mobile: right.mobile, email: right.mobile)
        case .olderPair:
            return pairs[..<newest].last { $0.purpose == purpose }?.codes ?? Self.wrong(right)
        case .ofTheOtherPurpose: return pairs.last { $0.purpose != purpose }?.codes ?? Self.wrong(right)
        case .ofTheOtherHolder:
            let other = holders[1 - reference.holder].registrations.last?.pairs.last?.codes
            return other ?? Self.wrong(right)
        case .sevenDigits: return Codes(mobile: right.mobile + "0", email: right.email)
        // Devanagari digits: typed on a Hindi keyboard they look right and are not taken.
        case .otherDigits: return Codes(mobile: "१२३४५६", email: right.email)
        case .empty: return Codes()
        }
    }

    /// Whose registration a session is of; the first holder's form is filled in where it is nobody's.
    private func holder(of standing: Standing) -> Int {
        switch standing {
        case .registration(let reference), .renewed(let reference): reference.holder
        case .account(let holder): holder
        case .nobody, .takenOver, .timedOut: 0
        }
    }

    private func otpPath(_ purpose: OTPPurpose) -> String {
        purpose == .registration ? "/register/otp" : "/register/alternate/otp"
    }

    private func pair(_ holder: Int) -> [(name: String, value: String)] {
        [("iec", holders[holder].original.iec), ("gstin", holders[holder].original.gstin)]
    }

    private static func fields(_ codes: Codes) -> [(name: String, value: String)] {
        [("mobile_otp", codes.mobile), ("email_otp", codes.email)]
    }

    private static let captcha = (name: "captcha", value: Site.captchaAnswer)
    private static let wrongPassword = "K7Q2-M9XT-4CDEF"

    private static func wrong(_ codes: Codes) -> Codes { Codes(mobile: other(codes.mobile), email: other(codes.email)) }

    private static func other(_ code: String) -> String { code.dropLast() + (code.last == "1" ? "2" : "1") }

    private static func spaced(_ code: String, _ separator: String) -> String {
        " \(code.prefix(3))\(separator)\(code.dropFirst(3))"
    }
}
