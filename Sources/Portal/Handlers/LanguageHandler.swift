import HTTP
import HTTPTypes
import Persistence

/// The choice of a language by a form.
struct LanguageHandler {
    let visit: Visit

    func choose() -> Response {
        guard let language = MessageLanguage(rawValue: visit.field("to")) else { return visit.error(.badRequest) }
        let next = Route(path: visit.field("next")) ?? .home
        var response = visit.redirect(to: next.methods.contains(.get) ? next : .home)
        let settings = visit.portal.settings
        let cookie = Preferences.cookie(
            CookieNames(settings).language, language.rawValue, settings.usesSecureCookies)
        if let cookie { response.setCookie(cookie) }
        return response
    }
}
