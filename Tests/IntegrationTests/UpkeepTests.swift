import FoundationEssentials
import MariaDB
import Persistence
import Portal
import Registration
import Testing

/// What the account of upkeep may do, with its rights alone.
@Suite("upkeep") struct UpkeepTests {
    private static let day = Duration.seconds(86_400)
    private static let me = OperatorName("tester@desk")

    private func pool(_ site: Site) -> Pool {
        Pool(site.database.keeperOptions, size: 2, waitLimit: .seconds(5))
    }

    private func desk(_ site: Site) -> HelpDesk {
        HelpDesk(pool: pool(site), keys: Site.keys, operatorName: Self.me)
    }

    private func subject(_ holder: Holder) throws -> HelpDesk.AccountSubject { .name(try ICEGATEID(holder.icegateID)) }

    private func pair(_ holder: Holder) throws -> (IEC, GSTIN) { (try IEC(holder.iec), try GSTIN(holder.gstin)) }

    private func cleanUp(_ site: Site, batch: Int = 3) throws -> [Cleanup.Matter: Int] {
        let cleanup = Cleanup(pool: pool(site), batchSize: batch)
        var removed: [Cleanup.Matter: Int] = [:]
        for matter in Cleanup.Matter.allCases {
            let expected = try cleanup.count(matter)
            removed[matter] = try cleanup.remove(matter)
            // The dependents of registrations go with them, and are not counted twice.
            #expect(try removed[matter] == expected && cleanup.count(matter) == 0, "\(matter)")
        }
        return removed.filter { $0.value > 0 }
    }

    @Test("a clean-up takes what was kept long enough, and leaves accounts, what proves them and what is in progress")
    func cleanUp() throws {
        try Site.run { site in
            let holders = (1...8).map { Holder($0) }
            let passwords = try site.invite(holders)
            let (done, rest) = (holders[0], holders.dropFirst())
            let owner = Browser(site)
            try owner.register(done, passwords[0], on: site)
            #expect(try owner.logIn(done.icegateID, done.password).status == 303)
            for (holder, password) in zip(rest, passwords.dropFirst()) {
                try Browser(site).register(holder, password, on: site, steps: 1 + holder.number % 3)
            }
            try site.deliver()
            #expect(try cleanUp(site) == [:])
            try site.database.pass(Self.day + .seconds(8 * 3_600))
            let late = Browser(site)
            try late.register(Holder(8), passwords[7], on: site, steps: 2)
            let removed = try cleanUp(site)
            // The one that was begun again ended just now.
            #expect(removed[.registrations] == 6)
            #expect(try site.database.value("SELECT COUNT(*) FROM registrations", as: Int.self) == 3)
            #expect(try site.database.value("SELECT COUNT(*) FROM otp_pairs", as: Int.self) == 3)
            #expect(try site.database.value("SELECT COUNT(*) FROM icegate_ids", as: Int.self) == 2)
            // What was sent stays a year.
            let messages: Int = try site.database.value("SELECT COUNT(*) FROM outbox")
            #expect(messages > 16 && removed[.messages] == nil)
            #expect(try late.prove(site.codes(of: Holder(8))).status == 303)
            #expect(try late.finish().status == 303)
            #expect(try Browser(site).logIn(done.icegateID, done.password).status == 303)
            try site.database.pass(Self.day * 370)
            #expect(try cleanUp(site)[.messages] ?? 0 >= messages)
            #expect(try Browser(site).logIn(done.icegateID, done.password).status == 303)
            #expect(try site.database.value("SELECT COUNT(*) FROM accounts", as: Int.self) == 2)
        }
    }

