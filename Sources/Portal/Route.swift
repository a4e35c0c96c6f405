import HTTPTypes
import Persistence

/// Every place of the portal: parsed from a path, and printed as one, so that no page can link to nowhere.
enum Route: Hashable, Sendable {
    case home
    case register
    case registerAccount
    case registerOTP(OTPPurpose)
    case registerResend(OTPPurpose)
    case registerAlternate
    case registerVerified
    case registerFinish
    case registerDone
    case resume
    case temporaryPassword
    case captchaImage
    case captchaSound
    case login
    case logout
    case forgottenPassword(PasswordRecovery)
    case forgottenID
    case feedback
    case search
    case account(AccountPlace)
    case filing
    case language
    case information(InformationName)
    case enquiry(Enquiry)
    case administration(Administration)
    case monitoring(MonitoringProbe)

    /// Every route there is.
    static let all: [Route] =
        [
            .home, .register, .registerAccount, .registerOTP(.registration), .registerResend(.registration),
            .registerOTP(.alternate), .registerResend(.alternate), .registerAlternate, .registerVerified,
            .registerFinish, .registerDone, .resume, .temporaryPassword, .captchaImage, .captchaSound, .login, .logout,
            .forgottenID, .feedback, .search, .filing, .language,
        ] + PasswordRecovery.allCases.map { .forgottenPassword($0) } + AccountPlace.allCases.map { .account($0) }
        + InformationName.all.map { .information($0) } + Enquiry.allCases.map { .enquiry($0) }
        + Administration.allCases.map { .administration($0) }
        + MonitoringProbe.allCases.map { .monitoring($0) }

    /// Finds the route of a path; `nil` where there is none.
    init?(path: String) {
        guard let route = Self.byPath[path] else { return nil }
        self = route
    }

    /// The path, as links and redirects write it.
    var path: String {
        switch self {
        case .home: "/"
        case .register: "/register"
        case .registerAccount: "/register/account"
        case .registerOTP(.registration): "/register/otp"
        case .registerOTP(.alternate): "/register/alternate/otp"
        case .registerResend(.registration): "/register/otp/resend"
        case .registerResend(.alternate): "/register/alternate/otp/resend"
        case .registerAlternate: "/register/alternate"
        case .registerVerified: "/register/verified"
        case .registerFinish: "/register/finish"
        case .registerDone: "/register/done"
        case .resume: "/resume"
        case .temporaryPassword: "/temporary-password"
        case .captchaImage: "/captcha/image"
        case .captchaSound: "/captcha/sound"
        case .login: "/login"
        case .logout: "/logout"
        case .forgottenPassword(let step): step.rawValue
        case .forgottenID: "/forgot-id"
        case .feedback: "/feedback"
        case .search: "/search"
        case .account(let place): place.rawValue
        case .filing: "/filing"
        case .language: "/language"
        case .information(let page): page.path
        case .enquiry(let enquiry): enquiry.rawValue
        case .administration(let place): place.rawValue
        case .monitoring(let probe): probe.rawValue
        }
    }

    /// The methods that the route answers; HEAD goes with GET.
    var methods: [HTTPRequest.Method] {
        switch self {
        case .register, .registerAccount, .registerOTP, .registerAlternate, .registerFinish, .resume,
            .temporaryPassword, .login, .forgottenPassword, .forgottenID, .feedback, .enquiry:
            [.get, .post]
        case .registerResend, .logout, .language: [.post]
        case .administration(let place): place.methods
        case .home, .registerVerified, .registerDone, .captchaImage, .captchaSound, .filing, .information, .search,
            .monitoring:
            [.get]
        case .account(let place): place.methods
        }
    }

    /// The page that it shows, or whose form it is; `nil` where no link can open one.
    var page: Route? {
        switch self {
        case .registerResend(let purpose): .registerOTP(purpose)
        case .account(.contactResend): .account(.contactOTP)
        default: methods.contains(.get) ? self : nil
        }
    }

    /// What answering needs to know of the session.
    enum SessionUse {
        /// Nothing.
        case none
        /// Who is logged in, to greet them: the page is given all the same when the store is away.
        case greeting
        /// Whose it is.
        case needed
    }

    /// What this route needs to know of the session.
    var sessionUse: SessionUse {
        switch self {
        case .captchaImage, .captchaSound, .monitoring: .none
        case .home, .information, .search, .enquiry(.gstin), .language: .greeting
        default: .needed
        }
    }

    private static let byPath = Dictionary(uniqueKeysWithValues: all.map { ($0.path, $0) })
}

/// A page of an account, or a form on one: each is for who is logged in.
enum AccountPlace: String, Hashable, Sendable, CaseIterable {
    case home = "/account"
    case iec = "/account/iec"
    case registration = "/account/registration"
    case activity = "/account/activity"
    case contact = "/account/contact"
    case contactOTP = "/account/contact/otp"
    case contactResend = "/account/contact/otp/resend"
    case password = "/account/password"
    case sessions = "/account/sessions"

    /// The methods that it answers.
    var methods: [HTTPRequest.Method] {
        switch self {
        case .home, .iec, .registration, .activity: [.get]
        case .contact, .contactOTP, .password, .sessions: [.get, .post]
        case .contactResend: [.post]
        }
    }

    /// Whether a form sent to it renews the session, so that it may come once more in the old one.
    var bearsRepeats: Bool { self == .contactOTP || self == .password }
}

/// The pages by which a forgotten password is set anew.
enum PasswordRecovery: String, Hashable, Sendable, CaseIterable {
    case request = "/forgot-password"
    case otp = "/forgot-password/otp"
    case newPassword = "/forgot-password/new"
}

/// An information page, by name.
struct InformationName: Hashable, Sendable {
    let path: String

    static let all = InformationPages.all.map { InformationName(path: $0.path) }

    private init(path: String) { self.path = path }

    /// The page's model.
    var page: (any InformationPage.Type)? { InformationPages.all.first { $0.path == path } }
}
