import FoundationEssentials
import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration
import Threading

extension Visit {
    /// A page in the portal's frame.
    ///
    /// - Parameters:
    ///   - hasForms: gives the browser a session cookie where it has none: form tokens are tied to it. Not for an answer
    ///     to what may not be a browser's request, which would take its session away.
    ///   - errors: what the page's error summary says.
    func page(
        _ page: some PageModel, title: Message, status: HTTPResponse.Status = .ok,
        breadcrumbs: [Breadcrumb]? = nil, hasForms: Bool = true, hasErrors: Bool = false,
        showsRelatedLinks: Bool = true
    ) -> Response {
        let frame = Frame(
            place: PageAddress(request), title: title, hasErrors: hasErrors,
            textSize: preferences.textSize.rawValue, contrast: preferences.contrast.rawValue,
            assetVersion: portal.settings.assetVersion,
            breadcrumbs: breadcrumbs ?? [.home, Breadcrumb(label: title)],
            showsRelatedLinks: showsRelatedLinks,
            signedInAs: account?.icegateID.text, logoutToken: account == nil ? "" : formToken(for: .logout),
            languageToken: hasForms ? formToken(for: .language) : "",
            hasForm: (page as? any FormPage)?.showsForm ?? false,
            loss: portal.loss.withLock(\.self).map(Message.init),
            sessionTime: sessionTime.map(FrameSessionTime.init))
        let body = portal.templates.current.render(page, frame: frame, language: preferences.language.rawValue)
        var response = Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8", .contentLanguage: preferences.language.rawValue],
            body: body)
        if hasForms, isNewSession { setSession(sessionID, on: &response) }
        return response
    }

    /// A page of the registration.
    func registrationPage(
        _ page: some PageModel, title: Message, status: HTTPResponse.Status = .ok, hasErrors: Bool = false
    ) -> Response {
        self.page(page, title: title, status: status, breadcrumbs: Breadcrumb.registration, hasErrors: hasErrors)
    }

    /// A page of who is logged in.
    func accountPage(
        _ page: some PageModel, title: Message, status: HTTPResponse.Status = .ok, hasErrors: Bool = false
    ) -> Response {
        self.page(
            page, title: title, status: status,
            breadcrumbs: title == AccountPage.title ? nil : [.home, .account, Breadcrumb(label: title)],
            hasErrors: hasErrors)
    }

    /// A 303 to another page.
    func redirect(to route: Route, query: String = "") -> Response { Response.seeOther(route.path + query) }

    /// A 303 that gives the browser a new session.
    func redirect(to route: Route, session: SessionID) -> Response {
        var response = redirect(to: route)
        setSession(session, on: &response)
        return response
    }

    /// Puts a session into the browser's cookie.
    func setSession(_ session: SessionID, on response: inout Response) {
        // The name is a token and 64 hexadecimal digits are cookie octets: SetCookie refuses neither.
        let cookie = SetCookie(
            name: portal.cookieNames.session, value: session.text,
            isSecure: portal.settings.usesSecureCookies)
        if let cookie { response.setCookie(cookie) }
    }

    /// The page in place of one that cannot be given.
    func error(_ status: HTTPResponse.Status, retryAfter: Duration? = nil) -> Response {
        let text = ErrorText(status, until: status == .tooManyRequests ? retryAfter.flatMap(time(after:)) : nil)
        let page = ErrorPage(
            status: String(status.code), heading: text.heading, explanation: text.explanation,
            reference: request.id.isEmpty ? nil : request.id, retryHref: text.isWorthRetrying ? retryAddress : nil)
        var response = self.page(page, title: text.heading, status: status, hasForms: false)
        let wait = retryAfter ?? (status == .serviceUnavailable ? .seconds(30) : nil)
        if let wait { response.headers[.retryAfter] = String(wait.components.seconds) }
        return response
    }

    /// The time after a wait, as a person reads it; `nil` where the store is away: the page is worth giving without it.
    private func time(after wait: Duration) -> String? {
        guard let now = try? portal.store.currentTime() else { return nil }
        // To the next whole minute, since seconds are not shown.
        return IndianTime.dateAndTime(now.addingTimeInterval(Double(wait.components.seconds + 59)))
    }

    /// Where links back to this place lead: to this page where it can be opened by a link.
    private var address: PageAddress { PageAddress(request) ?? PageAddress(route: .home) }

    /// Where an error page leads back to: that of a language that could not be kept, to the page in that language.
    private var retryAddress: String {
        guard Route(path: request.path) == .language, let next = PageAddress(field("next")) else { return address.text }
        return next.text(in: preferences.language)
    }

    /// The time of this request, by this host's clock: for captchas alone, never for what the store has times of.
    var now: Date { Date() }
}

/// What an error page says.
private struct ErrorText {
    let heading: Message
    let explanation: Message
    var isWorthRetrying = true

    /// - Parameter until: when there is no use in trying before, where that is known.
    init(_ status: HTTPResponse.Status, until: String?) {
        switch status {
        case .notFound:
            heading = "Page not found"
            explanation = "There is no page at this address. Please check it, or begin at the home page."
            isWorthRetrying = false
        case .methodNotAllowed:
            heading = "This page cannot be used that way"
            explanation = "Please open the page by its link and use its form."
        case .forbidden:
            heading = "The form has expired"
            explanation =
                "For your safety a form works only in the browser that opened it, and only for a time. Please open the page again and send the form once more."
        case .tooManyRequests:
            heading = "Too many tries"
            explanation =
                until.map { Message("Please wait until %{time} before you try again.", ["time": $0]) }
                ?? "Please wait a while before you try again."
        case .serviceUnavailable:
            heading = "The service is not available at the moment"
            explanation = "Nothing that you entered before was lost. Please try again shortly."
        case .internalServerError:
            heading = "Something went wrong on our side"
            explanation = "Please try again. If it happens again, tell the helpdesk the reference number."
        case .contentTooLarge, .uriTooLong:
            heading = "Too much was sent"
            explanation = "Please shorten what you entered and send the form again."
        default:
            heading = "The request could not be understood"
            explanation = "Please open the page by its link and fill in the form again."
        }
    }
}
