import Glibc
import MariaDB
import Testing

/// The commands of upkeep and of the help desk as processes of their own.
@Suite("icegatectl for upkeep", .serialized) struct UpkeepToolTests {
    private func fill(_ place: ToolTests.Place) throws {
        try place.database.script(
            """
            INSERT INTO registrations (id, iec, gstin, legal_name, email, mobile, step, icegate_id, started_at, verified_at,
                expires_at, ended_at, end_reason)
            SELECT 1, '0312345678', '27AAPFU0939F1ZV', 'Sample', 'a@example.com', '9876543210', 'finished', 'TRADER-1',
                UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 HOUR, UTC_TIMESTAMP(6), 'finished';
            INSERT INTO registrations (iec, gstin, legal_name, email, mobile, step, started_at, expires_at)
            SELECT '0312345679', '27AAPFU0939F1ZV', 'Other', 'b@example.com', '9876543211', 'identified',
                UTC_TIMESTAMP(6) - INTERVAL 3 DAY, UTC_TIMESTAMP(6) - INTERVAL 2 DAY;
            INSERT INTO accounts (icegate_id, registration_id, iec, gstin, legal_name, category, password_hash, email, mobile,
                language, created_at)
            VALUES ('TRADER-1', 1, '0312345678', '27AAPFU0939F1ZV', 'Sample', 'simplified_auto_registration', 'x',
                'a@example.com', '9876543210', 'en', UTC_TIMESTAMP(6));
            INSERT INTO audit_events (action, outcome, client_address, request_id) VALUES ('account.login', 'accepted', '', '');
            INSERT INTO icegate_ids (icegate_id, registration_id, account_id)
                SELECT 'TRADER-1', 1, id FROM accounts;
            """)
    }

    private let pair = "--iec 0312345678 --gstin 27AAPFU0939F1ZV"

    @Test("cleans up, and only counts when that is asked for")
    func cleanup() throws {
        let place = try ToolTests.Place(MasterDatabase())
        try fill(place)
        #expect(place.run("cleanup --dry-run --json") == 0)
        #expect(place.read("out").hasPrefix("{\"dry_run\": true, \"would_remove\": {\"sessions\": 0, "))
        #expect(place.read("out").contains("\"registrations\": 1"))
        #expect(try place.database.value("SELECT COUNT(*) FROM registrations") == 2)
        #expect(place.run("cleanup") == 0)
        #expect(place.read("out").contains("registrations: 1\nheld names: 0\n"))
        #expect(try place.database.value("SELECT COUNT(*) FROM registrations") == 1)
        #expect(try place.database.value("SELECT COUNT(*) FROM audit_events WHERE subject = 'registrations:1'") == 1)
        #expect(place.run("cleanup --batch 0") == 64)
        #expect(place.run("cleanup --json") == 0)
        #expect(place.read("out").contains("\"removed\": {\"sessions\": 0"))
    }

    @Test("shows, unlocks, closes, hands out and erases, with exit codes that say how it went")
    func helpDesk() throws {
        let place = try ToolTests.Place(MasterDatabase())
        try fill(place)
        #expect(place.run("account show TRADER-1") == 0)
        #expect(place.read("out").hasPrefix("TRADER-1, open\nholder:          Sample, IEC 0312345678"))
        #expect(!place.read("out").contains("a@example.com") && !place.read("out").contains("9876543210"))
        #expect(place.run("account show \(pair) --json") == 0)
        #expect(
            place.read("out").contains("\"icegate_id\": \"TRADER-1\"")
                && place.read("out").contains("\"closed_at\": \"\""))
        #expect(place.run("account show NOBODY --json") == 1)
        #expect(place.read("out").hasPrefix("{\"state\": \"refused\""))
        #expect(place.run("account show") == 64)
        #expect(place.run("account show 'not a name'") == 64)
        #expect(place.run("account show TRADER-1 \(pair)") == 64)
        #expect(place.run("account unlock TRADER-1") == 0)
        #expect(place.run("registration show \(pair)") == 0)
        #expect(place.read("out").contains("finished"))
        #expect(place.run("registration end \(pair)") == 1)
        #expect(place.run("registration end --iec 0312345679 --gstin 27AAPFU0939F1ZV") == 0)
        #expect(place.run("registration show") == 64)
        #expect(place.run("person export \(pair)") == 0)
        #expect(place.read("out").contains("\"email\": \"a@example.com\""))
        #expect(place.run("person erase \(pair)") == 1)
        #expect(place.read("err").contains("close it first"))
        #expect(place.run("account close TRADER-1") == 0)
        #expect(place.run("account close TRADER-1 --yes") == 1)
        try place.write("master.csv", Rows.header + Rows.row(1, ["iec": "0312345678", "gstin": "27AAPFU0939F1ZV"]))
        #expect(place.run("master load master.csv --mode=full") == 0)
        #expect(place.run("password issue --all --json") == 0)
        #expect(place.read("out").contains("\"issued\": 1"))
        #expect(place.run("person erase \(pair) --yes --json") == 0)
        #expect(place.read("out") == "{\"state\": \"erased\"}\n")
        #expect(place.run("account show TRADER-1") == 0)
        #expect(place.read("out").contains("contacts:        erased, erased"))
    }

    @Test("changes keys, with owner and rights of their file as they were")
    func keys() throws {
        let place = try ToolTests.Place(MasterDatabase())
        #expect(place.run("keys list") == 0)
        #expect(place.read("out") == "key 1, current: needed by nothing\n")
        #expect(shell("chmod 400 \(place.directory)/keys && chown 65534:65534 \(place.directory)/keys") == 0)
        #expect(place.run("keys prepare") == 0)
        #expect(place.read("keys").split(separator: "\n").map { $0.prefix(2) } == ["1:", "2:"])
        #expect(place.run("keys rotate --json") == 0)
        #expect(place.read("out") == "{\"current\": 2}\n")
        #expect(place.run("keys rotate") == 0)
        let lines = place.read("keys").split(separator: "\n")
        #expect(lines.map { $0.prefix(2) } == ["3:", "2:", "1:"] && Set(lines.map(\.utf8.count)) == [66])
        #expect(shell("test \"$(stat -c '%a %u %g' \(place.directory)/keys)\" = '400 65534 65534'") == 0)
        try place.database.script(
            """
            INSERT INTO temporary_passwords (iec, gstin, nonce, key_id, issued_at, expires_at)
            VALUES ('0312345678', '27AAPFU0939F1ZV', REPEAT('x', 16), 1, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL 1 DAY)
            """)
        #expect(place.run("keys retire 3") == 1)
        #expect(place.run("keys retire 1") == 1)
        #expect(place.read("err").contains("1 temporary passwords that hold"))
        #expect(place.run("keys retire 9") == 1)
        #expect(place.run("keys retire 2") == 0)
        #expect(place.run("keys retire 1 --force") == 0)
        #expect(place.read("keys").split(separator: "\n").map { $0.prefix(2) } == ["3:"])
        #expect(place.run("doctor") == 0)
    }

    @Test("ends what may have been used since a backup")
    func restored() throws {
        let place = try ToolTests.Place(MasterDatabase())
        #expect(place.run("restored --yes") == 1)
        try fill(place)
        #expect(place.run("account show TRADER-1") == 0)
        #expect(place.run("restored --yes --until yesterday") == 64)
        #expect(place.run("restored --yes --until 2020-01-01T00:00:00Z") == 1)
        #expect(place.run("restored --yes --json") == 0)
        #expect(place.read("out").hasPrefix("{\"state\": \"noted\", \"lost_from\": \"2"))
        #expect(try place.database.value("SELECT COUNT(*) FROM restores") == 1)
        #expect(try place.database.value("SELECT COUNT(*) FROM registrations WHERE ended_at IS NULL") == 0)
    }
}

