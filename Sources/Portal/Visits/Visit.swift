import FoundationEssentials
import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration

/// One request and what is known of who sent it: language, text size, session.
///
/// A reference, since it is handed on at every turn and is large.
final class Visit {
    let portal: Portal
    let request: Request
    let preferences: Preferences
    /// What the session cookie holds, or a new identifier where there is none.
    private(set) var sessionID: SessionID
    /// Whether the browser does not have ``sessionID`` yet.
    let isNewSession: Bool
    /// What the session stands for; ``SessionState/none`` until it was looked up.
    private(set) var state: SessionState
    /// How long the session lasts unless another request comes; `nil` while nobody is known.
    private(set) var sessionTime: SessionTime?
    /// The SHA-256 of the session that this one took the place of.
    private(set) var replacedHash: [UInt8]?

    init(portal: Portal, request: Request, state: SessionState) {
        self.portal = portal
        self.state = state
        preferences = Preferences(request: request, cookies: portal.cookieNames)
        let known = request.cookies[portal.cookieNames.session].flatMap(SessionID.init(cookie:))
        sessionID = known ?? SessionID(random: portal.random)
        isNewSession = known == nil
        self.request = request
    }

    /// Asks the store whose session it is.
    func lookUpSession() throws(StoreError) {
        guard !isNewSession else { return }
        let found = try portal.store.session(sessionID)
        sessionID.isUnknown = found.isUnknown
        (state, sessionTime, replacedHash) = (found.state, found.time, found.replacedHash)
    }

    /// Who asks, for the store.
    var client: Client {
        Client(
            address: request.clientAddress, requestID: request.id, language: preferences.language,
            browser: BrowserName(userAgent: request.header(.userAgent) ?? "").text)
    }

    /// The account of who is logged in.
    var account: AccountRecord? {
        if case .account(let account) = state { account } else { nil }
    }

    /// The token of the form that posts to a route.
    func formToken(for route: Route) -> String {
        FormGuard.token(for: route.path, sessionHash: sessionID.hash, keys: portal.keys)
    }

    /// Whether a form was sent by a button that wants nothing but the page again, with what was typed and without a word
    /// on it: in another language, with another captcha, or to let the session go on.
    var wantsPageAgain: Bool {
        request.form[Preferences.languageField] != nil || request.form["new_captcha"] != nil
            || request.form["stay"] != nil
    }

    /// A field of the form, empty when it was not sent.
    func field(_ name: String) -> String { request.form[name] ?? "" }

    /// Adds what every answer carries: the preferences that this request chose.
    func finished(_ response: Response) -> Response {
        var response = response
        for cookie in preferences.cookies(isSecure: portal.settings.usesSecureCookies) {
            response.setCookie(cookie)
        }
        return response
    }
}

/// The names of the portal's cookies: with the prefix that ties them to this host over HTTPS.
struct CookieNames {
    let session: String
    let language: String
    let textSize: String
    let contrast: String
    /// Holds the ICEGATE ID whose password is being set anew, to fill the next form in with.
    let recovery: String

    init(_ settings: PortalSettings) {
        let prefix = settings.usesSecureCookies ? "__Host-" : ""
        session = prefix + "icegate_session"
        language = prefix + "icegate_language"
        textSize = prefix + "icegate_text_size"
        contrast = prefix + "icegate_contrast"
        recovery = prefix + "icegate_recovery"
    }
}
