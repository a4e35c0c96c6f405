import FoundationEssentials
import HTTP
import HTTPTypes
import MariaDB
import Persistence
import Registration
import Testing

/// Alone, since it sets the server's own log.
@Suite("queries", .serialized) struct QueryTests {
    @Test("no statement on the path of a request reads more than a few rows, however full the tables are")
    func rowsExamined() throws {
        try Site.run { site in
            let database = site.database
            try database.script(Self.filling)
            try database.script(
                """
                SET GLOBAL log_output = 'TABLE', GLOBAL long_query_time = 0, GLOBAL slow_query_log = 1;
                TRUNCATE mysql.slow_log
                """)
            defer {
                try? database.script(
                    "SET GLOBAL slow_query_log = 0, GLOBAL long_query_time = 10, GLOBAL log_output = 'FILE'")
            }
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            let first = try browser.identify(holder, "K7Q2-M9XT-4CDEF")
            #expect(first.status == 422)
            try browser.register(holder, password, on: site, steps: 2)
            try database.pass(.seconds(61))
            _ = try browser.submit(browser.get("/register/otp"), to: "/register/otp/resend")
            _ = try browser.prove(("000000", "000000"))
            let other = Browser(site, address: "192.0.2.2")
            _ = try other.submit(
                other.get("/resume"), to: "/resume",
                ["iec": holder.iec, "gstin": holder.gstin].merging(Browser.proof(site.codes(of: holder))) { $1 })
            _ = try other.submit(other.get("/register/alternate"), to: "/register/alternate", Case12Tests.alternates)
            _ = try other.submit(
                other.get("/register/alternate/otp"), to: "/register/alternate/otp",
                Browser.proof(Case12Tests.codes(site)))
            _ = try other.logIn("NOBODY", holder.password)
            _ = try other.follow(other.logIn(holder.icegateID, holder.password))
            try Self.useAccount(other, holder, on: site)
            _ = try other.submit(other.get("/account"), to: "/logout")
            _ = try other.submit(
                other.get("/public-enquiries/iec"), to: "/public-enquiries/iec",
                ["iec": holder.iec, "captcha": Site.captchaAnswer])
            let administrator = try site.administrator()
            _ = try other.logInAsAdministrator(administrator)
            try other.giveOTP(site.code(sentTo: administrator.email))
            #expect(
                try database.value("SELECT COUNT(*) FROM accounts WHERE icegate_id = \(holder.icegateID)", as: Int.self)
                    == 1)

            // Bound bytes stand in the texts as they are: a hash may be no UTF-8.
            let statements = try database.rows(
                """
                SELECT rows_examined, CONVERT(CONVERT(sql_text USING ascii) USING utf8mb4) FROM mysql.slow_log
                WHERE db = DATABASE() AND user_host LIKE CONCAT(\(RegistrationDatabase.portalUser), '%')
                """)
            #expect(statements.count > 100)
            for row in statements {
                let (count, text) = try (row.get(0, as: Int.self), row.get(1, as: String.self))
                #expect(count <= 30, "\(text)")
            }
            // What was made up here keeps no invariant.
            try database.script(Self.emptying)
        }
    }

    /// Every page of an account, and the ways to a forgotten password and ICEGATE ID.
    private static func useAccount(_ browser: Browser, _ holder: Holder, on site: Site) throws {
        for path in ["/account", "/account/iec", "/account/registration", "/account/activity", "/account/sessions"] {
            #expect(try browser.get(path).status == 200)
        }
        try ContactChangeTests.change(browser, to: ("new@example.com", "9123456780"), password: holder.password)
        _ = try browser.submit(
            browser.get("/account/contact/otp"), to: "/account/contact/otp",
            Browser.proof(site.codes(ofEmail: "new@example.com", mobile: "9123456780")))
        _ = try browser.submit(
            browser.get("/account/password"), to: "/account/password",
            PasswordChangeTests.typed(holder.password, new: "Banyan-Shade-2047!"))
        let other = Browser(site, address: "192.0.2.9")
        try RecoveryTests.ask(other, holder.icegateID, on: site)
        _ = try other.submit(
            other.get("/forgot-id"), to: "/forgot-id",
            ["iec": holder.iec, "gstin": holder.gstin, "captcha": Site.captchaAnswer])
        while try site.store.handleMessageRequest() {}
        _ = try other.submit(
            other.get("/forgot-password/otp"), to: "/forgot-password/otp",
            Browser.proof(site.codes(ofEmail: "new@example.com", mobile: "9123456780")))
        #expect(try other.get("/forgot-password/new").status == 200)
    }

    @Test("the console reads what it counts and nothing older, however much there is")
    func rowsOfConsole() throws {
        try Site.run { site in
            let database = site.database
            try database.script(Self.old)
            let browser = Browser(site)
            try browser.openConsole(site.administrator(), on: site)
            try database.script(
                """
                SET GLOBAL log_output = 'TABLE', GLOBAL long_query_time = 0, GLOBAL slow_query_log = 1;
                TRUNCATE mysql.slow_log
                """)
            defer {
                try? database.script(
                    "SET GLOBAL slow_query_log = 0, GLOBAL long_query_time = 10, GLOBAL log_output = 'FILE'")
            }
            // A connection that was there before has the old setting.
            let portal = try site.portal(on: Pool(database.portalOptions, size: 1, waitLimit: .seconds(5)))
            let second = Browser(portal)
            second.cookies = browser.cookies
            #expect(try second.get("/admin/console").status == 200)
            let statements = try database.rows(
                """
                SELECT rows_examined, CONVERT(CAST(sql_text AS BINARY) USING latin1) FROM mysql.slow_log
                WHERE db = DATABASE() AND user_host LIKE CONCAT(\(RegistrationDatabase.portalUser), '%')
                    AND sql_text NOT LIKE 'PREPARE%'
                """)
            #expect(statements.count >= 10)
            for row in statements {
                let (count, text) = try (row.get(0, as: Int.self), row.get(1, as: String.self))
                #expect(count <= 60, "\(text)")
            }
        }
    }

    @Test("the sealing of the audit reads what is new and nothing older, however much was sealed")
    func rowsOfSealing() throws {
        try AuditChain.run { chain in
            let database = chain.database
            try database.script(Self.sealed)
            try chain.add(3)
            try chain.seal()
            try chain.add(2)
            try database.script(
                """
                SET GLOBAL log_output = 'TABLE', GLOBAL long_query_time = 0, GLOBAL slow_query_log = 1;
                TRUNCATE mysql.slow_log
                """)
            defer {
                try? database.script(
                    "SET GLOBAL slow_query_log = 0, GLOBAL long_query_time = 10, GLOBAL log_output = 'FILE'")
            }
            // A connection that was there before has the old setting.
            let pool = Pool(database.auditorOptions, size: 1, waitLimit: .seconds(5))
            let sealer = AuditSealer(pool: pool, keys: Site.keys, operatorName: OperatorName("tester@desk"))
            guard case .done(let run) = try sealer.run() else {
                Issue.record("it was refused")
                return
            }
            #expect(run.events == 2)
            let reader = AuditReader(pool: pool)
            #expect(try reader.state().openCount == 0)
            var count = 0
            let now: Date = try database.value("SELECT UTC_TIMESTAMP(6)")
            try reader.forEachEvent(from: now.addingTimeInterval(-3_600), to: nil) { _, _ in count += 1 }
            #expect(count == 5)
            let statements = try database.rows(
                """
                SELECT rows_examined, CONVERT(CONVERT(sql_text USING ascii) USING utf8mb4) FROM mysql.slow_log
                WHERE db = DATABASE() AND user_host LIKE CONCAT(\(RegistrationDatabase.auditorUser), '%')
                    AND sql_text NOT LIKE 'PREPARE%'
                """)
            #expect(statements.count >= 10)
            for row in statements {
                let (count, text) = try (row.get(0, as: Int.self), row.get(1, as: String.self))
                #expect(count <= 40, "\(text)")
            }
        }
    }

    /// Three thousand events of long ago and the seals over them, complete until a moment ago.
    private static let sealed = """
        INSERT INTO audit_events (id, happened_at, action, outcome, client_address, request_id)
            SELECT seq, UTC_TIMESTAMP(6) - INTERVAL 40 DAY, 'account.login', 'accepted', '', '' FROM seq_1_to_3000;
        INSERT INTO audit_seal_events (event_id, seal, code) SELECT seq, seq DIV 10, '' FROM seq_1_to_3000;
        """

    /// Three thousand rows of long ago in the tables that the console counts.
    private static let old = """
        INSERT INTO audit_events (happened_at, action, outcome, client_address, request_id)
            SELECT UTC_TIMESTAMP(6) - INTERVAL 40 DAY, 'registration.start', 'started', '', '' FROM seq_1_to_3000;
        INSERT INTO outbox (template, channel, recipient, language, priority, state, created_at, next_attempt_at, ended_at)
            SELECT 'registration-finished', 'email', 'x@y.in', 'en', 0, 'refused', UTC_TIMESTAMP(6) - INTERVAL 40 DAY,
                UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) FROM seq_1_to_3000;
        INSERT INTO attempt_counters (subject, window_started_at, attempts)
            SELECT RANDOM_BYTES(32), UTC_TIMESTAMP(6), 1 FROM seq_1_to_3000;
        INSERT INTO master_loads (file_name, mode, loaded_by, started_at)
            SELECT '', 'full', '', UTC_TIMESTAMP(6) FROM seq_1_to_3000;
        """

    /// Three thousand rows in every table that grows.
    private static let filling = """
        INSERT INTO master_loads (id, file_name, mode, state, loaded_by, started_at)
            VALUES (900000, '', 'full', 'applied', '', UTC_TIMESTAMP(6));
        INSERT INTO master_versions (iec, gstin, load_id, is_removed, legal_name, email, mobile, iec_status, gstin_status)
            SELECT LPAD(seq, 10, '0'), LPAD(seq, 15, '0'), 900000, FALSE, 'x', '', '', 'valid', 'ACT' FROM seq_1_to_3000;
        INSERT INTO temporary_passwords (iec, gstin, nonce, key_id, issued_at, expires_at)
            SELECT LPAD(seq, 10, '0'), LPAD(seq, 15, '0'), RANDOM_BYTES(16), 1, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) FROM seq_1_to_3000;
        INSERT INTO registrations (id, iec, gstin, legal_name, email, mobile, step, icegate_id, started_at, verified_at, expires_at, ended_at, end_reason)
            SELECT 900000 + seq, LPAD(seq, 10, '0'), LPAD(seq, 15, '0'), 'x', 'x@y.in', '7000000000', 'finished', CONCAT('X', seq),
                UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), 'finished' FROM seq_1_to_3000;
        INSERT INTO accounts (id, icegate_id, registration_id, iec, gstin, legal_name, category, password_hash, email, mobile, language, created_at)
            SELECT 900000 + seq, CONCAT('X', seq), 900000 + seq, LPAD(seq, 10, '0'), LPAD(seq, 15, '0'), 'x',
                'simplified_auto_registration', '', 'x@y.in', '7000000000', 'en', UTC_TIMESTAMP(6) FROM seq_1_to_3000;
        INSERT INTO icegate_ids (icegate_id, registration_id, account_id)
            SELECT CONCAT('X', seq), 900000 + seq, 900000 + seq FROM seq_1_to_3000;
        INSERT INTO otp_pairs (registration_id, purpose, nonce, key_id, email, mobile, generated_at, expires_at, tries_allowed, sends_allowed, sends, last_sent_at, ended_at, end_reason)
            SELECT 900000 + seq, 'registration', RANDOM_BYTES(16), 1, 'x@y.in', '7000000000', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), 5, 5, 1,
                UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), 'consumed' FROM seq_1_to_3000;
        INSERT INTO outbox (template, channel, recipient, language, priority, state, created_at, next_attempt_at, ended_at)
            SELECT 'registration-finished', 'email', 'x@y.in', 'en', 1, 'sent', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) FROM seq_1_to_3000;
        INSERT INTO sessions (id_hash, account_id, created_at, last_seen_at, ends_at)
            SELECT RANDOM_BYTES(32), 900000 + seq, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 HOUR FROM seq_1_to_3000;
        INSERT INTO attempt_counters (subject, window_started_at, attempts)
            SELECT RANDOM_BYTES(32), UTC_TIMESTAMP(6), 1 FROM seq_1_to_3000;
        INSERT INTO used_captchas (token_hash, submission_hash, used_at, expires_at)
            SELECT RANDOM_BYTES(32), RANDOM_BYTES(32), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) FROM seq_1_to_3000;
        INSERT INTO audit_events (happened_at, action, outcome, client_address, request_id)
            SELECT UTC_TIMESTAMP(6), 'x', 'x', '', '' FROM seq_1_to_3000;
        INSERT INTO message_requests (kind, iec, gstin, language, client_address, request_id, requested_at, handled_at)
            SELECT 'temporary_password', LPAD(seq, 10, '0'), LPAD(seq, 15, '0'), 'en', '', '', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) FROM seq_1_to_3000;
        """

    private static let emptying = """
        SET foreign_key_checks = 0;
        DELETE FROM accounts WHERE id > 900000; DELETE FROM registrations WHERE id > 900000;
        DELETE FROM otp_pairs WHERE registration_id > 900000; DELETE FROM icegate_ids WHERE registration_id > 900000;
        DELETE FROM sessions WHERE account_id > 900000;
        SET foreign_key_checks = 1
        """
}
