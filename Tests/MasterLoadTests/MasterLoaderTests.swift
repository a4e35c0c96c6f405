import MariaDB
import MasterLoad
import Testing

@Suite("A load") struct MasterLoaderTests {
    private func applied(_ outcome: LoadOutcome) throws -> LoadReport {
        guard case .applied(let report) = outcome else {
            Issue.record("\(outcome)")
            throw MasterDatabase.NoRow()
        }
        return report
    }

    @Test("of everything adds, changes and removes, and says how many of each and which columns")
    func full() throws {
        let database = try MasterDatabase()
        let first = try applied(database.load(Rows.text(1...100)))
        #expect((first.read, first.added, first.changed, first.removed, first.before) == (100, 100, 0, 0, 0))
        let next =
            Rows.header + (2...50).map { Rows.row($0) }.joined()
            + (51...100).map { Rows.row($0, ["email": "new@example.com", "gstin_status": "CNL"]) }.joined()
            + Rows.row(200)
        let second = try applied(database.load(next))
        #expect((second.added, second.changed, second.removed, second.before, second.after) == (1, 50, 1, 100, 100))
        #expect(second.changedColumns == ["email": 50, "gstin_status": 50])
        let master = try database.master()
        #expect(master.count == 100)
        #expect(master.first?.hasPrefix(Rows.iec(2)) == true)
        #expect(master.last?.hasPrefix(Rows.iec(200)) == true)
        let third = try applied(database.load(next))
        #expect((third.added, third.changed, third.removed) == (0, 0, 0))
    }

    @Test("of some rows leaves the others alone")
    func delta() throws {
        let database = try MasterDatabase()
        _ = try database.load(Rows.text(1...10))
        let report = try applied(database.load(Rows.text([5, 11], ["legal_name": "Other"]), .delta))
        #expect((report.added, report.changed, report.removed) == (1, 1, 0))
        #expect(try database.master().count == 11)
    }

    @Test("of some rows finds its pairs among thousands of IECs, and counts the others without reading them")
    func longDelta() throws {
        let database = try MasterDatabase()
        _ = try database.load(Rows.text(1...3000))
        let text = Rows.text((1...2000).map { $0 * 2 }.reversed(), ["legal_name": "Other"])
        let report = try applied(database.load(text, .delta))
        #expect((report.added, report.changed, report.removed) == (500, 1500, 0))
        #expect((report.before, report.after) == (3000, 3500))
        #expect(try database.master().count == 3500)
        #expect(try applied(database.load(text, .delta)).changed == 0)
    }

    @Test("in any order makes the same master", arguments: [true, false])
    func order(_ isReversed: Bool) throws {
        let database = try MasterDatabase()
        _ = try database.load(Rows.text((1...500).reversed()))
        let numbers = isReversed ? Array((1...500).reversed()) : (1...500).shuffled()
        let report = try applied(database.load(Rows.text(numbers)))
        #expect((report.added, report.changed, report.removed) == (0, 0, 0))
        #expect(try database.master().count == 500)
    }