    @Test("a clean-up has no right on what an account stands on")
    func rights() throws {
        try Site.run { site in
            try pool(site).withConnection { (connection) throws(DatabaseError) in
                for statement: SQL in [
                    "DELETE FROM accounts", "SELECT password_hash FROM accounts", "SELECT nonce FROM otp_pairs",
                    "SELECT nonce FROM temporary_passwords", "SELECT password_hash FROM registrations",
                    "UPDATE audit_events SET outcome = 'x'", "DELETE FROM audit_events", "SELECT * FROM administrators",
                    "UPDATE accounts SET icegate_id = 'x'", "UPDATE otp_pairs SET live_tries = 0",
                ] {
                    do throws(DatabaseError) {
                        try connection.execute(statement)
                        Issue.record("\(statement.text) is allowed")
                    } catch {
                        #expect([1142, 1143].contains(error.code), "\(error)")
                    }
                }
            }
        }
    }

    @Test("the help desk sees an account, lifts its waits, and closes it so that its holder may register again")
    func account() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let owner = Browser(site)
            try owner.register(holder, password, on: site)
            #expect(try desk(site).account(.name(ICEGATEID("NOBODY"))) == nil)
            #expect(try owner.logIn(holder.icegateID, holder.password).status == 303)
            for _ in 0..<6 { _ = try Browser(site).logIn(holder.icegateID, "Wrong-Pass-1!") }

            let state = try #require(try desk(site).account(subject(holder)))
            #expect(state.refusedLogins == 6 && state.waitsUntil != nil && state.openSessions == 1)
            #expect(state.email == (try EmailAddress(holder.email).masked) && state.closedAt == nil)
            #expect(state.lastLogin != nil)
            #expect(try desk(site).account(.pair(pair(holder).0, pair(holder).1)) == state)

            #expect(try desk(site).unlock(subject(holder)) == .done(ICEGATEID(holder.icegateID)))
            #expect(try desk(site).account(subject(holder))?.refusedLogins == 0)
            #expect(try Browser(site).get("/login").field("captcha") == nil)
            #expect(try owner.get("/account/activity").text.contains("Waits after failures lifted by the help desk"))

