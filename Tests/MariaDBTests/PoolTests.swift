import Glibc
import MariaDB
import Testing
import Threading

@Suite("pool and lost connections") struct PoolTests {
    private func identifier(_ connection: inout Connection) throws(DatabaseError) -> Int {
        try connection.first("SELECT CONNECTION_ID()")?.get(0) ?? 0
    }

    /// Ends a session of the server, and returns when it has ended.
    private func kill(_ identifier: Int, _ database: TestDatabase) throws(DatabaseError) {
        var administration = try database.connection()
        try administration.executeScript("KILL \(identifier)")
        for _ in 0..<500 {
            let left = try administration.first(
                "SELECT 1 FROM information_schema.PROCESSLIST WHERE ID = \(identifier)")
            if left == nil { return }
            usleep(10_000)
        }
    }

    @Test("a connection is used again, and replaced when it was killed while it lay idle")
    func killedIdle() throws {
        let database = try TestDatabase()
        let pool = Pool(database.options, size: 2, waitLimit: .seconds(1))
        let first = try pool.withConnection { connection throws(DatabaseError) in try identifier(&connection) }
        #expect(try pool.withConnection { connection throws(DatabaseError) in try identifier(&connection) } == first)
        try kill(first, database)
        let second = try pool.withConnection { connection throws(DatabaseError) in try identifier(&connection) }
        #expect(second != first)
        try kill(second, database)
        let third = try pool.transaction { connection throws(DatabaseError) in .commit(try identifier(&connection)) }
        #expect(third != second)
    }

    @Test("D7: a kill between two statements is an error, rolls back, and does not reach the next user")
    func killedBetween() throws {
        let database = try TestDatabase()
        let pool = Pool(database.options, size: 1, waitLimit: .seconds(1))
        try pool.withConnection { connection throws(DatabaseError) in
            try connection.executeScript("CREATE TABLE t (n INT)")
        }
        var runs = 0
        let error = failure { () throws(DatabaseError) in
            try pool.transaction { connection throws(DatabaseError) -> TransactionEnd<Void> in
                runs += 1
                try connection.execute("INSERT INTO t VALUES (1)")
                try kill(try identifier(&connection), database)
                try connection.execute("INSERT INTO t VALUES (2)")
                return .commit(())
            }
        }
        #expect(error?.isConnectionLost == true && error?.isUnavailable == true && runs == 1)
        let atCommit = failure { () throws(DatabaseError) in
            try pool.transaction { connection throws(DatabaseError) -> TransactionEnd<Void> in
                try connection.execute("INSERT INTO t VALUES (3)")
                try kill(try identifier(&connection), database)
                return .commit(())
            }
        }
        #expect(atCommit?.isConnectionLost == true)
        let count: Int? = try pool.withConnection { connection throws(DatabaseError) in
            try connection.first("SELECT COUNT(*) FROM t")?.get(0)
        }
        #expect(count == 0)
    }

    @Test("a connection without a pool that was killed is opened again by its next transaction")
    func killedOwn() throws {
        let database = try TestDatabase()
        var connection = try database.connection()
        try kill(try identifier(&connection), database)
        #expect(failure { () throws(DatabaseError) in try connection.execute("DO 1") }?.isConnectionLost == true)
        #expect(failure { () throws(DatabaseError) in try connection.execute("DO 1") }?.isConnectionLost == true)
        let one = try connection.transaction { connection throws(DatabaseError) in
            .commit(try connection.first("SELECT 1")?.get(0, as: Int.self))
        }
        #expect(one == 1)
    }

    @Test("a transaction left open by its user is not there for the next one")
    func leftOpen() throws {
        let database = try TestDatabase()
        let pool = Pool(database.options, size: 1, waitLimit: .seconds(1))
        try pool.withConnection { connection throws(DatabaseError) in
            try connection.executeScript("CREATE TABLE t (n INT)")
            try connection.execute("START TRANSACTION")
            try connection.execute("INSERT INTO t VALUES (1)")
        }
        let count: Int? = try pool.withConnection { connection throws(DatabaseError) in
            try connection.first("SELECT COUNT(*) FROM t")?.get(0)
        }
        #expect(count == 0)
    }

    @Test("who finds the pool empty waits no longer than the limit, and gets what comes free before")
    func exhausted() throws {
        let database = try TestDatabase()
        for (limit, isEnough) in [(Duration.milliseconds(300), false), (.seconds(30), true)] {
            let pool = Pool(database.options, size: 1, waitLimit: limit)
            let state = Monitor((isTaken: false, isWanted: true))
            let holder = Thread.start {
                _ = failure { () throws(DatabaseError) in
                    try pool.withConnection { _ throws(DatabaseError) in
                        state.withLock { $0.isTaken = true }
                        state.notifyAll()
                        _ = state.wait(atMost: isEnough ? .milliseconds(400) : .seconds(60)) {
                            $0.isWanted ? nil : true
                        }
                    }
                }
            }
            _ = state.wait(atMost: .seconds(5)) { $0.isTaken ? true : nil }
            var error: DatabaseError?
            let waited = ContinuousClock().measure {
                error = failure { () throws(DatabaseError) in try pool.withConnection { _ throws(DatabaseError) in } }
            }
            #expect(waited >= .milliseconds(290) && waited < .seconds(5))
            #expect(error?.code == (isEnough ? nil : DatabaseError.poolExhausted))
            #expect(isEnough || error?.isUnavailable == true)
            state.withLock { $0.isWanted = false }
            state.notifyAll()
            try #require(holder).join()
        }
    }

    @Test("a wrong password, a missing socket and a closed port are errors, and cost the pool no place")
    func noConnection() throws {
        let database = try TestDatabase()
        var wrong = database.options
        wrong.user = "nobody-\(getpid())"
        wrong.password = "geheim-77"
        var missing = database.options
        missing.servers = Servers([.socket("/nonexistent/mariadb.sock")])
        var closed = database.options
        closed.servers = Servers([.network(host: "127.0.0.1", port: 9)])
        for (options, code) in [(wrong, UInt32(1045)), (missing, 2002), (closed, 2002)] {
            let pool = Pool(options, size: 1, waitLimit: .milliseconds(100))
            for _ in 0..<3 {
                let error = failure { () throws(DatabaseError) in try pool.withConnection { _ throws(DatabaseError) in }
                }
                #expect(error?.code == code || (code == 2002 && error?.code == 2003), "\(String(describing: error))")
                #expect(error?.isUnavailable == (code != 1045))
                #expect(error.map { "\($0)".contains("geheim-77") } == false)
            }
        }
    }
}
