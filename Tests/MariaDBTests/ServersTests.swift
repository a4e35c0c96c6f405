import Glibc
import MariaDB
import Testing

@Suite("Several servers")
struct ServersTests {
    private static let nobody = ServerAddress.socket("/nonexistent/mariadb.sock")

    private func options(_ addresses: [ServerAddress], turn: Int = 0) throws -> ConnectionOptions {
        var options = try TestDatabase().options
        options.database = ""
        options.servers = Servers(addresses, turn: turn)
        return options
    }

    @Test("each process begins at its own, in the order of the list")
    func turns() {
        let addresses = (1...3).map { ServerAddress.network(host: "db\($0)", port: 3306) }
        #expect(Servers(addresses, turn: 3).description == "db1:3306,db2:3306,db3:3306")
        #expect(Servers(addresses, turn: 4).description == "db2:3306,db3:3306,db1:3306")
        #expect(Servers(addresses, turn: -1).addresses.count == 3)
        #expect(ServerAddress.network(host: "2001:db8::3", port: 3307).description == "[2001:db8::3]:3307")
    }

    @Test("who finds one away connects to the next, and all say so when every one is")
    func failover() throws {
        let real = ServerAddress.socket(try TestDatabase.socketPath())
        let pool = Pool(try options([Self.nobody, real]), size: 2, waitLimit: .seconds(1))
        for _ in 0..<3 {
            let row = try pool.withConnection { connection throws(DatabaseError) in try connection.first("SELECT 1") }
            #expect(try row?.get(0, as: Int64.self) == 1)
        }
        let nowhere = Pool(
            try options([Self.nobody, .network(host: "127.0.0.1", port: 9)]), size: 1, waitLimit: .seconds(1))
        for _ in 0..<2 {
            let error = failure { () throws(DatabaseError) in try nowhere.withConnection { _ throws(DatabaseError) in }
            }
            #expect(error?.isUnavailable == true)
        }
    }

    @Test("a refused account is no reason to ask the next server")
    func refused() throws {
        let real = ServerAddress.socket(try TestDatabase.socketPath())
        var wrong = try options([real, Self.nobody])
        wrong.user = "nobody-\(getpid())"
        let error = failure { [wrong] () throws(DatabaseError) in _ = try Connection(wrong) }
        #expect(error?.code == 1045)
    }

    @Test("connections come back to the first server once it was looked for again")
    func comeback() throws {
        let real = try TestDatabase.socketPath()
        // The same server under another name: a path that comes and goes.
        let path = "/tmp/mariadb-first-\(getpid()).sock"
        let pool = Pool(try options([.socket(path), .socket(real)]), size: 1, waitLimit: .seconds(1))
        func number() throws -> UInt64? {
            try pool.withConnection { connection throws(DatabaseError) in
                try connection.first("SELECT CONNECTION_ID()")?.get(0, as: UInt64.self)
            }
        }
        let elsewhere = try number()
        unsafe symlink(real, path)
        defer { unsafe unlink(path) }
        #expect(try number() == elsewhere)
        pool.lookForServers()
        let back = try number()
        #expect(back != elsewhere)
        #expect(try number() == back)
    }
}