            #expect(try desk(site).close(subject(holder)) == .done(ICEGATEID(holder.icegateID)))
            #expect(try desk(site).close(subject(holder)) == .alreadyClosed(ICEGATEID(holder.icegateID)))
            #expect(try owner.get("/account").status == 303)
            #expect(try Browser(site).logIn(holder.icegateID, holder.password).status == 422)
            // The old temporary password was used; with a new one the pair registers again, and not under the old name.
            #expect(try Browser(site).identify(holder, password).status == 422)
            let new = try site.invite([holder])[0]
            let again = Browser(site)
            #expect(try again.identify(holder, new).status == 303)
            #expect(try again.choose(holder.icegateID, password: holder.password).status == 422)
            #expect(try again.choose("\(holder.icegateID)-2", password: holder.password).status == 303)
            #expect(try again.prove(site.codes(of: holder)).status == 303)
            #expect(try again.finish().status == 303)
            #expect(
                try desk(site).account(.pair(pair(holder).0, pair(holder).1))?.icegateID.text == "\(holder.icegateID)-2"
            )
            #expect(
                try site.database.rows(
                    "SELECT actor FROM audit_events WHERE action LIKE 'account.%' AND actor IS NOT NULL"
                )
                .allSatisfy { try $0.get(0) == Self.me.text })
        }
    }

    @Test("the help desk sees a registration, and ends it so that the pair begins again at once")
    func registration() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let (iec, gstin) = try pair(holder)
            #expect(try desk(site).registrations(iec, gstin) == [])
            #expect(try !desk(site).endRegistration(iec, gstin))
            let browser = Browser(site)
            try browser.register(holder, password, on: site, steps: 2)
            _ = try browser.prove(("000000", "000000"))
            let state = try #require(try desk(site).registrations(iec, gstin).first)
            #expect(state.step == .otpSent && state.icegateID?.text == holder.icegateID && state.endReason == nil)
            #expect(state.otps?.triesLeft == 4 && state.otps?.sendsLeft == 4 && state.otps?.endReason == nil)
            #expect(try desk(site).endRegistration(iec, gstin))
            #expect(try browser.get("/register/otp").status == 303)
            #expect(try desk(site).registrations(iec, gstin).first?.endReason == "expired")
            try Browser(site).register(holder, password, on: site)
        }
    }

    @Test("a person is handed what is kept of them, and it is erased when the account is closed")
    func person() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let (iec, gstin) = try pair(holder)
            try Browser(site).register(holder, password, on: site)
            try site.deliver()
            let data = PersonalData(of: iec, gstin, at: desk(site))
            let sections = try data.export()
            let rows = Dictionary(uniqueKeysWithValues: sections.map { ($0.table, $0.rows) })
            #expect(rows["accounts"]?.count == 1 && rows["registrations"]?.count == 1 && rows["otp_pairs"]?.count == 1)
            #expect(rows["accounts"]?[0].contains("\"email\": \"\(holder.email)\"") == true)
            #expect(rows["outbox"]?.count ?? 0 >= 4 && rows["audit_events"]?.isEmpty == false)
            let text = sections.flatMap(\.rows).joined()
            #expect(!text.contains("argon2") && !text.contains("nonce"))

            #expect(try data.erase() == .accountIsOpen(ICEGATEID(holder.icegateID)))
            _ = try desk(site).close(subject(holder))
            #expect(try data.erase() == .done)
            let left = try site.database.dump().filter { !$0.hasPrefix("master_versions") }
            for trace in [holder.email, holder.mobile, holder.name] {
                #expect(!left.contains { $0.contains(trace) }, "\(trace)")
            }
            let state = try #require(try desk(site).account(subject(holder)))
            #expect(state.email == nil && state.mobile == nil)
            // The pair may still register again.
            let new = try site.invite([holder])[0]
            let again = Browser(site)
            #expect(try again.identify(holder, new).status == 303)
            #expect(try data.erase() == .registrationLives)
        }
    }

    @Test("after a restore nothing that may have been used holds, and every page says what was lost")
    func restore() throws {
        try Site.run { site in
            let holders = [Holder(1), Holder(2), Holder(3)]
            let passwords = try site.invite(holders)
            let (owner, half) = (Browser(site), Browser(site))
            try owner.register(holders[0], passwords[0], on: site)
            #expect(try owner.logIn(holders[0].icegateID, holders[0].password).status == 303)
            try half.register(holders[1], passwords[1], on: site, steps: 2)
            let codes = try site.codes(of: holders[1])
            try Browser(site).register(holders[2], passwords[2], on: site, steps: 3)
            let used = try site.codes(of: holders[2])
            let restore = Restore(pool: pool(site), operatorName: Self.me)
            let lostFrom = try #require(try restore.newestMoment())
            #expect(try restore.note(lostFrom: lostFrom, lostUntil: lostFrom.addingTimeInterval(600)) > 0)
            try site.portal.lookForLoss()

            #expect(try owner.get("/account").status == 303)
            #expect(try half.get("/register/otp").status == 303)
            // Those of the third were used a moment ago, which for a double click would do.
            for (holder, codes) in [(holders[1], codes), (holders[2], used)] {
                let resume = Browser(site)
                let typed = [
                    "iec": holder.iec, "gstin": holder.gstin, "mobile_otp": codes.mobile, "email_otp": codes.email,
                ]
                #expect(try resume.submit(resume.get("/resume"), to: "/resume", typed).status == 422)
            }
            for (holder, password) in zip(holders, passwords) {
                #expect(try Browser(site).identify(holder, password).status == 422)
            }
            for path in ["/", "/login", "/register", "/help"] {
                #expect(try Browser(site).get(path).text.contains("was lost. Please do it again."), "\(path)")
            }
            #expect(try Browser(site).get("/login?lang=hi").text.contains("तक किया गया काम खो गया है"))
            // Accounts are as they were, and new temporary passwords open the way again.
            #expect(try Browser(site).logIn(holders[0].icegateID, holders[0].password).status == 303)
            let new = try site.invite([holders[1]])[0]
            try Browser(site).register(holders[1], new, on: site)
            try site.database.pass(Self.day * 15)
            try site.portal.lookForLoss()
            #expect(try !Browser(site).get("/").text.contains("was lost"))
        }
    }
}
