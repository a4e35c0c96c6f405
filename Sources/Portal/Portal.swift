public import Captcha
public import Exposition
public import HTMLTemplate
public import HTTP
import HTTPTypes
public import Logging
public import Persistence
public import Registration
public import Sodium
public import Threading

/// The web application: a function from a request to a response.
///
/// It keeps nothing between requests: whatever must outlive one is in the store. It may be called from any thread.
public final class Portal: Sendable {
    let store: Store
    let templates: Replaceable<TemplateSet>
    let keys: KeyRing
    let limits: RegistrationLimits
    let settings: PortalSettings
    let cookieNames: CookieNames
    let hasher: PasswordHasher
    let captchas: Captchas
    let search: SearchIndexes
    let random: RandomBytes
    let metrics: MetricsRegistry
    private let meter = RequestMeter()
    let log: Logger
    /// The newest restore of the database, while pages tell of it.
    let loss = Monitor<RestoreRecord?>(nil)

    /// Puts the portal together.
    public init(
        store: Store, templates: Replaceable<TemplateSet>, keys: KeyRing, limits: RegistrationLimits,
        settings: PortalSettings, painter: CaptchaPainter, speaker: CaptchaSpeaker, random: RandomBytes = .system,
        metrics: MetricsRegistry = MetricsRegistry(PortalMetrics.descriptions), log: Logger
    ) {
        self.store = store
        self.templates = templates
        self.keys = keys
        self.limits = limits
        self.settings = settings
        cookieNames = CookieNames(settings)
        hasher = PasswordHasher(
            concurrency: settings.hashConcurrency, queue: settings.hashQueue, cost: settings.hashCost)
        captchas = Captchas(
            keys: keys, lifetime: limits.captchaLifetime, painter: painter, speaker: speaker,
            testAnswer: settings.captchaTestAnswer)
        search = SearchIndexes(of: templates)
        self.random = random
        self.metrics = metrics
        self.log = log
    }

    /// Takes in that the templates were loaded again: what is found by searching is what the pages say.
    public func templatesWereLoaded() { search.renew() }

    /// Looks whether the database came back from a backup lately: every page then says what was lost. To be called at start and
    /// now and then; no request waits for it.
    public func lookForLoss() throws(StoreError) {
        let newest = try store.newestRestore(within: .seconds(14 * 86_400))
        loss.withLock { $0 = newest }
    }

    /// Every page model, to load the templates with.
    public static var pages: [any PageModel.Type] { Pages.all }

    /// The frame's model, to load the templates with.
    public static var frame: any TemplateModel.Type { Frame.self }

    /// Answers a request.
    ///
    /// - Parameter request: the request, or why what came is none.
    /// - Returns: a response in every case: what goes wrong inside is logged under the request's number, and the
    ///   visitor gets a page with that number.
    public func respond(to request: Result<Request, RequestError>) -> Response {
        let started = ContinuousClock.now
        var response: Response
        var route: Route?
        switch request {
        case .success(let asked):
            let request = asked.withoutForeignText
            route = Route(path: request.path)
            response = answer(request, at: route)
        case .failure(let error):
            log.notice("request refused", metadata: ["status": "\(error.status.code)", "reason": "\(error.reason)"])
            response = Visit(portal: self, request: Request(path: ""), state: .none).error(error.status)
        }
        assert(SecurityHeaders.block.fields.allSatisfy { !response.headers.contains($0.name) }, "a field stands twice")
        response.common = SecurityHeaders.block
        meter.count(route, response.status.code, took: ContinuousClock.now - started)
        return response
    }

    /// Whether a page is made; counted nowhere.
    public var isAlive: Bool { answer(Request(path: "/about"), at: Route(path: "/about")).status == .ok }

    private func answer(_ request: Request, at route: Route?) -> Response {
        guard let route else {
            return Visit(portal: self, request: request, state: .none).error(.notFound)
        }
        let method = request.method == .head ? .get : request.method
        guard route.methods.contains(method) else {
            var response = Visit(portal: self, request: request, state: .none).error(.methodNotAllowed)
            response.headers[.allow] = route.methods.map(\.rawValue).joined(separator: ", ")
            return response
        }
        if case .monitoring(let probe) = route { return probe.response(of: self) }
        let visit = Visit(portal: self, request: request, state: .none)
        do throws(StoreError) {
            switch route.sessionUse {
            case .none: break
            case .greeting: try? visit.lookUpSession()  // The page is worth giving without the greeting.
            case .needed: try visit.lookUpSession()
            }
            if method == .post, let refusal = FormGuard.refusal(of: visit, at: route) { return refusal }
            let wantsPageAgain = route.methods.contains(.get) && visit.wantsPageAgain
            return visit.finished(try handle(route, wantsPageAgain ? .get : method, visit))
        } catch {
            log.error(
                "store failed", metadata: ["request": "\(visit.request.id)", "cause": "\(error.description)"])
            return visit.error(error.isUnavailable ? .serviceUnavailable : .internalServerError)
        }
    }

