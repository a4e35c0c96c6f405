import FoundationEssentials
import MariaDB
import MasterLoad
import Persistence
import Registration
import Testing

@Suite("a load of the master") struct MasterChangeTests {
    /// Makes the master what these holders are, and nothing else.
    private func replace(_ site: Site, with holders: [Holder]) throws {
        let text = "iec,gstin,legal_name,email,mobile,iec_status,gstin_status\n" + holders.map(\.row).joined()
        let outcome = try MasterLoader(
            database: site.database.loaderOptions,
            options: LoadOptions(mode: .full, fileName: "test.csv", maximumRemoved: 100),
            rejects: RejectsFile(path: nil)
        ).load(MasterFile(ByteSource(bytes: Array(text.utf8))))
        guard case .applied = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }

    @Test("F8: leaves a registration in progress the contacts that it began with, even when its pair is removed")
    func contacts() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            #expect(try browser.identify(holder, password).status == 303)
            var other = holder
            (other.email, other.mobile) = ("other@example.com", "9000000009")
            try replace(site, with: [other])
            #expect(try browser.choose(holder.icegateID, password: holder.password).status == 303)
            try site.deliver()
            try replace(site, with: [Holder(2)])
            // The codes went to the old contacts.
            #expect(try browser.prove(site.codes(of: holder)).status == 303)
            #expect(try browser.finish().status == 303)
            #expect(
                try site.database.value("SELECT CONCAT(email, mobile) FROM accounts", as: String.self)
                    == holder.email + holder.mobile)
            // The account stays, and its page about the IEC says so.
            let owner = Browser(site, address: "192.0.2.7")
            _ = try owner.follow(owner.logIn(holder.icegateID, holder.password))
            #expect(try owner.get("/account/iec").text.contains("The master has no entry for your IEC"))
        }
    }

    @Test("F9: lets no pair begin that it removed or made inactive")
    func beginning() throws {
        try Site.run { site in
            let holders = [Holder(1), Holder(2), Holder(3)]
            let passwords = try site.invite(holders)
            var inactive = holders[1]
            inactive.iecStatus = "suspended"
            try replace(site, with: [inactive, holders[2]])
            #expect(try Browser(site).identify(holders[0], passwords[0]).status == 422)
            #expect(try Browser(site).identify(holders[1], passwords[1]).status == 422)
            #expect(try Browser(site).identify(holders[2], passwords[2]).status == 303)
            #expect(try site.database.value("SELECT COUNT(*) FROM registrations", as: Int.self) == 1)
        }
    }

    @Test("is told beforehand which registrations and accounts it would touch")
    func touched() throws {
        try Site.run { site in
            let holders = [Holder(1), Holder(2), Holder(3)]
            let passwords = try site.invite(holders)
            _ = try Browser(site).identify(holders[0], passwords[0])
            let browser = Browser(site, address: "192.0.2.8")
            try browser.register(holders[1], passwords[1], on: site)
            var changed = holders[0]
            changed.email = "other@example.com"
            let text = "iec,gstin,legal_name,email,mobile,iec_status,gstin_status\n" + changed.row + holders[2].row
            var touched: [MasterLoader.Touched] = []
            let outcome = try MasterLoader(
                database: site.database.loaderOptions,
                options: LoadOptions(mode: .full, fileName: "test.csv", maximumRemoved: 100),
                rejects: RejectsFile(path: nil)
            ).check(MasterFile(ByteSource(bytes: Array(text.utf8)))) { touched.append($0) }
            #expect(touched.map(\.iec) == [holders[0].iec, holders[1].iec])
            #expect(touched.map(\.isRemoval) == [false, true])
            #expect(touched.map(\.registrationStep) == ["identified", nil])
            #expect(touched.map(\.icegateID) == [nil, holders[1].icegateID])
            guard case .applied(let report) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect((report.touchedRegistrations, report.touchedAccounts) == (1, 1))
        }
    }

    @Test("is followed by temporary passwords for all in batches, at the rate of the gateways, once for each pair")
    func bulkIssue() throws {
        try Site.run { site in
            var holders = (1...7).map { Holder($0) }
            holders[2].mobile = "9587854"
            holders[4].gstinStatus = "CNL"
            try site.load(holders)
            func issue() throws -> ([IssueOutcome: Int], [String]) {
                var counts: [IssueOutcome: Int] = [:]
                var unusable: [String] = []
                var last: (iec: String, gstin: String)?
                var slot: Date?
                while true {
                    let batch = try site.loader.issueTemporaryPasswords(
                        after: last, atMost: 3, perMinute: 60, slot: slot, client: Site.operatorAtDesk)
                    counts.merge(batch.counts) { $0 + $1 }
                    unusable += batch.unusable.map { "\($0.iec) \($0.reason)" }
                    guard let end = batch.last else { return (counts, unusable) }
                    (last, slot) = (end, batch.nextSlot)
                }
            }
            let (first, unusable) = try issue()
            #expect(first == [.issued: 5, .contactsUnusable: 1, .inactive: 1])
            #expect(
                unusable == [
                    "\(holders[2].iec) Mobile number must have 10 digits and begin with 6, 7, 8 or 9."
                ])
            // Ten messages, a pair's two at one time, the pairs a second apart.
            let times = try site.database.rows(
                """
                SELECT COUNT(*), TIMESTAMPDIFF(MICROSECOND, MIN(next_attempt_at), MAX(next_attempt_at)),
                    COUNT(DISTINCT next_attempt_at) FROM outbox
                """)
            #expect(times[0].values == [.integer(10), .integer(4_000_000), .integer(5)])
            #expect(try issue().0 == [.hasOne: 5, .contactsUnusable: 1, .inactive: 1])
            #expect(try site.database.value("SELECT COUNT(*) FROM outbox", as: Int.self) == 10)
            // Expired ones are followed by new ones, behind what waits already.
            try site.database.pass(.seconds(31 * 86_400))
            #expect(try issue().0[.issued] == 5)
            #expect(
                try site.database.value("SELECT COUNT(*) FROM temporary_passwords WHERE live = 1", as: Int.self) == 5)
        }
    }
}
