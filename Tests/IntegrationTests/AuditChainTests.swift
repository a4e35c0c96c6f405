import MariaDB
import Persistence
import Registration
import Sodium
import Testing

/// The chain over the audit, and what somebody with every right on the tables can do to it.
@Suite("the audit's chain") struct AuditChainTests {
    @Test("names every event once, in batches, and holds while nobody touches it")
    func sealing() throws {
        try AuditChain.run { chain in
            try chain.add(25)
            let run = try chain.seal(batch: 10)
            #expect(run.seals == 3 && run.events == 25 && run.last?.number == 3)
            let report = try chain.verify()
            #expect(report.isIntact, "\(report.problems)")
            #expect(report.sealCount == 3 && report.eventCount == 25 && report.unsealedCount == 0)
            #expect(report.last == run.last)
            let again = try chain.seal()
            #expect(again.seals == 0 && again.last == run.last)
            try chain.add(2)
            #expect(try chain.verify().unsealedCount == 2)
            #expect(try chain.seal().last?.previousCode == run.last?.code)
            #expect(try chain.verify(expecting: [run.last?.code ?? []]).isIntact)
        }
    }

    @Test("shows which event was changed, in whatever column", arguments: AuditEvent.columns)
    func changedEvent(column: String) throws {
        let values = [
            "id": "id + 1000000", "happened_at": "happened_at + INTERVAL 1 MICROSECOND", "action": "'account.logout'",
            "outcome": "UPPER(outcome)", "iec": "'0312345679'", "gstin": "NULL", "icegate_id": "LOWER(icegate_id)",
            "registration_id": "0", "account_id": "NULL", "client_address": "''",
            "request_id": "CONCAT(request_id, 'x')",
            "administrator_id": "1", "actor": "''", "subject": "'x'",
        ]
        let value = try #require(values[column])
        try AuditChain.run { chain in
            try chain.add(12)
            try chain.seal(batch: 5)
            let id = try chain.id(7)
            try chain.script("UPDATE audit_events SET \(column) = \(value) WHERE id = \(id)")
            let report = try chain.verify()
            // Under another number it is another event, which waits to be sealed.
            #expect(report.unsealedCount == (column == "id" ? 1 : 0))
            #expect(
                report.problems == [
                    column == "id" ? .eventRemoved(id: id, seal: 2) : .eventChanged(id: id, seal: 2)
                ])
        }
    }

    /// What somebody does to a chain of three seals, of five events each, and how that shows.
    struct Deed: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Statements in which `@1` to `@15` are the numbers of the events.
        let statements: String
        /// The beginning of each problem's description, in which `@1` is a number too.
        let problems: [String]
    }

    static let deeds = [
        Deed(
            testDescription: "an event removed", statements: "DELETE FROM audit_events WHERE id = @7",
            problems: ["event @7 was removed after seal 2"]),
        Deed(
            testDescription: "an event removed with its name",
            statements: "DELETE FROM audit_events WHERE id = @7; DELETE FROM audit_seal_events WHERE event_id = @7",
            problems: ["seal 2 was made of 5 events between @6 and @10; it names 4"]),
        Deed(
            testDescription: "the name of an event removed",
            statements: "DELETE FROM audit_seal_events WHERE event_id = @7",
            problems: ["seal 2 was made of 5 events between @6 and @10; it names 4"]),
        Deed(
            testDescription: "an old event added",
            statements: """
                INSERT INTO audit_events (id, happened_at, action, outcome, client_address, request_id)
                VALUES (@15 + 1, UTC_TIMESTAMP(6) - INTERVAL 3 HOUR, 'account.login', 'accepted', '', '')
                """, problems: ["event @16 of "]),
        Deed(
            testDescription: "an event added with a name in an old seal",
            statements: """
                INSERT INTO audit_events (id, action, outcome, client_address, request_id)
                VALUES (@15 + 1, 'account.login', 'accepted', '', '');
                INSERT INTO audit_seal_events (event_id, seal, code) VALUES (@15 + 1, 2, RANDOM_BYTES(8))
                """,
            problems: [
                "event @16 was changed after seal 2", "seal 2 was made of 5 events between @6 and @10; it names 6",
            ]),
        Deed(
            testDescription: "two events exchanged",
            statements: """
                UPDATE audit_events SET id = 0 WHERE id = @6; UPDATE audit_events SET id = @6 WHERE id = @8;
                UPDATE audit_events SET id = @8 WHERE id = 0
                """, problems: ["event @6 was changed", "event @8 was changed"]),
        Deed(
            testDescription: "an event moved to another seal",
            statements: "UPDATE audit_seal_events SET seal = 3 WHERE event_id = @7",
            problems: ["seal 2 was made of 5 events between", "seal 3 was made of 5 events between"]),
        Deed(
            testDescription: "two events of different seals exchanged in them",
            statements: """
                UPDATE audit_seal_events SET seal = 3 WHERE event_id = @7; UPDATE audit_seal_events SET seal = 2 WHERE event_id = @11
                """, problems: ["seal 2 was made of other events", "seal 3 was made of other events"]),
        Deed(
            testDescription: "the code of an event changed",
            statements: "UPDATE audit_seal_events SET code = REVERSE(code) WHERE event_id = @7",
            problems: ["event @7 was changed"]),
        Deed(
            testDescription: "the first seal removed", statements: "DELETE FROM audit_seals WHERE number = 1",
            problems: ["seal 1 was removed"]),
        Deed(
            testDescription: "a seal in the middle removed", statements: "DELETE FROM audit_seals WHERE number = 2",
            problems: ["seal 2 was removed"]),
        Deed(
            testDescription: "a seal in the middle removed and the others moved up",
            statements: """
                DELETE FROM audit_seals WHERE number = 2; UPDATE audit_seals SET number = 2 WHERE number = 3;
                DELETE FROM audit_events WHERE id BETWEEN @6 AND @10; DELETE FROM audit_seal_events WHERE seal = 2;
                UPDATE audit_seal_events SET seal = 2 WHERE seal = 3
                """, problems: ["seal 2 is not tied", "seal 2 was changed"]),
        Deed(
            testDescription: "two seals exchanged",
            statements: """
                UPDATE audit_seals SET number = 9 WHERE number = 2; UPDATE audit_seals SET number = 2 WHERE number = 3;
                UPDATE audit_seals SET number = 3 WHERE number = 9
                """,
            problems: [
                "seal 2 is not tied", "seal 2 was changed", "seal 2 was made of other events", "seal 3 is not tied",
                "seal 3 was changed", "seal 3 was made of other events",
            ]),
        Deed(
            testDescription: "the last seal removed", statements: "DELETE FROM audit_seals WHERE number = 3",
            problems: ["5 events were sealed by seals behind seal 2"]),
        Deed(
            testDescription: "every seal removed",
            statements: "DELETE FROM audit_seals; DELETE FROM audit_seal_events",
            problems: ["nothing was ever sealed, or every seal was removed: 15 events"]),
        Deed(
            testDescription: "a removal by the clean-up pretended",
            statements: """
                INSERT INTO audit_seals (number, kind, format, key_id, sealed_at, sealed_by, events, events_sha256,
                    removed_through, removed_code, previous_code, code)
                SELECT 4, 'retention', 1, 1, UTC_TIMESTAMP(6), 'root@db', 0, events_sha256, 2,
                    (SELECT code FROM audit_seals WHERE number = 2), code, RANDOM_BYTES(32) FROM audit_seals WHERE number = 3;
                DELETE FROM audit_events WHERE id <= @10; DELETE FROM audit_seal_events WHERE seal <= 2;
                DELETE FROM audit_seals WHERE number <= 2
                """,
            problems: ["seals 1 to 2 were removed", "seal 4 was changed", "seal 4 was made of other events"]),
        Deed(
            testDescription: "a seal added without the key",
            statements: """
                INSERT INTO audit_seals (number, kind, format, key_id, sealed_at, complete_until, sealed_by, events,
                    first_event, last_event, newest_at, events_sha256, previous_code, code)
                SELECT 4, kind, format, key_id, sealed_at, complete_until, sealed_by, 0, NULL, NULL, NULL, events_sha256,
                    code, RANDOM_BYTES(32) FROM audit_seals WHERE number = 3
                """, problems: ["seal 4 was changed", "seal 4 was made of other events"]),
    ]

    @Test("shows what was done to it", arguments: deeds)
    func damage(deed: Deed) throws {
        try AuditChain.run { chain in
            try chain.add(15)
            try chain.seal(batch: 5)
            let ids = try (1...15).map { try chain.id($0) }
            let next = String((Int64(ids[14]) ?? 0) + 1)
            func numbered(_ text: String) -> String {
                (1...16).reversed().reduce(text) { $0.replacing("@\($1)", with: $1 == 16 ? next : ids[$1 - 1]) }
            }
            #expect(try chain.verify().isIntact)
            try chain.script(numbered(deed.statements))
            let report = try chain.verify()
            #expect(!report.isIntact && report.problemCount == deed.problems.count, "\(report.problems)")
            for (problem, start) in zip(report.problems, deed.problems) {
                #expect(problem.description.hasPrefix(numbered(start)), "\(problem)")
            }
        }
    }

    @Test(
        "shows that a seal was changed, in whatever column",
        arguments: [
            "kind = 'by_hand'", "format = 0", "key_id = 2", "sealed_at = sealed_at + INTERVAL 1 SECOND",
            "complete_until = sealed_at", "sealed_by = 'x'", "events = 4", "first_event = 1", "last_event = 1",
            "newest_at = sealed_at", "events_sha256 = REVERSE(events_sha256)", "previous_code = REVERSE(previous_code)",
            "code = REVERSE(code)",
        ])
    func changedSeal(assignment: String) throws {
        try AuditChain.run { chain in
            try chain.add(15)
            try chain.seal(batch: 5)
            try chain.script("UPDATE audit_seals SET \(assignment) WHERE number = 2")
            let problems = try chain.verify().problems
            let expected: AuditReport.Problem =
                switch assignment {
                case "format = 0": .formatUnknown(0, seal: 2)
                case "key_id = 2": .keyMissing(2, seal: 2)
                default: .sealChanged(2)
                }
            #expect(problems.contains(expected), "\(problems)")
        }
    }

    @Test("is not forged by who has the database and another key of the same number")
    func otherKey() throws {
        try AuditChain.run { chain in
            try chain.add(5)
            let key: (id: UInt32, bytes: [UInt8]) = (1, Array(50..<82))
            let other = try #require(KeyRing([key]))
            try chain.seal(keys: other)
            let report = try chain.verify()
            #expect(report.problems.contains(.sealChanged(1)) && report.problemCount == 6)
            #expect(try chain.verify(keys: other).isIntact)
        }
    }

    @Test("that lost its end shows it to who has noted the code, and as a time without seals to others")
    func truncated() throws {
        try AuditChain.run { chain in
            try chain.add(15)
            let last = try #require(try chain.seal(batch: 5).last)
            // Seals, names and events: nothing is left that could tell.
            try chain.script(
                """
                DELETE e FROM audit_events e JOIN audit_seal_events m ON m.event_id = e.id WHERE m.seal = 3;
                DELETE FROM audit_seal_events WHERE seal = 3; DELETE FROM audit_seals WHERE number = 3
                """)
            #expect(try chain.verify().isIntact)
            #expect(
                try chain.verify(expecting: [last.code]).problems == [.codeMissing(Hexadecimal.encode(last.code))])
            // The next run of the job makes a third seal, with another code.
            try chain.add(1)
            #expect(try chain.seal().last?.number == 3)
            #expect(try chain.verify(expecting: [last.code]).problemCount == 1)
        }
    }

    @Test("takes an event that was committed late into a later seal, and passes at every instant")
    func lateCommit() throws {
        try AuditChain.run { chain in
            try chain.add(3)
            var connection = try Connection(chain.database.portalOptions)
            let late = try connection.transaction { (connection) throws(DatabaseError) in
                let outcome = try connection.execute(AuditChain.insert)
                // Others commit with higher numbers, and are sealed.
                do {
                    try chain.add(3)
                    try chain.seal()
                    #expect(try chain.verify().unsealedCount == 0)
                } catch { Issue.record(error) }
                return .commit(outcome.insertID)
            }
            let report = try chain.verify()
            #expect(report.isIntact && report.unsealedCount == 1 && report.eventCount == 6)
            #expect(report.last?.events.last.flatMap { UInt64($0) } ?? 0 > late)
            let seal = try #require(try chain.seal().last)
            #expect(seal.events.count == 1 && seal.events.first == String(late))
            #expect(try chain.verify().isIntact)
        }
    }

    @Test("leaves out what was added long after everything was sealed, until somebody signs for it")
    func addedLate() throws {
        try AuditChain.run { chain in
            try chain.add(3)
            try chain.seal()
            try chain.script(
                """
                INSERT INTO audit_events (happened_at, action, outcome, client_address, request_id) VALUES
                    (UTC_TIMESTAMP(6) - INTERVAL 61 MINUTE, 'account.login', 'accepted', '', ''),
                    (UTC_TIMESTAMP(6) - INTERVAL 59 MINUTE, 'account.login', 'accepted', '', '')
                """)
            let run = try chain.seal()
            // The younger one may have come late.
            #expect(run.events == 1)
            let report = try chain.verify()
            #expect(report.problemCount == 1 && report.unsealedCount == 0)
            guard case .eventAdded(let id, _) = report.problems.first else {
                Issue.record("\(report.problems)")
                return
            }
            #expect(try id == chain.id(4))
            #expect(try chain.seal(byHand: true).events == 1)
            let after = try chain.verify()
            #expect(after.isIntact && after.byHand.map(\.sealedBy) == ["tester@desk"])
        }
    }

    @Test("is one chain, however many seal at the same instant")
    func atTheSameInstant() throws {
        try AuditChain.run { chain in
            try chain.add(300)
            let runs = try atOnce(8) { _ in try chain.seal(batch: 7) }
            // Whoever was overtaken left the rest to another, and one goes on to the end.
            #expect(runs.contains { !$0.isOvertaken })
            #expect(runs.map(\.events).reduce(0, +) == 300)
            let report = try chain.verify()
            #expect(report.isIntact && report.eventCount == 300 && report.unsealedCount == 0, "\(report.problems)")
            #expect(report.sealCount == runs.map(\.seals).reduce(0, +))
        }
    }

    @Test("is sealed while events are added, and names every one in the end")
    func whileEventsAreAdded() throws {
        try AuditChain.run { chain in
            _ = try atOnce(6) { number in
                for _ in 0..<10 {
                    if number < 4 { try chain.add(15) } else { _ = try chain.seal(batch: 20) }
                }
                return 0
            }
            try chain.seal()
            let report = try chain.verify()
            #expect(report.isIntact && report.eventCount == 600, "\(report.problems)")
        }
    }

    @Test("is not continued behind a link that is damaged, but by hand")
    func damagedEnd() throws {
        try AuditChain.run { chain in
            try chain.add(3)
            try chain.seal()
            try chain.add(1)
            // So that an old event would be young enough.
            try chain.script("UPDATE audit_seals SET complete_until = complete_until - INTERVAL 1 YEAR")
            guard case .refused(let seal, .forged) = try chain.sealer().run() else {
                Issue.record("it went on")
                return
            }
            #expect(seal.number == 1)
            #expect(try chain.seal(byHand: true).events == 1)
            let report = try chain.verify()
            #expect(report.problems == [.sealChanged(1)] && report.byHand.count == 1)
        }
    }

    @Test("holds when the key is changed, as long as the old one is kept")
    func keys() throws {
        try AuditChain.run { chain in
            let old: (id: UInt32, bytes: [UInt8]) = (1, Array(0..<32))
            let new: (id: UInt32, bytes: [UInt8]) = (2, Array(32..<64))
            let (both, newAlone) = (try #require(KeyRing([new, old])), try #require(KeyRing([new])))
            try chain.add(2)
            try chain.seal(keys: try #require(KeyRing([old])))
            try chain.add(2)
            try chain.seal(keys: both)
            #expect(try chain.verify(keys: both).isIntact)
            #expect(try chain.verify(keys: newAlone).problems == [.keyMissing(1, seal: 1)])
            try chain.add(1)
            try chain.seal(keys: newAlone)
            #expect(try chain.verify(keys: both).eventCount == 5)
        }
    }

    static let adding = "INSERT INTO audit_events (action, outcome, client_address, request_id"

    @Test(
        "is out of reach of the accounts that add to it",
        arguments: [
            ("auditor", "UPDATE audit_events SET outcome = ''"), ("auditor", "DELETE FROM audit_events"),
            ("auditor", "\(adding)) VALUES ('', '', '', '')"),
            ("auditor", "UPDATE audit_seals SET events = 0"), ("auditor", "DELETE FROM audit_seals"),
            ("auditor", "UPDATE audit_seal_events SET seal = 0"), ("auditor", "DELETE FROM audit_seal_events"),
            ("auditor", "TRUNCATE audit_events"), ("auditor", "SELECT password_hash FROM accounts"),
            ("portal", "SELECT code FROM audit_seals"), ("portal", "DELETE FROM audit_seal_events"),
            ("portal", "INSERT INTO audit_seal_events (event_id, seal, code) VALUES (1, 1, '')"),
            ("portal", "\(adding), happened_at) VALUES ('', '', '', '', UTC_TIMESTAMP(6))"),
            ("portal", "\(adding), id) VALUES ('', '', '', '', 7)"),
            ("portal", "UPDATE audit_events SET actor = ''"), ("portal", "DELETE FROM audit_events"),
            ("loader", "\(adding), id) VALUES ('', '', '', '', 7)"),
            ("loader", "SELECT outcome FROM audit_events"), ("loader", "SELECT code FROM audit_seals"),
        ])
    func rights(account: String, statement: String) throws {
        try AuditChain.run { chain in
            let accounts = [
                "auditor": chain.database.auditorOptions, "portal": chain.database.portalOptions,
                "loader": chain.database.loaderOptions,
            ]
            var connection = try Connection(try #require(accounts[account]))
            let error = #expect(throws: DatabaseError.self) { try connection.executeScript(statement) }
            // ER_TABLEACCESS_DENIED_ERROR, ER_COLUMNACCESS_DENIED_ERROR
            #expect(error.map { [1142, 1143].contains($0.code) } == true, "\(String(describing: error))")
        }
    }
}
