import MariaDB
import Registration
import Testing

@testable import Persistence

@Suite("the audit's clean-up") struct AuditRetentionTests {
    /// Adds events of long ago and the seals that were made of them then.
    private static func addOld(_ days: [Int], to chain: AuditChain) throws {
        for days in days {
            try chain.script(
                """
                INSERT INTO audit_events (happened_at, action, outcome, client_address, request_id)
                SELECT UTC_TIMESTAMP(6) - INTERVAL \(days) DAY, 'account.login', 'accepted', '', '' FROM seq_1_to_4
                """)
            let pool = Pool(chain.database.auditorOptions, size: 1, waitLimit: .seconds(5))
            try pool.transaction { (connection) throws(DatabaseError) in
                let last = try AuditSeals.last(on: &connection)
                let events = try AuditSeals.unsealed(from: 0, completeUntil: nil, atMost: 100, on: &connection)
                let time = events.last?.happenedAt ?? ""
                let seal = AuditSeal(
                    .regular, after: last, sealedAt: time, completeUntil: time, sealedBy: OperatorName("tester@desk"),
                    events: AuditSeal.Events(of: events), keys: Site.keys)
                try AuditSeals.add(
                    seal, codes: events.map { (id: $0.id, code: $0.code(underKey: 1, of: Site.keys) ?? []) },
                    on: &connection)
                return .commit(())
            }
        }
    }

    private static func clean(_ chain: AuditChain) throws -> (seals: Int, events: Int) {
        guard case .done(let seals, let events) = try chain.retention().removeOlder(thanDays: 365) else {
            Issue.record("it was refused")
            return (0, 0)
        }
        return (seals, events)
    }

