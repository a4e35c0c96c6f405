import Courier
import HTMLTemplate
import HTTP
import HTTPTypes
import MariaDB
import Persistence
import Registration
import Synchronization
import Testing
import Threading

@Suite("the outbox") struct OutboxTests {
    private static func fill(_ site: Site, _ holders: ClosedRange<Int>) throws {
        let holders = holders.map { Holder($0) }
        try site.load(holders)
        for holder in holders {
            _ = try site.loader.issueTemporaryPassword(
                iec: IEC(holder.iec), gstin: GSTIN(holder.gstin), onlyWithout: false, client: Site.operatorAtDesk)
        }
    }

    @Test("each message is claimed by one courier of many")
    func claimedOnce() throws {
        try Site.run { site in
            try Self.fill(site, 1...30)
            let claims = try atOnce(8) { _ in
                var claimed: [Int64] = []
                var empty = 0
                // A courier whose rows are all being claimed by others finds none, and looks again.
                while empty < 3 {
                    let messages = try site.store.claimMessages(atMost: 3, lease: .seconds(60)).messages
                    empty = messages.isEmpty ? empty + 1 : 0
                    claimed += messages.map(\.id)
                }
                return claimed
            }
            let all = claims.flatMap { $0 }
            #expect(Set(all).count == all.count)
            let rest = try site.store.claimMessages(atMost: 100, lease: .seconds(60)).messages.map(\.id)
            #expect(Set(all).isDisjoint(with: rest))
            #expect(all.count + rest.count == 60)
            #expect(try site.store.claimMessages(atMost: 100, lease: .seconds(60)).messages.isEmpty)
        }
    }

