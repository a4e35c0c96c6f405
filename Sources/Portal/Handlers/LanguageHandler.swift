import HTTP
import HTTPTypes
import Persistence

/// The choice of a language by a form of its own; ``Preferences`` reads and keeps it.
struct LanguageHandler {
    let visit: Visit

    /// Back to the page that the form stood on.
    func choose() -> Response {
        guard MessageLanguage(rawValue: visit.field(Preferences.languageField)) != nil else {
            return visit.error(.badRequest)
        }
        let next = PageAddress(visit.field("next")) ?? PageAddress(route: .home)
        return Response.seeOther(next.text)
    }
}