    @Test("takes away what is older than a year and leaves a chain that still verifies and goes on")
    func removal() throws {
        try AuditChain.run { chain in
            try Self.addOld([800, 400, 366, 364, 1], to: chain)
            try chain.add(3)
            try chain.seal()
            #expect(try chain.verify().eventCount == 23)
            let codes = try chain.database.rows("SELECT code FROM audit_seals ORDER BY number").map {
                try $0.get(0, as: [UInt8].self)
            }
            #expect(try Self.clean(chain) == (3, 12))
            let report = try chain.verify(expecting: Array(codes[2...]))
            #expect(report.isIntact, "\(report.problems)")
            #expect(report.removal?.through == 3 && report.first?.number == 4 && report.sealCount == 4)
            // The removal itself is in the audit, and waits to be sealed.
            #expect(report.eventCount == 11 && report.unsealedCount == 1)
            #expect(
                try chain.database.value(
                    "SELECT CONCAT_WS(' ', action, outcome, actor, subject) FROM audit_events ORDER BY id DESC LIMIT 1",
                    as: String.self) == "audit.retention removed tester@desk seals:1-3")
            // Nobody can tell any more whether the first was there.
            #expect(try chain.verify(expecting: [codes[0]]).problemCount == 1)
            #expect(try Self.clean(chain) == (0, 0))
            #expect(try chain.seal().events == 1)
            #expect(try chain.verify().isIntact)
        }
    }

    @Test("that was broken off leaves a chain that verifies, and is carried on by the next one")
    func brokenOff() throws {
        try AuditChain.run { chain in
            try Self.addOld([800, 400, 366, 1], to: chain)
            try chain.script(
                """
                CREATE TABLE kept_events AS SELECT e.* FROM audit_events e JOIN audit_seal_events m ON m.event_id = e.id WHERE m.seal = 3;
                CREATE TABLE kept_names AS SELECT * FROM audit_seal_events WHERE seal = 3;
                CREATE TABLE kept_seals AS SELECT * FROM audit_seals WHERE number = 3
                """)
            defer { try? chain.script("DROP TABLE kept_events, kept_names, kept_seals") }
            #expect(try Self.clean(chain) == (3, 12))
            // As if it had died before the third.
            try chain.script(
                """
                INSERT INTO audit_events SELECT * FROM kept_events; INSERT INTO audit_seal_events SELECT * FROM kept_names;
                INSERT INTO audit_seals SELECT * FROM kept_seals
                """)
            let report = try chain.verify()
            #expect(report.isIntact && report.first?.number == 4, "\(report.problems)")
            #expect(try Self.clean(chain) == (1, 4))
            #expect(try chain.verify().isIntact)
        }
    }

    @Test("hides nothing that is missing from what is kept, and is told from a chain whose beginning was cut off")
    func cut() throws {
        try AuditChain.run { chain in
            try Self.addOld([800, 400, 366, 364, 1], to: chain)
            _ = try Self.clean(chain)
            try chain.script(
                """
                DELETE e FROM audit_events e JOIN audit_seal_events m ON m.event_id = e.id WHERE m.seal = 4;
                DELETE FROM audit_seal_events WHERE seal = 4; DELETE FROM audit_seals WHERE number = 4
                """)
            #expect(try chain.verify().problems == [.sealsRemoved(first: 4, last: 4)])
            // With another place to begin at, the link that names it does not hold.
            try chain.script(
                """
                UPDATE audit_seals SET removed_through = 4, removed_code = previous_code WHERE kind = 'retention'
                """)
            let problems = try chain.verify().problems
            #expect(problems.contains(.sealsRemoved(first: 1, last: 4)) && problems.contains(.sealChanged(6)))
        }
    }

    @Test("takes nothing away behind a seal that is not what it was")
    func refusal() throws {
        try AuditChain.run { chain in
            try Self.addOld([800, 400, 1], to: chain)
            try chain.script("UPDATE audit_seals SET sealed_by = 'x' WHERE number = 2")
            guard case .refused(let seal, .forged) = try chain.retention().removeOlder(thanDays: 365) else {
                Issue.record("it went on")
                return
            }
            #expect(seal.number == 2)
            #expect(try chain.database.rowCounts()["audit_events"] == 12)
        }
    }

    @Test("while the job seals leaves one chain")
    func atTheSameInstant() throws {
        try AuditChain.run { chain in
            try Self.addOld(Array(repeating: 400, count: 12), to: chain)
            try chain.add(40)
            _ = try atOnce(4) { number in
                if number == 0 { _ = try Self.clean(chain) } else { _ = try chain.seal(batch: 3) }
                return 0
            }
            try chain.seal()
            let report = try chain.verify()
            #expect(report.isIntact && report.removal?.through == 12 && report.eventCount == 41, "\(report.problems)")
        }
    }

    @Test("an hour without events is sealed as such, so that none can be added to it")
    func silence() throws {
        try AuditChain.run { chain in
            try Self.addOld([2], to: chain)
            let run = try chain.seal()
            #expect(run.seals == 1 && run.events == 0)
            #expect(try chain.seal().seals == 0)
            try chain.script(
                """
                INSERT INTO audit_events (happened_at, action, outcome, client_address, request_id)
                VALUES (UTC_TIMESTAMP(6) - INTERVAL 1 DAY, 'account.login', 'accepted', '', '')
                """)
            #expect(try chain.seal().events == 0)
            let report = try chain.verify()
            #expect(report.problemCount == 1)
            // Two days without a seal are told, and are no proof of anything.
            #expect(report.gapCount == 1)
        }
    }

    @Test("a clock that was ahead and was put right keeps nothing from being sealed")
    func clockAhead() throws {
        try AuditChain.run { chain in
            // Sealed by a clock that was a day ahead.
            try Self.addOld([-1], to: chain)
            try chain.add(2)
            #expect(try chain.seal().seals == 1)
            try chain.add(1)
            #expect(try chain.seal().events >= 1)
            let report = try chain.verify()
            #expect(report.isIntact && report.eventCount == 7 && report.gapCount == 1, "\(report.problems)")
        }
    }
}