    @Test("a message that becomes due while couriers look is not taken for one whose code is gone")
    func claimedAsItIsWritten() throws {
        try Site.run { site in
            let invited = (1...60).map { Holder($0) }
            let passwords = try site.invite(invited)
            let others = (61...160).map { Holder($0) }
            try site.load(others)
            let isWriting = Atomic(true)
            let claimed = try atOnce(4) { number in
                switch number {
                case 0:
                    defer { isWriting.store(false, ordering: .sequentiallyConsistent) }
                    for (holder, password) in zip(invited, passwords) {
                        try Browser(site).register(holder, password, on: site, steps: 2)
                    }
                    return 0
                case 1:
                    for holder in others {
                        _ = try site.loader.issueTemporaryPassword(
                            iec: IEC(holder.iec), gstin: GSTIN(holder.gstin), onlyWithout: false,
                            client: Site.operatorAtDesk)
                    }
                    return 0
                default:
                    var count = 0
                    while isWriting.load(ordering: .sequentiallyConsistent) {
                        count += try site.store.claimMessages(atMost: 3, lease: .seconds(60)).messages.count
                    }
                    return count
                }
            }
            let rest = try site.store.claimMessages(atMost: 1_000, lease: .seconds(60)).messages
            #expect(claimed.reduce(rest.count, +) == 320)
            #expect(
                try site.database.value("SELECT COUNT(*) FROM outbox WHERE state = 'given_up'", as: Int.self) == 0)
        }
    }

    @Test("a message whose code cannot be seen is sent: only a code that has ended keeps one back")
    func codeNotSeen() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            try Browser(site).register(holder, password, on: site, steps: 2)
            let other = Holder(2)
            try site.load([other])
            _ = try site.loader.issueTemporaryPassword(
                iec: IEC(other.iec), gstin: GSTIN(other.gstin), onlyWithout: false, client: Site.operatorAtDesk)
            // As a snapshot shows it that is older than the message.
            try site.database.execute("SET foreign_key_checks = 0")
            try site.database.execute("DELETE FROM otp_pairs")
            try site.database.execute("DELETE FROM temporary_passwords")
            let messages = try site.store.claimMessages(atMost: 10, lease: .seconds(60)).messages
            #expect(
                messages.map(\.template) == [
                    .oneTimePassword, .temporaryPassword, .oneTimePassword, .temporaryPassword,
                ])
        }
    }

    @Test("awaited messages go first, however late, and of the others as many as may be; dead ones take nobody's place")
    func priorities() throws {
        try Site.run { site in
            try Self.fill(site, 1...6)
            let all = try site.database.rows("SELECT id FROM outbox WHERE channel = 'sms' ORDER BY id")
            let ids = try all.map { try $0.get(0, as: Int64.self) }
            for id in ids[..<3] { try site.database.execute("UPDATE outbox SET priority = 1 WHERE id = \(id)") }
            try site.database.execute("UPDATE outbox SET useful_until = created_at WHERE id = \(ids[3])")
            func claim(_ count: Int, bulk: Int) throws -> [Int64] {
                try site.store.claimMessages(atMost: count, bulkAtMost: bulk, on: [.sms], lease: .seconds(60)).messages
                    .map(\.id)
            }
            #expect(try claim(1, bulk: 1) == [ids[4]])
            #expect(try claim(4, bulk: 0) == [ids[5]])
            #expect(try claim(4, bulk: 2) == [ids[0], ids[1]])
            #expect(try claim(4, bulk: 4) == [ids[2]])
            let dead = try site.database.value("SELECT state FROM outbox WHERE id = \(ids[3])", as: String.self)
            #expect(dead == "given_up")
        }
    }

    @Test("however many dead messages stand before a live one, it is claimed at once")
    func deadBeforeLive() throws {
        try Site.run { site in
            try Self.fill(site, 1...40)
            let live = try site.database.value("SELECT MAX(id) FROM outbox WHERE channel = 'sms'", as: Int64.self)
            try site.database.execute(
                "UPDATE outbox SET useful_until = created_at WHERE channel = 'sms' AND id <> \(live)")
            let claimed = try site.store.claimMessages(atMost: 3, on: [.sms], lease: .seconds(60))
            #expect(claimed.messages.map(\.id) == [live] && !claimed.mayBeMore)
            let dead = try site.database.value("SELECT COUNT(*) FROM outbox WHERE state = 'given_up'", as: Int.self)
            #expect(dead == 39)
        }
    }

    @Test("D9: a message whose courier died is due again when its lease has ended, with the same code")
    func deadCourier() throws {
        try Site.run { site in
            try Self.fill(site, 1...1)
            let first = try site.store.claimMessages(atMost: 10, lease: .seconds(60)).messages
            try site.database.pass(.seconds(59))
            #expect(try site.store.claimMessages(atMost: 10, lease: .seconds(60)).messages.isEmpty)
            try site.database.pass(.seconds(2))
            let second = try site.store.claimMessages(atMost: 10, lease: .seconds(60)).messages
            #expect(first.map(\.id) == second.map(\.id))
            #expect(first.map { site.store.secret(of: $0) } == second.map { site.store.secret(of: $0) })
            #expect(second.map(\.attempts) == [1, 1])
        }
    }

    @Test("a message that was put back is due when its time has come")
    func putBack() throws {
        try Site.run { site in
            try Self.fill(site, 1...1)
            let messages = try site.store.claimMessages(atMost: 10, lease: .seconds(60)).messages
            try site.store.putBack(messages[0], after: .seconds(300))
            try site.store.markSent(messages[1])
            #expect(try site.store.claimMessages(atMost: 10, lease: .seconds(60)).messages.isEmpty)
            try site.database.pass(.seconds(301))
            let again = try site.store.claimMessages(atMost: 10, lease: .seconds(60)).messages
            #expect(again.map(\.id) == [messages[0].id])
            #expect(again[0].attempts == 1)
        }
    }

    @Test("a message is given up when its code will have expired at the next attempt, and the page says so")
    func givenUp() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            let browser = Browser(site)
            try browser.register(holder, password, on: site, steps: 2)
            for message in try site.store.claimMessages(atMost: 10, lease: .seconds(60)).messages {
                try site.store.putBack(message, after: .seconds(message.destination.channel == .sms ? 7_201 : 60))
            }
            let page = try browser.get("/register/otp")
            #expect(page.text.contains("SMS Could not be delivered in time"))
            #expect(page.text.contains("E-mail Waiting to be sent"))
            // What was not sent was not "sent successfully".
            #expect(page.notices.isEmpty)
            try site.database.pass(.seconds(61))
            #expect(
                try site.store.claimMessages(atMost: 10, lease: .seconds(60)).messages.map(\.destination.channel) == [
                    .email
                ])
        }
    }

    @Test("D9: couriers deliver every letter once, whatever the other side says in between")
    func couriers() throws {
        try Site.run { site in
            try Self.fill(site, 1...10)
            let transport = Unsteady()
            let resources = RegistrationDatabase.root + "/Sources/Portal/Resources"
            let texts = try TextTemplateSet(
                directory: resources + "/Templates",
                catalogues: Catalogues(directory: resources + "/Locales", languages: ["hi"]), texts: MessageTexts.all)
            let courier = Courier(
                store: site.store, texts: Replaceable(texts), transport: transport, log: site.log.logger)
            #expect(courier.start(threads: 3))
            let accepted = transport.waitForAccepted(20)
            courier.stop()
            #expect(accepted)
            #expect(transport.wasSteady)
            let states = try site.database.rows("SELECT state, COUNT(*) FROM outbox GROUP BY state ORDER BY state")
            #expect(states.map(\.values) == [[.text("sent"), .integer(20)]])
        }
    }

    @Test("a code that has expired is not sent any more")
    func lateCourier() throws {
        try Site.run { site in
            let (holder, password) = try site.invite()
            try Browser(site).register(holder, password, on: site, steps: 2)
            try site.database.pass(.seconds(7_201))
            #expect(try site.store.claimMessages(atMost: 10, lease: .seconds(60)).messages.isEmpty)
        }
    }

    @Test("a letter that the other side will never take is refused for good")
    func refused() throws {
        try Site.run { site in
            try Self.fill(site, 1...1)
            let message = try #require(site.store.claimMessages(atMost: 1, lease: .seconds(60)).messages.first)
            try site.store.refuse(message)
            try site.database.pass(.seconds(3_600))
            #expect(
                !(try site.store.claimMessages(atMost: 10, lease: .seconds(60)).messages.map(\.id).contains(message.id))
            )
        }
    }

    @Test("a message that nobody can read is refused, and holds nobody up")
    func lostKey() throws {
        try Site.run { site in
            try Self.fill(site, 1...1)
            try site.database.execute("UPDATE outbox SET key_id = 99")
            let messages = try site.store.claimMessages(atMost: 10, lease: .seconds(60)).messages
            #expect(messages.count == 2)
            #expect(messages.allSatisfy { site.store.secret(of: $0) == nil })
        }
    }
}

/// A transport that puts every fourth letter off once.
private final class Unsteady: Transport {
    private struct State {
        var seen: Set<Int64> = []
        var accepted: [Int64] = []
    }

    private let state = Monitor(State())

    func deliver(_ letter: Letter) -> HandOver {
        defer { state.notifyAll() }
        return state.withLock { state in
            if state.seen.insert(letter.serial).inserted, letter.serial.isMultiple(of: 4) {
                return .later(reason: "a test")
            }
            state.accepted.append(letter.serial)
            return .accepted
        }
    }

    /// Whether no letter was accepted twice.
    var wasSteady: Bool { state.withLock { Set($0.accepted).count == $0.accepted.count } }

    func waitForAccepted(_ count: Int) -> Bool {
        state.wait(atMost: .seconds(20)) { $0.accepted.count >= count ? true : nil } ?? false
    }
}
