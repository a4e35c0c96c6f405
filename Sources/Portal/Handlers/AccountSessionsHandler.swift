import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration

/// S34: where the account is logged in, and the end of one such session or of all.
struct AccountSessionsHandler {
    let visit: Visit
    let account: AccountRecord

    func show() throws(StoreError) -> Response {
        let sessions = try visit.portal.store.sessions(of: account, current: visit.sessionID)
        let page = AccountSessionsPage(
            formToken: visit.formToken(for: .account(.sessions)),
            sessions: sessions.map { session in
                AccountSessionsPage.Session(
                    handle: session.handle, isCurrent: session.isCurrent, browser: session.browser,
                    address: session.address, beganAt: IndianTime.dateAndTime(session.beganAt),
                    lastSeenAt: IndianTime.dateAndTime(session.lastSeenAt))
            })
        return visit.accountPage(page, title: AccountSessionsPage.title)
    }

    func submit() throws(StoreError) -> Response {
        guard visit.field("session") == Self.all else {
            try visit.portal.store.endSession(visit.field("session"), of: account, client: visit.client)
            return visit.redirect(to: .account(.sessions))
        }
        try visit.portal.store.endAllSessions(of: account, client: visit.client)
        return visit.redirectLoggedOut(.loggedOut)
    }

    /// The value of `session` that means every session.
    static let all = "all"
}
