import MariaDB
import Persistence
import Registration
import Testing

/// Who did what: every form that changes something leaves its event.
@Suite("the audit's events") struct AuditEventTests {
    /// A site whose events are looked at after each step.
    private final class Journey {
        let site: Site
        private var count = 0

        init(_ site: Site) throws {
            self.site = site
            count = try events()
        }

        private func events() throws -> Int { try site.database.value("SELECT COUNT(*) FROM audit_events") }

        /// Does something, and expects an event of an action, and that whoever did it is known by an address.
        func step(_ action: String, _ outcome: String, _ body: () throws -> Void) throws {
            try body()
            let row = try #require(
                try site.database.rows(
                    """
                    SELECT CONCAT(action, ' ', outcome), client_address <> '' FROM audit_events
                    WHERE action = \(action) AND outcome = \(outcome) ORDER BY id DESC LIMIT 1
                    """
                ).first, "\(action) \(outcome)")
            #expect(try row.get(1))
            let now = try events()
            #expect(now > count, "\(action) \(outcome)")
            count = now
        }
    }

    @Test("are written by every form that changes something, from the first step to the last logout")
    func journey() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let journey = try Journey(site)
            let browser = Browser(site)
            try journey.step("registration.start", "mismatch") { _ = try browser.identify(holder, "K7Q2-M9XT-4CDEF") }
            try journey.step("registration.start", "started") { _ = try browser.identify(holder, password) }
            try journey.step("registration.account", "accepted") {
                _ = try browser.choose(holder.icegateID, password: holder.password)
            }
            try site.database.pass(.seconds(61))
            try journey.step("registration.resend", "sent") {
                _ = try browser.submit(browser.get("/register/otp"), to: "/register/otp/resend")
            }
            try journey.step("registration.verify", "wrong") { _ = try browser.prove(("000000", "000000")) }
            let other = Browser(site, address: "192.0.2.2")
            try journey.step("registration.resume", "proven") {
                _ = try other.submit(
                    other.get("/resume"), to: "/resume",
                    ["iec": holder.iec, "gstin": holder.gstin].merging(Browser.proof(site.codes(of: holder))) { $1 })
            }
            try journey.step("registration.alternate", "sent") {
                _ = try other.submit(
                    other.get("/register/alternate"), to: "/register/alternate", Case12Tests.alternates)
            }
            try journey.step("registration.finish", "finished_with_alternate_contacts") {
                _ = try other.submit(
                    other.get("/register/alternate/otp"), to: "/register/alternate/otp",
                    Browser.proof(Case12Tests.codes(site)))
            }
            try journey.step("account.login", "refused") { _ = try other.logIn("NOBODY", holder.password) }
            try journey.step("account.login", "accepted") {
                _ = try other.follow(other.logIn(holder.icegateID, holder.password))
            }
            try journey.step("account.contacts", "sent") {
                try ContactChangeTests.change(other, to: ("new@example.com", "9123456780"), password: holder.password)
            }
            try journey.step("account.contacts", "changed") {
                _ = try other.submit(
                    other.get("/account/contact/otp"), to: "/account/contact/otp",
                    Browser.proof(site.codes(ofEmail: "new@example.com", mobile: "9123456780")))
            }
            try journey.step("account.password", "wrong") {
                _ = try other.submit(
                    other.get("/account/password"), to: "/account/password",
                    PasswordChangeTests.typed("Wrong-Banyan-1947!", new: "Banyan-Shade-2047!"))
            }
            try journey.step("account.password", "changed") {
                _ = try other.submit(
                    other.get("/account/password"), to: "/account/password",
                    PasswordChangeTests.typed(holder.password, new: "Banyan-Shade-2047!"))
            }
            try journey.step("account.logout", "done") { _ = try other.submit(other.get("/account"), to: "/logout") }
            try journey.step("account.password_reset", "sent") {
                try RecoveryTests.ask(other, holder.icegateID, on: site)
                while try site.store.handleMessageRequest() {}
            }
            try journey.step("account.id_reminder", "sent") {
                _ = try other.submit(
                    other.get("/forgot-id"), to: "/forgot-id",
                    ["iec": holder.iec, "gstin": holder.gstin, "captcha": Site.captchaAnswer])
                while try site.store.handleMessageRequest() {}
            }
            try journey.step("feedback", "kept") {
                _ = try browser.submit(
                    browser.get("/feedback"), to: "/feedback",
                    ["feedback": "Well made.", "email": "", "captcha": Site.captchaAnswer])
            }
            let administrator = try site.administrator()
            try journey.step("administrator.password", "accepted") {
                _ = try other.logInAsAdministrator(administrator)
            }
            try journey.step("administrator.otp", "proven") {
                _ = try other.giveOTP(site.code(sentTo: administrator.email))
            }
        }
    }

    @Test("name who runs a command by the account of the operating system, and pages by none")
    func actors() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            _ = try site.administrator("asha")
            #expect(try site.administrators.close(AdministratorName("asha")))
            try site.store.setStopped(true, .email, client: Site.operatorAtDesk)
            _ = try Browser(site).identify(holder, password)
            let rows = try site.database.rows(
                """
                SELECT CONCAT(action, ' ', outcome), actor, REGEXP_REPLACE(subject, '[0-9]+', 'N') FROM audit_events
                ORDER BY id
                """)
            let desk = Value.text("tester@desk")
            #expect(
                rows.map(\.values) == [
                    [.text("master.load delta"), .text("unknown"), .text("load:N")],
                    [.text("temporary_password.request issued"), desk, .null],
                    [.text("administrator.register added"), desk, .null],
                    [.text("administrator.register closed"), desk, .null],
                    [.text("delivery.channel stopped"), desk, .text("email")],
                    [.text("registration.start started"), .null, .null],
                ])
        }
    }

    @Test("have the time of the database, whatever the program that adds them thinks")
    func time() throws {
        try AuditChain.run { chain in
            try chain.add(1)
            #expect(
                try chain.database.value(
                    "SELECT ABS(TIMESTAMPDIFF(SECOND, happened_at, UTC_TIMESTAMP(6))) < 60 FROM audit_events",
                    as: Bool.self))
        }
    }
}
