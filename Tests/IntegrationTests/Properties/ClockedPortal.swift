import HTTP
import HTTPTypes
import MariaDB
import Persistence
import Registration
import Sodium

@testable import Portal

/// A portal whose database lives at the time that a test says, without waiting and without a change of any row.
///
/// MariaDB's `timestamp` is the time of all statements of one session, and `UTC_TIMESTAMP(6)` follows it; the portal has
/// one connection here, so that there is one such session. Source: https://mariadb.com/kb/en/server-system-variables/#timestamp
struct ClockedPortal {
    let site: Site
    let portal: Portal
    let store: Store
    private let pool: Pool

    /// - Parameter site: whose database, templates and log it takes.
    init(_ site: Site) {
        self.site = site
        pool = Pool(site.database.portalOptions, size: 1, waitLimit: .seconds(5))
        store = Store(pool: pool, keys: Site.keys, limits: RegistrationLimits())
        portal = Portal(
            store: store, templates: site.portal.templates, keys: Site.keys, limits: RegistrationLimits(),
            settings: PortalSettings(
                origin: Site.origin, usesSecureCookies: true, assetVersion: "1", captchaTestAnswer: Site.captchaAnswer,
                hashConcurrency: 1, hashQueue: 1, hashCost: PasswordHash.Cost(memoryKiB: 8, passes: 1)),
            painter: site.portal.captchas.painter, speaker: site.portal.captchas.speaker, log: site.log.logger)
    }

    /// Sets the clock, in seconds since 1970.
    func setClock(_ seconds: Int) throws {
        try pool.withConnection { (connection) throws(DatabaseError) in
            _ = try connection.execute("SET timestamp = \(seconds)")
        }
    }

    /// What sql/invariants.sql finds at a time.
    func brokenInvariants(at seconds: Int) throws -> [String] {
        // The administrator's connections as well: it is the same one each time, since a pool lends the last first.
        try site.database.execute("SET timestamp = \(seconds)")
        let broken = try site.database.brokenInvariants()
        try site.database.execute("SET timestamp = DEFAULT")
        return broken
    }

    /// Opens a page, or posts a form.
    ///
    /// - Parameters:
    ///   - formSession: the session in which the form was opened; `nil` opens the page.
    func send(
        _ path: String, _ fields: [(name: String, value: String)], session: String, formSession: String?,
        address: String
    ) -> Response {
        var request = Request(method: .get, path: path)
        if let formSession {
            request.method = .post
            request.headers = Array(Browser.sameSite)
            let hash = SessionID(cookie: formSession)?.hash ?? []
            let token = FormGuard.token(for: path, sessionHash: hash, keys: portal.keys)
            request.form = Parameters(fields + [(name: FormGuard.field, value: token)])
        }
        request.id = "0123456789abcdef0123456789abcdef"
        request.cookies = Cookies([(name: Browser.sessionCookie, value: session)])
        request.clientAddress = address
        request.isSecure = true
        return portal.respond(to: .success(request))
    }
}
