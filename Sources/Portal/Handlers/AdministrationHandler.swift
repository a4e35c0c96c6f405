import FoundationEssentials
import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration
import Sodium

/// S01, "Login as Admin": password, then an OTP by e-mail, then the console.
struct AdministrationHandler {
    let visit: Visit

    func answer(_ place: Administration, isPost: Bool) throws(StoreError) -> Response {
        switch place {
        case .login: isPost ? try submitPassword() : try showLogin()
        case .otp: isPost ? try submitOTP() : try showOTP()
        case .console: try showConsole()
        case .logout: try logOut()
        }
    }

    private var store: Store { visit.portal.store }

    // MARK: Password

    private func showLogin() throws(StoreError) -> Response {
        guard try store.administratorSession(visit.sessionID) == nil else { return redirect(to: .console) }
        var errors = FormErrors()
        if visit.carries(Self.ended) { errors.add("The OTP or the session has ended. Please log in again.") }
        let notice: Message? = visit.carries(Self.loggedOut) ? "You are logged out." : nil
        return loginPage(errors, notice: notice, status: .ok)
    }

    private func submitPassword() throws(StoreError) -> Response {
        let (name, typed) = (visit.field("name"), visit.field("password"))
        var errors = FormErrors()
        if name.isEmpty { errors.add("Enter your name as administrator.", to: "name") }
        if typed.isEmpty { errors.add("Enter your password.", to: "password") }
        if let wait = try store.administratorLoginWait(visit.client) {
            return visit.error(.tooManyRequests, retryAfter: wait)
        }
        guard try errors.passCaptcha(of: visit) else { return loginPage(errors) }
        // A password that no policy lets exist is compared with nobody's hash, so that it takes the same time.
        let password = ChosenPassword.bytesForLogin(typed)
        let found = try store.beginAdministratorLogin(name, client: visit.client)
        guard let isRight = visit.portal.hasher.matches(password ?? [], password == nil ? nil : found?.hash) else {
            return visit.error(.serviceUnavailable)
        }
        guard isRight, let found else {
            try store.noteRefusedAdministrator(found?.administrator, client: visit.client)
            errors.add("Name or password is not correct. Please try again.")
            return loginPage(errors)
        }
        switch try store.sendAdministratorOTP(found.administrator, replacing: visit.sessionID, client: visit.client) {
        case .sent(let session): return visit.redirect(to: .administration(.otp), session: session)
        case .tooMany(let wait): return visit.error(.tooManyRequests, retryAfter: wait)
        }
    }

    private func loginPage(
        _ errors: FormErrors, notice: Message? = nil, status: HTTPResponse.Status = .unprocessableContent
    ) -> Response {
        let page = AdministratorLoginPage(
            formToken: visit.formToken(for: .administration(.login)), errors: errors.summary, notice: notice,
            name: errors.state(of: "name", value: visit.field("name")), password: errors.state(of: "password"),
            captcha: visit.newCaptcha(errors.messages(of: "captcha")))
        return show(page, title: AdministratorLoginPage.title, status: status, hasErrors: !errors.isEmpty)
    }

    // MARK: OTP

    private func showOTP() throws(StoreError) -> Response { try otpPage(FormErrors(), status: .ok) }

    private func submitOTP() throws(StoreError) -> Response {
        var errors = FormErrors()
        guard !visit.field("otp").isEmpty else {
            errors.add("Enter the OTP that was sent to you.", to: "otp")
            return try otpPage(errors)
        }
        switch try store.proveAdministrator(visit.field("otp"), session: visit.sessionID, client: visit.client) {
        case .proven(let session): return visit.redirect(to: .administration(.console), session: session)
        case .ended: return visit.redirect(to: .administration(.login), notice: Self.ended)
        case .wrong:
            errors.add("The OTP is not correct. Please try again.", to: "otp")
            return try otpPage(errors)
        }
    }

    private func otpPage(
        _ errors: FormErrors, status: HTTPResponse.Status = .unprocessableContent
    ) throws(StoreError) -> Response {
        guard let otp = try store.administratorOTP(visit.sessionID) else {
            return visit.redirect(to: .administration(.login), notice: Self.ended)
        }
        let page = AdministratorOTPPage(
            formToken: visit.formToken(for: .administration(.otp)), errors: errors.summary,
            otp: errors.state(of: "otp"), maskedEmail: otp.email.masked, expiresAt: IndianTime.time(otp.expiresAt),
            triesLeft: String(otp.triesLeft))
        return show(page, title: AdministratorOTPPage.title, status: status, hasErrors: !errors.isEmpty)
    }

    // MARK: Console

    private func showConsole() throws(StoreError) -> Response {
        guard let (administrator, endsAt) = try store.administratorSession(visit.sessionID) else {
            return visit.isNewSession
                ? redirect(to: .login) : visit.redirect(to: .administration(.login), notice: Self.ended)
        }
        let figures = try store.consoleFigures(for: administrator, client: visit.client)
        let page = ConsolePage(
            figures, of: administrator, sessionEnds: IndianTime.time(endsAt),
            logoutToken: visit.formToken(for: .administration(.logout)))
        return show(page, title: ConsolePage.title, status: .ok, hasErrors: false)
    }

    private func logOut() throws(StoreError) -> Response {
        if let (administrator, _) = try store.administratorSession(visit.sessionID) {
            try store.logOut(visit.sessionID, administrator: administrator, client: visit.client)
        }
        return visit.redirect(
            to: .administration(.login), notice: Self.loggedOut, session: SessionID(random: visit.portal.random))
    }

    // MARK: Answers

    private static let loggedOut = Notice("logged-out")
    private static let ended = Notice("ended")

    private func redirect(to place: Administration) -> Response { visit.redirect(to: .administration(place)) }

    private func show(
        _ page: some PageModel, title: Message, status: HTTPResponse.Status, hasErrors: Bool
    ) -> Response {
        visit.page(
            page, title: title, status: status,
            breadcrumbs: [.home, Breadcrumb(label: "Login as Admin", href: "/admin"), Breadcrumb(label: title)],
            hasErrors: hasErrors, showsRelatedLinks: false)
    }
}