/// `icegatectl doctor` where something is wrong.
@Suite("icegatectl doctor", .serialized) struct DoctorToolTests {
    @Test("says of each matter what to do")
    func advice() throws {
        let place = try ToolTests.Place(MasterDatabase())
        let status = place.run("doctor")
        for line in ["OK  configuration: read", "OK  clock: ", "WARN  master: empty", "WARN  certificate: "] {
            #expect(place.read("out").contains(line), "\(line)")
        }
        // What is free is this machine's own, and the advice follows it.
        let disk = try #require(place.read("out").firstMatch(of: /(OK|WARN|FAIL)  disk: ([0-9]+) % of the file system/))
        let free = try #require(Int(disk.2))
        #expect(disk.1 == (free >= 10 ? "OK" : free >= 3 ? "WARN" : "FAIL"))
        #expect(status == (free >= 3 ? 0 : 1))
        try place.database.script(
            "INSERT INTO delivery_channels (channel, stopped_at) VALUES ('sms', UTC_TIMESTAMP(6))")
        #expect(place.run("doctor") == status)
        #expect(place.read("out").contains("WARN  delivery: sms is stopped: icegatectl delivery start sms"))
        try place.database.script("UPDATE schema_migrations SET serves = 99")
        #expect(place.run("doctor") == 1)
        #expect(place.read("out").contains("FAIL  schema: "))
        let configuration = place.read("icegate.conf")
        try place.write("icegate.conf", configuration.replacing("COURIER_TRANSPORT=file", with: "#"))
        #expect(place.run("doctor") == 1)
        #expect(place.read("out").contains("FAIL  configuration: the portal does not start: "))
        try place.write(
            "icegate.conf", configuration.replacing("CTL_KEEPER_PASSWORD=test", with: "CTL_KEEPER_PASSWORD=x"))
        #expect(place.run("doctor") == 1)
        #expect(place.read("out").contains("mend CTL_KEEPER_PASSWORD_FILE, or run roles.sql again"))
    }

    @Test("says whether relay and gateway can be connected to")
    func peers() throws {
        let place = try ToolTests.Place(MasterDatabase())
        #expect(place.run("doctor") == 0)
        #expect(place.read("out").contains("WARN  messages: are not sent: COURIER_TRANSPORT is not gateways"))
        // Port 1 of this host, which nobody listens at.
        let gateways = """
            COURIER_TRANSPORT=gateways
            SMTP_HOST=127.0.0.1
            SMTP_PORT=1
            SMTP_TLS=none
            MAIL_FROM=portal@example.com
            SMS_GATEWAY=nic
            SMS_NIC_URL=http://127.0.0.1:1/
            SMS_NIC_USER=portal
            SMS_NIC_PIN=test
            """
        let configuration = place.read("icegate.conf")
        try place.write("icegate.conf", configuration.replacing("COURIER_TRANSPORT=file", with: gateways))
        #expect(place.run("doctor") == 1)
        for peer in ["FAIL  relay: 127.0.0.1 is not reached: ", "FAIL  gateway: nic is not reached: "] {
            #expect(place.read("out").contains(peer), "\(peer)")
        }
    }
}
