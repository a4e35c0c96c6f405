import FoundationEssentials
import Glibc
import MariaDB
import Testing

/// `icegatectl` as a process of its own: what it prints, how it exits, and what is left when it is killed.
@Suite("icegatectl master", .serialized) struct ToolTests {
    /// Where a test's files are, and how the tool is called.
    final class Place {
        let directory: String
        let database: MasterDatabase

        init(_ database: MasterDatabase) throws {
            self.database = database
            directory = "/tmp/icegate-tool-\(getpid())-\(UInt32.random(in: 0 ... .max))"
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try write(
                "icegate.conf",
                """
                ICEGATE_ENVIRONMENT=development
                ICEGATE_ORIGIN=http://127.0.0.1:8080
                DATABASE_SOCKET=\(database.loader.servers)
                DATABASE_NAME=\(database.loader.database)
                DATABASE_USER=\(database.portal.user)
                DATABASE_PASSWORD=test
                CTL_LOADER_USER=\(database.loader.user)
                CTL_LOADER_PASSWORD=test
                CTL_MIGRATOR_USER=\(database.migrator.user)
                CTL_MIGRATOR_PASSWORD=test
                CTL_AUDITOR_USER=\(database.auditor.user)
                CTL_AUDITOR_PASSWORD=test
                CTL_KEEPER_USER=\(database.keeper.user)
                CTL_KEEPER_PASSWORD=test
                KEY_FILE=\(directory)/keys
                COURIER_TRANSPORT=file
                COURIER_DIRECTORY=\(directory)

                """)
            try write("keys", "1:" + String(repeating: "ab", count: 32) + "\n")
            #expect(shell("chmod 600 \(directory)/icegate.conf \(directory)/keys") == 0)
        }

        deinit { _ = shell("rm -rf \(directory)") }

        func write(_ name: String, _ text: String) throws {
            try Data(text.utf8).write(to: URL(filePath: directory + "/" + name))
        }

        func read(_ name: String) -> String {
            (try? String(contentsOfFile: directory + "/" + name, encoding: .utf8)) ?? ""
        }

        /// Runs the tool in the directory; what it prints is in `out` and `err`.
        func run(_ arguments: String, prefix: String = "") -> Int32 {
            let status = shell(
                "cd \(directory) && ICEGATE_CONFIG=\(directory)/icegate.conf TMPDIR=\(directory) "
                    + "\(prefix) \(Self.tool) \(arguments) >out 2>err </dev/null")
            return status >> 8 & 0xFF
        }

