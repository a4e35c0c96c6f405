import Persistence

/// One thing that somebody does, said so that it means something at every step of a registration.
struct Action: Sendable, CustomStringConvertible {
    /// What is done.
    var deed: Deed
    /// How the form of it reaches the portal.
    var delivery = Delivery.once

    enum Deed: Sendable {
        /// Time goes by, in seconds.
        case pass(Int)
        case open(browser: Int, Page)
        case start(browser: Int, holder: Int, TemporaryPasswordTyped)
        case choose(browser: Int, NameTyped, PasswordTyped)
        case prove(browser: Int, OTPPurpose, CodesTyped)
        case resend(browser: Int, OTPPurpose)
        case requestNewPair(browser: Int, OTPPurpose)
        case changeContacts(browser: Int, ContactsTyped)
        case finish(browser: Int)
        case resume(browser: Int, holder: Int, CodesTyped, withCaptcha: Bool)
        case requestTemporaryPassword(browser: Int, holder: Int)
        case logIn(browser: Int, holder: Int, isRight: Bool, withCaptcha: Bool)
        case logOut(browser: Int)
        case load(holder: Int, MasterChange)
    }

    enum Delivery: Sendable {
        /// The form of the page that is open, sent once.
        case once
        /// The same form twice, as a double click sends it: the second answer is the one that the browser keeps.
        case twice
        /// The answer never reaches the browser.
        case answerLost
        /// A form that was opened before the browser got the session that it has now.
        case oldForm
    }

    enum Page: String, Sendable, CaseIterable {
        case register = "/register"
        case account = "/register/account"
        case otp = "/register/otp"
        case verified = "/register/verified"
        case finish = "/register/finish"
        case alternate = "/register/alternate"
        case alternateOTP = "/register/alternate/otp"
        case done = "/register/done"
        case resume = "/resume"
        case temporaryPassword = "/temporary-password"
        case login = "/login"
        case home = "/account"
        case filing = "/filing"
    }

    enum TemporaryPasswordTyped: Sendable, CaseIterable {
        case right, lowerCase, wrong, older, ofTheOtherHolder, empty
    }

    enum NameTyped: Sendable {
        /// One of the two names that the holders of a sequence contend for.
        case contended(Int, isLowerCase: Bool)
        /// A name that an account has.
        case taken
        case malformed
    }

    enum PasswordTyped: Sendable, CaseIterable {
        case good, withoutDigit, notConfirmed
    }

    enum CodesTyped: Sendable, CaseIterable {
        case right, rightWithBlanks, wrongMobile, wrongEmail, bothWrong, swapped, oneForBoth, olderPair
        case ofTheOtherPurpose, ofTheOtherHolder, sevenDigits, otherDigits, empty
    }

    enum ContactsTyped: Sendable, CaseIterable {
        case first, second, otherMobileAlone, same, ofTheOtherHolder, malformed
    }

    enum MasterChange: Sendable, CaseIterable {
        case contacts, mobileUnusable, iecInactive, gstinInactive, asAtFirst
    }

    /// Which browser acts; `nil` for what happens without one.
    var browser: Int? {
        switch deed {
        case .pass, .load: nil
        case .open(let browser, _), .start(let browser, _, _), .choose(let browser, _, _), .prove(let browser, _, _),
            .resend(let browser, _), .requestNewPair(let browser, _), .changeContacts(let browser, _),
            .finish(let browser), .resume(let browser, _, _, _), .requestTemporaryPassword(let browser, _),
            .logIn(let browser, _, _, _), .logOut(let browser):
            browser
        }
    }

    var description: String {
        let how =
            switch delivery {
            case .once: ""
            case .twice: ", twice"
            case .answerLost: ", and the answer is lost"
            case .oldForm: ", with a form that was opened before"
            }
        return (browser.map { "browser \($0) " } ?? "") + words + how
    }

    private var words: String {
        switch deed {
        case .pass(let seconds): "\(seconds) s go by"
        case .open(_, let page): "opens \(page.rawValue)"
        case .start(_, let holder, let typed): "starts for holder \(holder), temporary password: \(typed)"
        case .choose(_, let name, let password): "chooses name: \(name), password: \(password)"
        case .prove(_, let purpose, let codes): "enters OTPs on the \(purpose.rawValue) page: \(codes)"
        case .resend(_, let purpose): "has the \(purpose.rawValue) OTPs sent again"
        case .requestNewPair(_, let purpose): "asks for new \(purpose.rawValue) OTPs"
        case .changeContacts(_, let contacts): "enters alternate contacts: \(contacts)"
        case .finish: "finishes"
        case .resume(_, let holder, let codes, let withCaptcha):
            "carries on for holder \(holder), OTPs: \(codes), \(withCaptcha ? "with" : "without") captcha"
        case .requestTemporaryPassword(_, let holder): "asks for a temporary password of holder \(holder)"
        case .logIn(_, let holder, let isRight, let withCaptcha):
            "logs in as holder \(holder), password \(isRight ? "right" : "wrong"), \(withCaptcha ? "with" : "without") captcha"
        case .logOut: "logs out"
        case .load(let holder, let change): "the master is loaded: holder \(holder), \(change)"
        }
    }
}
