import Glibc
import MariaDB
import Testing

@Suite("a server with troubles of its own", .serialized) struct OutageTests {
    @Test("E9: a frozen server is an error within the time-outs, and the pool works once it goes on")
    func frozen() throws {
        let server = try PrivateServer.restarted()
        let pool = Pool(server.options, size: 2, waitLimit: .seconds(1))
        let idle = try pool.withConnection { connection throws(DatabaseError) in
            try connection.first("SELECT CONNECTION_ID()")?.get(0, as: Int.self)
        }
        func attempt() -> (DatabaseError?, Duration) {
            var error: DatabaseError?
            let time = ContinuousClock().measure {
                error = failure { () throws(DatabaseError) in
                    try pool.withConnection { connection throws(DatabaseError) in
                        _ = try connection.first("SELECT CONNECTION_ID()")
                    }
                }
            }
            return (error, time)
        }
        // First on the idle connection, which does not answer, then on a new one, which does not come to be.
        for (error, time) in try server.frozen({ [attempt(), attempt()] }) {
            #expect(error?.isConnectionLost == true && error?.isUnavailable == true)
            #expect(time >= .milliseconds(900) && time < .seconds(5))
        }
        let next = try pool.transaction { connection throws(DatabaseError) in
            .commit(try connection.first("SELECT CONNECTION_ID()")?.get(0, as: Int.self))
        }
        #expect(next != nil && next != idle)
    }

    @Test("a frozen server ends the start of a transaction within one time-out")
    func frozenTransaction() throws {
        let server = try PrivateServer.restarted()
        var options = server.options
        options.connectTimeout = .seconds(8)
        let pool = Pool(options, size: 1, waitLimit: .seconds(1))
        _ = try pool.transaction { connection throws(DatabaseError) in .commit(try connection.execute("DO 1")) }
        var error: DatabaseError?
        let time = try server.frozen {
            ContinuousClock().measure {
                error = failure { () throws(DatabaseError) in
                    try pool.transaction { _ throws(DatabaseError) in .commit(()) }
                }
            }
        }
        #expect(error?.isConnectionLost == true)
        #expect(time < .seconds(6))
    }

    @Test("D7: a pool outlives a restart of the server")
    func restart() throws {
        let server = try PrivateServer.restarted()
        let pool = Pool(server.options, size: 1, waitLimit: .seconds(1))
        _ = try pool.withConnection { connection throws(DatabaseError) in try connection.execute("DO 1") }
        try server.stop()
        let away = failure { () throws(DatabaseError) in
            _ = try pool.withConnection { connection throws(DatabaseError) in try connection.execute("DO 1") }
        }
        #expect(away?.code == 2002 && away?.isUnavailable == true)
        try server.start()
        _ = try pool.withConnection { connection throws(DatabaseError) in try connection.execute("DO 1") }
    }

    @Test("a session has its settings, whatever the server's are")
    func session() throws {
        let server = try PrivateServer.restarted()
        var administration = try Connection(server.options)
        try administration.executeScript(
            """
            SET GLOBAL time_zone = '+05:30', GLOBAL sql_mode = '', GLOBAL innodb_lock_wait_timeout = 50, GLOBAL autocommit = 0,
            GLOBAL tx_isolation = 'REPEATABLE-READ', GLOBAL character_set_server = latin1,
            GLOBAL init_connect = 'SET NAMES latin1'
            """)
        var connection = try Connection(server.options)
        let row = try #require(
            try connection.first(
                """
                SELECT @@time_zone, @@character_set_client, @@character_set_connection, @@character_set_results,
                @@tx_isolation, @@innodb_lock_wait_timeout, @@autocommit, @@sql_mode LIKE '%STRICT_ALL_TABLES%'
                """))
        #expect(
            row.values == [
                .text("+00:00"), .text("utf8mb4"), .text("utf8mb4"), .text("utf8mb4"), .text("READ-COMMITTED"),
                .integer(5), .integer(1), .integer(1),
            ])
    }

    @Test("E9: a server without connections to give is unavailable")
    func tooManyConnections() throws {
        let server = try PrivateServer.restarted()
        var administration = try Connection(server.options)
        try administration.executeScript("SET GLOBAL max_connections = 10; CREATE USER u")
        var options = server.options
        options.user = "u"
        let pool = Pool(options, size: 12, waitLimit: .seconds(1))
        func nest(_ depth: Int) throws(DatabaseError) {
            if depth > 0 { try pool.withConnection { _ throws(DatabaseError) in try nest(depth - 1) } }
        }
        let error = failure { () throws(DatabaseError) in try nest(12) }
        #expect(error?.code == 1040 && error?.isUnavailable == true)
    }
}
