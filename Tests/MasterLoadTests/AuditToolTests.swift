import FoundationEssentials
import Glibc
import MariaDB
import Testing

/// `icegatectl audit` as a process of its own.
@Suite("icegatectl audit", .serialized) struct AuditToolTests {
    private func fill(_ place: ToolTests.Place, _ count: Int) throws {
        try place.database.script(
            """
            INSERT INTO audit_events
                (happened_at, action, outcome, iec, gstin, icegate_id, account_id, client_address, request_id)
            SELECT UTC_TIMESTAMP(6) - INTERVAL (\(count) - seq) * 1000 MICROSECOND, 'account.login', 'accepted', '0312345678', '27AAPFU0939F1ZV',
                CONCAT('-N', seq), seq, '192.0.2.1', '=1+1' FROM seq_1_to_\(count)
            """)
    }

    @Test("seals, checks, and says by its exit code what was done to the audit")
    func commands() throws {
        let place = try ToolTests.Place(MasterDatabase())
        #expect(place.run("audit verify") == 0)
        #expect(place.run("doctor") == 0)
        #expect(place.read("out").contains("OK  audit: nothing was done yet"))
        try fill(place, 25)
        #expect(place.run("audit verify") == 1)
        #expect(place.read("out").contains("nothing was ever sealed, or every seal was removed: 25 events are open"))
        #expect(place.run("audit seal --batch 10") == 0)
        let lines = place.read("out").split(separator: "\n").map(String.init)
        #expect(lines.count == 4 && lines[2].hasPrefix("seal 3: 5 events, made 2"))
        let code = try #require(lines[2].split(separator: " ").last.map(String.init))
        #expect(code.utf8.count == 64)
        #expect(place.run("audit verify --expect \(code)") == 0)
        #expect(place.read("out").hasSuffix("intact: 3 seals, 25 events as they were sealed\n\(lines[2])\n"))
        #expect(place.run("audit verify --expect \(code.replacing("a", with: "b"))0 ") == 64)
        #expect(place.run("audit verify --expect \(code) --expect \(String(repeating: "0", count: 64))") == 1)
        #expect(place.read("out").contains("PROBLEM  no seal has the code 000000"))
        #expect(place.run("audit seal --json") == 0)
        #expect(
            place.read("out").hasPrefix(
                "{\"state\": \"sealed\", \"seals\": 0, \"events\": 0, \"last\": {\"number\": 3, "))
        #expect(place.run("doctor") == 0)
        #expect(place.read("out").contains("OK  audit: seal 3 was made 0 minutes ago, 0 events wait to be sealed"))

        try place.database.script("UPDATE audit_events SET client_address = '192.0.2.2' WHERE account_id = 7")
        #expect(place.run("audit verify --json") == 1)
        let answer = place.read("out")
        #expect(answer.contains("\"state\": \"damaged\"") && answer.contains("was changed after seal 1 was made"))
        try place.database.script(
            """
            UPDATE audit_events SET client_address = '192.0.2.1';
            INSERT INTO audit_events (happened_at, action, outcome, client_address, request_id)
                VALUES (UTC_TIMESTAMP(6) - INTERVAL 2 HOUR, 'account.login', 'refused', '', '')
            """)
        #expect(place.run("audit verify") == 1)
        #expect(place.read("out").contains("it was added\n"))
        #expect(place.run("audit seal") == 0)
        #expect(place.run("audit verify") == 1)
        #expect(place.run("audit seal --by-hand") == 0)
        #expect(place.run("audit verify") == 0)
        #expect(place.read("out").contains("note  seal 4 was made by hand, by "))

