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
            notice: visit.carries(Self.ended)
                ? "That session has ended: whoever used it has to log in again." : nil,
            sessions: sessions.map { session in
                AccountSessionsPage.Session(
                    handle: session.handle, isCurrent: session.isCurrent, browser: Message(browser: session.browser),
                    address: session.address, beganAt: IndianTime.dateAndTime(session.beganAt),
                    lastSeenAt: IndianTime.dateAndTime(session.lastSeenAt))
            })
        return visit.accountPage(page, title: AccountSessionsPage.title)
    }

    func submit() throws(StoreError) -> Response {
        guard visit.field("session") == Self.all else {
            try visit.portal.store.endSession(visit.field("session"), of: account, client: visit.client)
            return visit.redirect(to: .account(.sessions), notice: Self.ended)
        }
        try visit.portal.store.endAllSessions(of: account, client: visit.client)
        return visit.redirectLoggedOut(.loggedOut)
    }

    /// The value of `session` that means every session.
    static let all = "all"

    private static let ended = Notice("ended")
}

extension Message {
    /// The words for a kind of browser that a session was begun with; `nil` where nothing is known.
    fileprivate init?(browser name: String) {
        guard !name.isEmpty else { return nil }
        let parts = name.split(separator: BrowserName.separator, maxSplits: 1).map(String.init)
        // Alone, the name of a product or a system is the same in every language.
        guard parts.count == 2 else {
            self.init(id: name)
            return
        }
        self.init("%{browser} on %{system}", ["browser": parts[0], "system": parts[1]])
    }
}
