import Files
import HTMLTemplate
import HTTP
import HTTPTypes
import Persistence
import Registration
import Threading

/// S32: what was done to the account, page by page and as a file.
struct ActivityHandler {
    let visit: Visit
    let account: AccountRecord

    func show() throws(StoreError) -> Response {
        if visit.request.query["format"] == "csv" { return try file() }
        let before = visit.request.query["before"].flatMap { Int64($0) }
        let events = try visit.portal.store.activity(of: account, before: before, atMost: Self.pageLength + 1)
        let page = ActivityPage(
            events: events.prefix(Self.pageLength).map { event in
                ActivityPage.Event(
                    time: IndianTime.dateAndTime(event.happenedAt), what: Message(event), address: event.address)
            },
            older: events.count > Self.pageLength
                ? "\(AccountPlace.activity.rawValue)?before=\(events[Self.pageLength - 1].id)" : nil,
            isFirstPage: before == nil, filePath: "\(AccountPlace.activity.rawValue)?format=csv")
        return visit.accountPage(page, title: ActivityPage.title)
    }

    /// Everything as a file, read some at a time.
    ///
    /// - Parameters:
    ///   - most: the most events; a last row says so where there are more.
    ///   - step: the most that are read at once.
    func file(most: Int = 100_000, step: Int = 1_000) throws(StoreError) -> Response {
        let translate = { (message: Message) in
            visit.portal.templates.current.text(of: message, language: visit.preferences.language.rawValue)
        }
        var document = CSVDocument()
        document.add([ActivityPage.timeLabel, ActivityPage.whatLabel, ActivityPage.addressLabel].map(translate))
        var (left, before): (Int, Int64?) = (most, nil)
        while left > 0 {
            let wanted = min(step, left)
            let events = try visit.portal.store.activity(of: account, before: before, atMost: wanted)
            for event in events {
                document.add([IndianTime.dateAndTime(event.happenedAt), translate(Message(event)), event.address])
            }
            guard events.count == wanted else { break }
            (left, before) = (left - wanted, events.last?.id)
        }
        if left == 0, try !visit.portal.store.activity(of: account, before: before, atMost: 1).isEmpty {
            let end = Message("Older activity is left out: this file ends here.")
            document.add(["", translate(end), ""])
        }
        var response = Response(
            status: .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8", .contentLanguage: visit.preferences.language.rawValue,
            ], body: document.bytes)
        // An ICEGATE ID holds letters, digits, "-" and "_" alone.
        response.headers[.contentDisposition] = "attachment; filename=\"icegate-activity-\(account.icegateID).csv\""
        return response
    }

    private static let pageLength = 20
}

extension Message {
    /// An event of an account, in words.
    fileprivate init(_ event: ActivityEvent) {
        self =
            switch (event.action, event.outcome) {
            case ("account.login", "accepted"): "Login"
            case ("account.login", _): "Login refused: wrong password"
            case ("account.logout", _): "Logout"
            case ("account.session_end", "ended"): "One session ended by its holder"
            case ("account.session_end", _): "All sessions ended by their holder"
            case ("account.contacts", "changed"): "E-mail ID and mobile number changed"
            case ("account.contacts", "wrong"): "Wrong OTP for a change of e-mail ID and mobile number"
            case ("account.contacts", "sent"): "OTPs sent for a change of e-mail ID and mobile number"
            case ("account.contacts", "sent_again"): "OTPs sent again for a change of e-mail ID and mobile number"
            case ("account.password", "changed"): "Password changed"
            case ("account.password", _): "Wrong current password"
            case ("account.password_reset", "changed"): "Forgotten password set anew"
            case ("account.password_reset", "proven"): "OTPs for a forgotten password accepted"
            case ("account.password_reset", "sent"): "OTPs sent for a forgotten password"
            case ("account.password_reset", "wrong"), ("account.password_reset", "expired"):
                "OTPs for a forgotten password refused"
            case ("account.password_reset", "sent_before"):
                "OTPs for a forgotten password asked for, which had been sent already"
            case ("account.password_reset", "over_quota"):
                "OTPs for a forgotten password asked for too often: none were sent"
            case ("account.password_reset", _): "OTPs for a forgotten password asked for"
            case ("account.id_reminder", "sent"): "ICEGATE ID sent to the registered e-mail ID"
            case ("account.id_reminder", "over_quota"): "ICEGATE ID asked for too often: it was not sent"
            case ("account.id_reminder", _): "ICEGATE ID asked for"
            case ("registration.start", "taken_over"): "Registration: begun again, in place of an older session"
            case ("registration.start", _): "Registration begun"
            case ("registration.resume", "proven"), ("registration.resume", "finished"):
                "Registration: carried on with OTPs"
            case ("registration.resume", _): "Registration: carrying on with OTPs refused"
            case ("registration.account", _): "Registration: ICEGATE ID and password chosen"
            case ("registration.verify", "proven"): "Registration: OTPs accepted"
            case ("registration.verify", _): "Registration: wrong OTP"
            case ("registration.resend", _): "Registration: OTPs sent again"
            case ("registration.new_pair", _): "Registration: new OTPs sent"
            case ("registration.alternate", _): "Registration: OTPs sent to the alternate contacts"
            case ("registration.finish", "finished_with_alternate_contacts"):
                "Registration finished with the alternate contacts"
            case ("registration.finish", _): "Registration finished"
            case ("account.look", _): "Looked at by the help desk"
            case ("account.unlock", _): "Waits after failures lifted by the help desk"
            default: "Other activity"
            }
    }
}