        try place.database.script("UPDATE audit_seals SET sealed_by = '' WHERE number = 4")
        #expect(place.run("audit seal --json") == 1)
        #expect(place.read("out").contains("seal 4 was changed, or made without the key."))
    }

    @Test("says by the doctor when nothing seals")
    func doctor() throws {
        let place = try ToolTests.Place(MasterDatabase())
        try fill(place, 3)
        #expect(place.run("doctor") == 0)
        #expect(place.read("out").contains("WARN  audit: never sealed, 3 events wait to be sealed"))
        #expect(place.run("audit seal") == 0)
        try place.database.script(
            """
            INSERT INTO audit_events (happened_at, action, outcome, client_address, request_id)
                VALUES (UTC_TIMESTAMP(6) - INTERVAL 2 HOUR, 'account.login', 'refused', '', '')
            """)
        // Left out by the job: it is for audit verify to say so.
        #expect(place.run("doctor") == 0)
        #expect(place.read("out").contains("OK  audit: seal 1"))
        try place.database.script("DELETE FROM audit_seals; DELETE FROM audit_seal_events")
        #expect(place.run("doctor --json") == 0)
        #expect(place.read("out").contains("\"state\": \"WARN\", \"matter\": \"audit\""))
    }

    @Test("A13: exports a time as a file that spreadsheets open as text, and as lines of JSON")
    func export() throws {
        let place = try ToolTests.Place(MasterDatabase())
        try place.database.script(
            """
            INSERT INTO audit_events (id, happened_at, action, outcome, icegate_id, client_address, request_id) VALUES
                (1, '2026-10-31 18:29:59.999999', 'account.login', 'accepted', 'A', '', ''),
                (2, '2026-10-31 18:30:00', 'account.login', 'accepted', '-B', '192.0.2.1', '=HYPERLINK("x")'),
                (5, '2026-11-01 12:00:00', 'account.logout', 'done', 'C', '192.0.2.1', 'r'),
                (4, '2026-11-30 18:29:59', 'account.login', 'refused', NULL, '192.0.2.1', 'r'),
                (9, '2026-11-30 18:30:00', 'account.login', 'accepted', 'D', '', '')
            """)
        #expect(place.run("audit seal --batch 2") == 0)
        // A month of India.
        #expect(place.run("audit export --from 2026-11-01 --to 2026-12-01") == 0)
        let head =
            "\"id\",\"happened_at\",\"action\",\"outcome\",\"iec\",\"gstin\",\"icegate_id\",\"registration_id\","
            + "\"account_id\",\"client_address\",\"request_id\",\"administrator_id\",\"actor\",\"subject\",\"seal\"\r\n"
        #expect(
            place.read("out") == head
                + "\"2\",\"2026-10-31T18:30:00.000000Z\",\"account.login\",\"accepted\",\"\",\"\",\"'-B\",\"\",\"\",\"192.0.2.1\","
                + "\"'=HYPERLINK(\"\"x\"\")\",\"\",\"\",\"\",\"1\"\r\n"
                + "\"4\",\"2026-11-30T18:29:59.000000Z\",\"account.login\",\"refused\",\"\",\"\",\"\",\"\",\"\",\"192.0.2.1\",\"r\",\"\",\"\",\"\",\"2\"\r\n"
                + "\"5\",\"2026-11-01T12:00:00.000000Z\",\"account.logout\",\"done\",\"\",\"\",\"C\",\"\",\"\",\"192.0.2.1\",\"r\",\"\",\"\",\"\",\"2\"\r\n"
        )
        // What is read as text above loses its byte order mark.
        #expect(
            FileManager.default.contents(atPath: place.directory + "/out")?.starts(with: [0xEF, 0xBB, 0xBF]) == true)
        #expect(place.run("audit export --from 2026-11-30T18:30:00Z --json") == 0)
        #expect(
            place.read("out")
                == "{\"id\": \"9\", \"happened_at\": \"2026-11-30T18:30:00.000000Z\", \"action\": \"account.login\", "
                + "\"outcome\": \"accepted\", \"icegate_id\": \"D\", \"client_address\": \"\", \"request_id\": \"\", \"seal\": 3}\n"
        )
        #expect(place.run("audit export --json") == 0)
        #expect(place.read("out").split(separator: "\n").count == 5)
        #expect(place.run("audit export --from 2030-01-01") == 0)
        #expect(place.read("out") == head)
        for wrong in ["--from yesterday", "--from 2026-11-01 --to 2026-11-01", "--to 2026-13-01"] {
            #expect(place.run("audit export \(wrong)") == 64, "\(wrong)")
        }
    }

    @Test("notes who runs what on the audit, and nothing of a contact")
    func actors() throws {
        let place = try ToolTests.Place(MasterDatabase())
        try place.write("a.csv", Rows.text(1...3))
        #expect(place.run("master load a.csv --mode=full") == 0)
        #expect(place.run("password issue --all") == 0)
        #expect(place.run("password issue --iec \(Rows.iec(1)) --gstin \(Rows.gstin(1))") == 0)
        #expect(place.run("delivery stop sms") == 0)
        #expect(place.run("delivery start sms") == 0)
        #expect(place.run("delivery test --sms 9876543210 --wait 0") == 1)
        #expect(place.run("delivery retry --mobile 9876543210") == 0)
        #expect(place.run("delivery retry --iec \(Rows.iec(1)) --gstin \(Rows.gstin(1))") == 0)
        let events = try place.database.rows(
            "SELECT CONCAT_WS(' ', action, outcome, iec, subject), actor FROM audit_events ORDER BY id")
        #expect(
            try events.map { try $0.get(0, as: String.self) } == [
                "master.load full load:1", "temporary_password.request issued \(Rows.iec(1))",
                "temporary_password.request issued \(Rows.iec(2))", "temporary_password.request issued \(Rows.iec(3))",
                "temporary_password.request issued \(Rows.iec(1))",
                "delivery.channel stopped sms", "delivery.channel started sms", "delivery.test queued sms",
                "delivery.retry due messages:0", "delivery.retry due \(Rows.iec(1)) messages:0",
            ])
        let who = try Set(events.map { try $0.get(1, as: String?.self) })
        #expect(who.count == 1)
        let name = ProcessInfo.processInfo.hostName
        #expect(who.first??.hasSuffix("@\(name)") == true, "\(who)")
    }

    @Test("takes nothing away that is younger than it is to be kept, and nothing behind a damaged seal")
    func prune() throws {
        let place = try ToolTests.Place(MasterDatabase())
        #expect(place.run("audit prune") == 0)
        try fill(place, 5)
        #expect(place.run("audit seal") == 0)
        #expect(place.run("audit prune --older-than-days 1") == 0)
        #expect(place.read("out") == "0 events and 0 seals removed\n")
        #expect(place.run("audit prune --older-than-days 0") == 64)
        try place.database.script(
            "UPDATE audit_seals SET sealed_at = sealed_at - INTERVAL 2 YEAR, newest_at = sealed_at")
        #expect(place.run("audit prune --json") == 1)
        #expect(place.read("out").contains("Nothing was removed: seal 1 was changed"))
        #expect(try place.database.value("SELECT COUNT(*) FROM audit_events", as: Int.self) == 5)
    }

    @Test("seals, checks and exports a hundred thousand events in the memory of a few")
    func memory() throws {
        let place = try ToolTests.Place(MasterDatabase())
        try fill(place, 2_000)
        let few = try place.peak("audit seal").kibibytes
        let fewChecked = try place.peak("audit verify").kibibytes
        let fewExported = try place.peak("audit export").kibibytes
        try fill(place, 98_000)
        let many = try place.peak("audit seal")
        #expect(many.status == 0 && many.kibibytes < few + 30_000, "\(few) and \(many)")
        let checked = try place.peak("audit verify")
        #expect(checked.status == 0 && checked.kibibytes < fewChecked + 15_000, "\(fewChecked) and \(checked)")
        #expect(place.read("out").contains("100000 events as they were sealed"))
        let exported = try place.peak("audit export")
        #expect(exported.status == 0 && exported.kibibytes < fewExported + 30_000, "\(fewExported) and \(exported)")
        #expect(place.read("out").utf8.count { $0 == UInt8(ascii: "\n") } == 100_001)
    }

    @Test("leaves with 69 when the database does not answer, and with 1 without a key")
    func unavailable() throws {
        let place = try ToolTests.Place(MasterDatabase())
        for command in ["audit seal", "audit verify", "audit export"] {
            #expect(place.run(command, prefix: "DATABASE_SOCKET=/nonexistent/mariadb.sock") == 69, "\(command)")
            #expect(place.run("\(command) --json", prefix: "DATABASE_SOCKET=/nonexistent/mariadb.sock") == 69)
            #expect(place.read("out").hasPrefix("{\"state\": \"unavailable\", \"reason\": \""), "\(command)")
        }
        try place.write("other", "7:" + String(repeating: "cd", count: 32) + "\n")
        #expect(shell("chmod 600 \(place.directory)/other") == 0)
        try fill(place, 2)
        #expect(place.run("audit seal") == 0)
        #expect(place.run("audit verify", prefix: "KEY_FILE=\(place.directory)/other") == 1)
        #expect(place.read("out").contains("key 1, of seal 1 and others, is not in KEY_FILE"))
        #expect(place.run("audit seal", prefix: "KEY_FILE=\(place.directory)/other") == 1)
        for command in ["audit", "audit seal", "audit verify", "audit export", "audit prune"] {
            #expect(place.run("\(command) --help") == 0)
        }
    }
}

extension ToolTests.Place {
    /// Runs the tool, and looks at its memory while it runs.
    ///
    /// - Returns: its exit code and the most memory that it had at an instant.
    fileprivate func peak(_ arguments: String) throws -> (status: Int32, kibibytes: Int) {
        let status = shell(
            "cd \(directory) && ICEGATE_CONFIG=\(directory)/icegate.conf TMPDIR=\(directory) python3 -c '"
                + "import resource, subprocess, sys; "
                + "code = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=open(\"out\", \"wb\")).returncode; "
                + "open(\"peak\", \"w\").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)); sys.exit(code)' "
                + "\(Self.tool) \(arguments) 2>err")
        return (status >> 8 & 0xFF, try #require(Int(read("peak"))))
    }
}