    private func handle(_ route: Route, _ method: HTTPRequest.Method, _ visit: Visit) throws(StoreError) -> Response {
        let isPost = method == .post
        switch route {
        case .home: return visit.page(HomePage(), title: HomePage.title, breadcrumbs: [])
        case .information(let page): return InformationHandler(visit: visit).show(page)
        case .enquiry(let enquiry): return try EnquiryHandler(visit: visit).answer(enquiry, isPost: isPost)
        case .administration(let place): return try AdministrationHandler(visit: visit).answer(place, isPost: isPost)
        case .register:
            let handler = RegisterHandler(visit: visit)
            return isPost ? try handler.submit() : handler.show()
        case .registerAccount:
            let handler = AccountDetailsHandler(visit: visit)
            return isPost ? try handler.submit() : handler.show()
        case .registerOTP(let purpose):
            let handler = OTPHandler(visit: visit, purpose: purpose)
            return isPost ? try handler.submit() : try handler.show()
        case .registerResend(let purpose): return try OTPHandler(visit: visit, purpose: purpose).resend()
        case .registerAlternate:
            let handler = AlternateContactsHandler(visit: visit)
            return isPost ? try handler.submit() : handler.show()
        case .registerVerified: return FinishHandler(visit: visit).showVerified()
        case .registerFinish:
            let handler = FinishHandler(visit: visit)
            return isPost ? try handler.submit() : handler.ask()
        case .registerDone: return try FinishHandler(visit: visit).showDone()
        case .resume:
            let handler = ResumeHandler(visit: visit)
            return isPost ? try handler.submit() : try handler.show()
        case .temporaryPassword:
            let handler = TemporaryPasswordHandler(visit: visit)
            return isPost ? try handler.submit() : handler.show()
        case .captchaImage: return CaptchaHandler(visit: visit).image()
        case .captchaSound: return CaptchaHandler(visit: visit).sound()
        case .login:
            let handler = LoginHandler(visit: visit)
            return isPost ? try handler.submit() : try handler.show()
        case .logout: return try LoginHandler(visit: visit).logOut()
        case .forgottenPassword(let step): return try handle(step, isPost: isPost, visit)
        case .forgottenID:
            let handler = ForgottenIDHandler(visit: visit)
            return isPost ? try handler.submit() : handler.show()
        case .search: return SearchHandler(visit: visit).answer()
        case .feedback:
            let handler = FeedbackHandler(visit: visit)
            return isPost ? try handler.submit() : handler.show()
        case .account(let place):
            if let account = visit.account { return try handle(place, of: account, isPost: isPost, visit) }
            // The second half of a double click, whose first half renewed the session: it may have to lead on.
            if isPost, place.bearsRepeats, case .renewedAccount(let account) = visit.state {
                return try handle(place, of: account, isPost: true, visit)
            }
            return visit.redirectToLogin()
        case .filing:
            guard let account = visit.account else { return visit.redirectToLogin() }
            return AccountHandler(visit: visit, account: account).fileDocuments()
        case .language: return LanguageHandler(visit: visit).choose()
        case .monitoring(let probe): return probe.response(of: self)
        }
    }

    private func handle(
        _ place: AccountPlace, of account: AccountRecord, isPost: Bool, _ visit: Visit
    ) throws(StoreError) -> Response {
        switch place {
        case .home: return AccountHandler(visit: visit, account: account).show()
        case .iec: return try AccountReportsHandler(visit: visit, account: account).showMasterDetails()
        case .registration: return try AccountReportsHandler(visit: visit, account: account).showRegistration()
        case .activity: return try ActivityHandler(visit: visit, account: account).show()
        case .contact:
            let handler = ContactChangeHandler(visit: visit, account: account)
            return isPost ? try handler.submit() : try handler.show()
        case .contactOTP:
            let handler = ContactProofHandler(visit: visit, account: account)
            return isPost ? try handler.submit() : try handler.show()
        case .contactResend: return try ContactProofHandler(visit: visit, account: account).resend()
        case .password:
            let handler = PasswordChangeHandler(visit: visit, account: account)
            return isPost ? try handler.submit() : handler.show()
        case .sessions:
            let handler = AccountSessionsHandler(visit: visit, account: account)
            return isPost ? try handler.submit() : try handler.show()
        }
    }

    private func handle(_ step: PasswordRecovery, isPost: Bool, _ visit: Visit) throws(StoreError) -> Response {
        switch step {
        case .request:
            let handler = ForgottenPasswordHandler(visit: visit)
            return isPost ? try handler.submit() : handler.show()
        case .otp:
            let handler = PasswordResetProofHandler(visit: visit)
            return isPost ? try handler.submit() : try handler.show()
        case .newPassword:
            let handler = NewPasswordHandler(visit: visit)
            return isPost ? try handler.submit() : handler.show()
        }
    }
}
