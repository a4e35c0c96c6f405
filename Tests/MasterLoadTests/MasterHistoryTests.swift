import MariaDB
import MasterLoad
import Testing

@Suite("The history of the master") struct MasterHistoryTests {
    /// Three loads: 1 and 2 and 3; then 1 changed, 2 removed, 4 added; then 4 changed.
    private func threeLoads() throws -> MasterDatabase {
        let database = try MasterDatabase()
        _ = try database.load(Rows.text(1...3))
        _ = try database.load(Rows.header + Rows.row(1, ["email": "a@example.com"]) + Rows.row(3) + Rows.row(4))
        _ = try database.load(Rows.text([4], ["legal_name": "Fourth"]), .delta)
        return database
    }

    @Test("shows a pair as each load left it")
    func versions() throws {
        let database = try threeLoads()
        var history = try MasterHistory(database.loader)
        let first = try history.versions(iec: Rows.iec(1), gstin: Rows.gstin(1))
        #expect(first.map(\.load) == [2, 1])
        #expect(first.map(\.email) == ["a@example.com", "contact1@example.com"])
        #expect(first.map(\.isCurrent) == [true, false])
        #expect(first[0].loadedBy == "tester")
        let second = try history.versions(iec: Rows.iec(2), gstin: nil)
        #expect(second.map(\.isRemoved) == [true, false])
        #expect(try history.versions(iec: Rows.iec(99), gstin: nil) == [])
    }

    @Test("tells what is different between two loads, in either direction")
    func differences() throws {
        let database = try threeLoads()
        var history = try MasterHistory(database.loader)
        func between(_ first: Int64, _ second: Int64) throws -> [String] {
            var list: [String] = []
            try history.differences(from: first, to: second) { difference in
                list.append("\(difference.iec.suffix(1)) \(difference.change)")
            }
            return list
        }
        #expect(try between(1, 2) == ["1 changed([\"email\"])", "2 removed", "4 added"])
        #expect(try between(1, 3) == ["1 changed([\"email\"])", "2 removed", "4 added"])
        #expect(try between(2, 3) == ["4 changed([\"legal_name\"])"])
        #expect(try between(2, 1) == ["1 changed([\"email\"])", "2 added", "4 removed"])
        #expect(try between(0, 1) == ["1 added", "2 added", "3 added"])
        #expect(try between(3, 3) == [])
    }

    @Test("takes a load back: added rows go, removed and changed ones are as before")
    func rollback() throws {
        let database = try MasterDatabase()
        _ = try database.load(Rows.text(1...3))
        let before = try database.master()
        _ = try database.load(Rows.header + Rows.row(1, ["email": "a@example.com"]) + Rows.row(3) + Rows.row(4))
        let after = try database.master()
        guard case .applied(let report) = try database.rollback(2) else {
            Issue.record("not applied")
            return
        }
        #expect((report.load, report.added, report.changed, report.removed) == (3, 1, 1, 1))
        #expect(try database.master() == before)
        #expect(
            try database.value("SELECT CONCAT(mode, state, taken_back) FROM master_loads WHERE id = 3", as: String.self)
                == "rollbackapplied2")
        guard case .refused("Load 2 was taken back already, by load 3.", _) = try database.rollback(2) else {
            Issue.record("load 2 was taken back twice")
            return
        }
        // Which can be taken back in turn.
        guard case .applied = try database.rollback(3) else {
            Issue.record("not applied")
            return
        }
        #expect(try database.master() == after)
    }

    @Test("is not taken back where later loads touched the same rows, unless forced")
    func laterLoads() throws {
        let database = try threeLoads()
        let before = try database.master()
        guard case .refused(let reason, _) = try database.rollback(2) else {
            Issue.record("not refused")
            return
        }
        #expect(
            reason
                == "Later loads, load 3 first, touched 1 pairs of load 2. Take those back first, or undo them with it by --force."
        )
        #expect(try database.master() == before)
        guard case .applied(let report) = try database.rollback(2, isForced: true) else {
            Issue.record("not applied")
            return
        }
        #expect((report.added, report.changed, report.removed) == (1, 1, 1))
        #expect(try database.master().map { $0.prefix(10) } == [1, 2, 3].map { Rows.iec($0).prefix(10) })
    }

    @Test("knows no load that never came to count")
    func refusals() throws {
        let database = try threeLoads()
        guard case .refused("There is no load 9.", _) = try database.rollback(9) else {
            Issue.record("not refused")
            return
        }
        _ = try database.load(Rows.text([1]), maximumRemoved: 5)
        guard case .refused(let reason, _) = try database.rollback(4) else {
            Issue.record("not refused")
            return
        }
        #expect(reason.contains("never came to count"))
    }

    @Test("that was taken away is not taken for empty: what needs it is refused, by force as well")
    func purged() throws {
        let database = try threeLoads()
        var history = try MasterHistory(database.loader)
        #expect(try history.firstWithoutHistory(between: 0, and: 3) == nil)
        let before = try database.master()
        // As sql/README.md takes old versions away: everything that was superseded before load 2 was applied.
        try database.execute(
            """
            DELETE v FROM master_versions v JOIN master_versions n
                ON n.iec = v.iec AND n.gstin = v.gstin AND n.load_id > v.load_id AND n.load_id <= 2
            """)
        #expect(try database.master() == before)
        #expect(try history.firstWithoutHistory(between: 2, and: 3) == nil)
        #expect(try history.firstWithoutHistory(between: 1, and: 3) == 2)
        #expect(try history.firstWithoutHistory(between: 0, and: 3) == 1)
        for isForced in [false, true] {
            guard case .refused(let reason, _) = try database.rollback(2, isForced: isForced) else {
                Issue.record("not refused")
                return
            }
            #expect(reason.contains("Versions from before load 2 were taken away"))
        }
        #expect(try database.master() == before)
        guard case .applied = try database.rollback(3) else {
            Issue.record("not applied")
            return
        }
    }
}