        /// The tool beside the tests.
        static let tool: String = {
            let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
            return String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) + "/icegatectl"
        }()
    }

    @Test("F13: loads, lists, shows, compares and takes back, with exit codes that say how it went")
    func commands() throws {
        let place = try Place(MasterDatabase())
        try place.write("a.csv", Rows.text(1...40))
        try place.write("b.csv", Rows.header + (2...40).map { Rows.row($0) }.joined() + Rows.row(41) + "x,y\n")
        #expect(place.run("master check a.csv") == 0)
        #expect(place.read("out").contains("added: 40\n"))
        #expect(try place.database.master() == [])
        #expect(place.run("master load a.csv --mode=full") == 0)
        #expect(place.run("master load b.csv --mode=full --dry-run --json") == 1)
        #expect(place.read("out").contains("\"removed\": 1"))
        #expect(place.read("b.csv.rejects.csv").contains("\"The row has 2 fields, the header 7.\""))
        #expect(try place.database.master().count == 40)
        #expect(place.run("master load b.csv --mode=full") == 1)
        #expect(place.read("out").contains("removed: 1\nrefused: 1\n"))
        #expect(place.run("master loads") == 0)
        #expect(place.read("out").split(separator: "\n").first?.contains("\"b.csv\"  full  applied") == true)
        #expect(place.run("master show \(Rows.iec(1))") == 0)
        #expect(place.read("out").contains("removed\n"))
        #expect(place.read("out").contains("c***@example.com"))
        #expect(place.run("master show \(Rows.iec(77))") == 1)
        #expect(place.run("master diff 1 2") == 0)
        #expect(
            place.read("out") == "removed \(Rows.iec(1)) \(Rows.gstin(1))\nadded \(Rows.iec(41)) \(Rows.gstin(41))\n")
        #expect(place.run("master rollback 2") == 0)
        #expect(try place.database.master().count == 40)
        #expect(place.run("master rollback 2") == 1)
        #expect(place.run("master load a.csv --mode=some") == 64)
        #expect(place.run("master load a.csv --mode=full --max-removed 101") == 64)
        #expect(place.run("master load nowhere.csv --mode=full") == 1)
        #expect(place.read("err").contains("nowhere.csv is not read: it is not there"))
        // A job that keeps what is printed has why nothing was done.
        for command in [
            "load nowhere.csv --mode=full", "check nowhere.csv", "rollback 99", "diff 1 99", "show 9999999999",
        ] {
            #expect(place.run("master \(command) --json") == 1)
            #expect(place.read("out").hasPrefix("{\"state\": \"refused\", \"reason\": \""), "\(command)")
        }
        #expect(place.run("master load . --mode=full") == 1)
        #expect(place.run("master load /dev/zero --mode=full") == 1)
        // The password is in no argument that others can read.
        #expect(!place.read("icegate.conf").isEmpty)
    }

    @Test("F5: killed at any point leaves the master as it was, and the next run finishes")
    func killed() throws {
        let place = try Place(MasterDatabase())
        try place.write("before.csv", Rows.text(1...2000))
        let rows = (1...10_000).map { Rows.row($0, ["legal_name": "New"]) }
        try place.write("after.csv", Rows.header + rows.shuffled().joined())
        #expect(place.run("master load before.csv --mode=full") == 0)
        let before = try place.database.master()
        let clock = ContinuousClock()
        let duration = clock.measure { #expect(place.run("master check after.csv") == 0) }
        var kills = 0
        for number in 0..<10 {
            let seconds = duration / .seconds(1) * 1.6 * Double.random(in: 0.02...1)
            let status = place.run(
                "master load after.csv --mode=full \(number % 2 == 0 ? "--resume" : "")",
                prefix: "timeout -s KILL \(seconds)")
            let master = try place.database.master()
            // A kill between the commit and the end finds the load applied, whole.
            if status == 0 || master.count == 10_000 {
                #expect(master.count == 10_000)
                if status != 0 { kills += 1 }
                #expect(place.run("master rollback \(try place.lastLoad)") == 0, "\(place.read("err"))")
            } else {
                kills += 1
                #expect(status == 137)
            }
            #expect(try place.database.master() == before)
        }
        #expect(kills > 0)
        #expect(place.run("master load after.csv --mode=full --resume") == 0)
        #expect(try place.database.master().count == 10_000)
        #expect(
            try place.database.value(
                "SELECT COUNT(*) FROM master_versions WHERE load_id > (SELECT current_load FROM master_state)",
                as: Int.self) == 0)
        #expect(
            try place.database.value("SELECT COUNT(*) FROM master_loads WHERE state = 'loading'", as: Int.self) == 0)
        // What dead runs wrote is gone: every version is of a load that counts.
        #expect(
            try place.database.value(
                """
                SELECT COUNT(*) FROM master_versions v
                WHERE NOT EXISTS (SELECT 1 FROM master_loads l WHERE l.id = v.load_id AND l.state = 'applied')
                """, as: Int.self) == 0)
    }

    @Test("F6: that another is at work says who, and leaves with 1")
    func busy() throws {
        let place = try Place(MasterDatabase())
        try place.write("a.csv", Rows.text(1...10))
        try place.write("head.csv", Rows.header)
        // The first one waits for the rest of its pipe.
        #expect(
            shell(
                "cd \(place.directory); mkfifo pipe; (cat head.csv; for i in $(seq 300); do test -e go && break; "
                    + "sleep 0.1; done; tail -n +2 a.csv) > pipe & cd \(place.directory); "
                    + "(ICEGATE_CONFIG=icegate.conf \(Place.tool) master load pipe --mode=full >first 2>&1; "
                    + "echo $? > status) &") == 0)
        for _ in 0..<100 {
            if try place.database.value("SELECT COUNT(loading) FROM master_state", as: Int.self) == 1 { break }
            usleep(100_000)
        }
        #expect(place.run("master load a.csv --mode=full") == 1)
        #expect(place.read("err").contains("has been loading pipe since"))
        #expect(place.run("master check a.csv") == 0)
        try place.write("go", "")
        for _ in 0..<100 where place.read("status").isEmpty { usleep(100_000) }
        #expect(place.read("status") == "0\n")
        #expect(try place.database.master().count == 10)
    }

    @Test("F10: whose server is restarted or full leaves the master as it was, and says so by its exit code")
    func serverFaults() throws {
        let server = try LoaderServer()
        defer { server.stop() }
        let place = try Place(MasterDatabase(on: server.options))
        try place.write("before.csv", Rows.text(1...500))
        try place.write(
            "after.csv", Rows.header + (1...30_000).map { Rows.row($0, ["legal_name": "New"]) }.joined())
        #expect(place.run("master load before.csv --mode=full") == 0)
        let before = try place.database.master()
        // Killed while the load is at work.
        #expect(
            shell(
                "cd \(place.directory); (for i in $(seq 500); do \(server.sees("SELECT COUNT(loading) FROM \(place.database.loader.database).master_state")) "
                    + "&& break; sleep 0.02; done; kill -9 $(cat \(server.directory)/mariadb.pid)) >/dev/null 2>&1 &")
                == 0)
        let status = place.run("master load after.csv --mode=full")
        #expect(status == 69)
        #expect(place.read("err").contains("The database does not answer"))
        try server.start()
        #expect(try place.database.master() == before)
        #expect(place.run("master load after.csv --mode=full --resume") == 0)
        #expect(try place.database.master().count == 30_000)
        // More than the server has room for.
        try place.write(
            "more.csv", Rows.header + (1...140_000).map { Rows.row($0, ["legal_name": "Newer"]) }.joined())
        #expect(place.run("master load more.csv --mode=full") == 69)
        #expect(place.read("err").contains("1114 (HY000): the server has no room left for its data"))
        #expect(try place.database.master().allSatisfy { $0.contains("|New|") })
        try place.write("small.csv", Rows.text([7], ["legal_name": "Small"]))
        // The server gives the room of removed rows back after a while.
        var loaded: Int32 = 69
        for _ in 0..<60 where loaded == 69 {
            loaded = place.run("master load small.csv --mode=delta")
            if loaded == 69 { sleep(1) }
        }
        #expect(loaded == 0, "\(place.read("err"))")
        #expect(try place.database.master().count { $0.contains("|Small|") } == 1)
    }
}