    @Test("F7: that lacks too many rows is refused, and the master is as it was")
    func tooManyRemoved() throws {
        let database = try MasterDatabase()
        _ = try database.load(Rows.text(1...100))
        let before = try database.master()
        let outcome = try database.load(Rows.text(1...94, ["email": "x@example.com"]), maximumRemoved: 5)
        guard case .refused(let reason, let report) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(reason == "The file lacks 6 of the master's 100 pairs. If that is right, say so with --max-removed.")
        #expect(report.removed == 6)
        #expect(try database.master() == before)
        #expect(try database.value("SELECT COUNT(*) FROM master_versions WHERE load_id > 1", as: Int.self) == 0)
        #expect(
            try database.value("SELECT state FROM master_loads ORDER BY id DESC LIMIT 1", as: String.self) == "refused")
        _ = try applied(database.load(Rows.text(1...95), maximumRemoved: 5))
        #expect(try database.master().count == 95)
    }

    @Test("with more refused rows than allowed is refused, duplicates counted")
    func tooManyRejects() throws {
        let database = try MasterDatabase()
        let text = Rows.text([1, 2, 3, 1], [:]) + "x,y\n"
        guard case .refused(let reason, let report) = try database.load(text, maximumRejects: 1) else {
            Issue.record("not refused")
            return
        }
        #expect(report.refused == 2)
        #expect(reason.hasPrefix("2 rows are refused"))
        #expect(try database.master() == [])
        #expect(try applied(database.load(text, maximumRejects: 2)).added == 3)
    }

    @Test("keeps what the master has of a pair whose rows were all refused")
    func kept() throws {
        let database = try MasterDatabase()
        _ = try database.load(Rows.text(1...3))
        let text =
            Rows.header + Rows.row(1, ["iec_status": "alive"]) + Rows.row(2) + Rows.row(2, ["legal_name": ""])
            + Rows.row(3, ["legal_name": ""]) + Rows.row(3, ["legal_name": "Later"])
        let report = try applied(database.load(text))
        #expect((report.refused, report.kept, report.removed, report.changed) == (3, 1, 0, 1))
        let master = try database.master()
        #expect(master.count == 3)
        #expect(master[0].contains("Sample 1 Traders|contact1@example.com"))
        #expect(master[2].contains("Later"))
    }

    @Test("F6: that two begin at once is one's; the other is told who loads what since when")
    func busy() throws {
        let database = try MasterDatabase()
        _ = try database.load(Rows.text(1...3))
        // What a loader looks like that is at work: its connection stands.
        var other = try Connection(database.loader)
        let connection = try other.first("SELECT CONNECTION_ID()")?.get(0, as: Int64.self) ?? 0
        try database.execute(
            """
            INSERT INTO master_loads (id, file_name, mode, loaded_by, operator, started_at)
            VALUES (77, 'week47.csv', 'full', 'loader@localhost', 'asha@dba1', '2026-11-23 03:00:00')
            """)
        try database.execute(
            """
            UPDATE master_state SET loading = 77, loading_server = CONCAT(@@hostname, ':', @@port, ':', @@server_id),
                loading_connection = \(connection), seen_at = UTC_TIMESTAMP(6)
            """)
        guard case .busy(let who) = try database.load(Rows.text(1...3)) else {
            Issue.record("not busy")
            return
        }
        #expect(
            who.hasPrefix(
                "asha@dba1, loader@localhost has been loading week47.csv since 2026-11-23 03:00:00 UTC (load 77, last sign of life"
            ))
        guard case .busy = try database.rollback(1) else {
            Issue.record("a rollback is a load, too")
            return
        }
        // Its connection is gone: it died.
        try database.execute("UPDATE master_state SET loading_connection = 4000000000")
        _ = try applied(database.load(Rows.text(1...4)))
        // On another node nobody sees connections: silence counts.
        try database.execute(
            "UPDATE master_state SET loading = 78, loading_server = 'other:1:1', seen_at = UTC_TIMESTAMP(6) - INTERVAL 50 SECOND"
        )
        guard case .busy = try database.load(Rows.text(1...3)) else {
            Issue.record("not busy")
            return
        }
        try database.execute("UPDATE master_state SET seen_at = UTC_TIMESTAMP(6) - INTERVAL 61 SECOND")
        _ = try applied(database.load(Rows.text(1...5)))
    }

    @Test("F6: is seen by readers whole or not at all")
    func atOnce() throws {
        let database = try MasterDatabase()
        _ = try database.load(Rows.text(1...3))
        // Rows of a load that does not count yet: another value, a new pair, and one removed.
        try database.execute(
            """
            INSERT INTO master_versions VALUES
                (\(Rows.iec(1)), \(Rows.gstin(1)), 50, FALSE, 'Half', '', '', 'valid', 'ACT'),
                (\(Rows.iec(2)), \(Rows.gstin(2)), 50, TRUE, 'x', '', '', 'valid', 'ACT'),
                (\(Rows.iec(9)), \(Rows.gstin(9)), 50, FALSE, 'Half', '', '', 'valid', 'ACT')
            """)
        #expect(try database.master().count == 3)
        #expect(try !database.master().contains { $0.contains("Half") })
        try database.execute("UPDATE master_state SET current_load = 50")
        #expect(try database.master().map { $0.contains("Half") } == [true, false, true])
    }

    @Test("F12: may do no more with the master than add versions, and take away those that do not count")
    func rights() throws {
        let database = try MasterDatabase()
        var connection = try Connection(database.loader)
        func code(_ sql: SQL) -> UInt32? {
            do throws(DatabaseError) {
                try connection.execute(sql)
                return nil
            } catch { return error.code }
        }
        #expect(code("UPDATE master_versions SET email = ''") == 1142)
        #expect(code("DELETE FROM master_loads") == 1142)
        #expect(code("DELETE FROM master_state") == 1142)
        #expect(code("UPDATE accounts SET email = ''") == 1142)
        #expect([1142, 1143].contains(code("SELECT password_hash FROM accounts") ?? 0))
        #expect([1142, 1143].contains(code("SELECT mobile FROM registrations") ?? 0))
        #expect([1142, 1143].contains(code("SELECT nonce FROM outbox") ?? 0))
        #expect(code("CREATE TABLE x (y INT)") == 1142)
        #expect(code("SELECT 1 FROM sessions") == 1142)
    }
}