extension ToolTests.Place {
    fileprivate var lastLoad: Int64 {
        get throws { try database.value("SELECT MAX(id) FROM master_loads WHERE state = 'applied'") }
    }
}

/// A server of its own for one test, which may kill it.
final class LoaderServer: Sendable {
    let directory = "/tmp/icegate-loader-server-\(getpid())"
    var options: ConnectionOptions {
        ConnectionOptions(servers: Servers([.socket(directory + "/mariadb.sock")]), user: "root")
    }

    struct Failed: Error {
        let command: String
    }

    init() throws { try start() }

    /// Starts it; its tables have 30 MiB, as on a disk that is nearly full.
    func start() throws {
        try run(
            "mariadb_start \(directory) --innodb-file-per-table=0 "
                + "--innodb-data-file-path=ibdata1:12M:autoextend:max:30M")
    }

    func stop() {
        // What stays behind in /tmp fails no test.
        try? run("mariadb_stop \(directory); rm -rf \(directory)")
    }

    /// A command that succeeds when a query gives 1.
    func sees(_ query: String) -> String {
        "test \"$(mariadb --no-defaults -N -uroot -S \(directory)/mariadb.sock -e '\(query)')\" = 1"
    }

    private func run(_ command: String) throws {
        let script = ". \"\(MasterDatabase.root)/script/lib/mariadb.sh\"; \(command)"
        guard shell("bash -c '\(script)'") == 0 else { throw Failed(command: command) }
    }
}
