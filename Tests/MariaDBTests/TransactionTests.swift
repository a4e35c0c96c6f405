import Glibc
import MariaDB
import Synchronization
import Testing
import Threading

@Suite("transactions") struct TransactionTests {
    private func table(_ database: borrowing TestDatabase) throws {
        var connection = try database.connection()
        try connection.executeScript(
            "CREATE TABLE t (id INT PRIMARY KEY, n INT NOT NULL); INSERT INTO t VALUES (1, 0), (2, 0)")
    }

    private func numbers(_ database: TestDatabase) throws -> [Int] {
        var connection = try database.connection()
        return try connection.rows("SELECT n FROM t ORDER BY id").map { try $0.get(0) }
    }

    @Test("one in which nothing more comes is ended by the server, and holds no row any more")
    func idle() throws {
        let database = try TestDatabase()
        try table(database)
        let pool = Pool(database.options, size: 1, waitLimit: .seconds(1))
        let error = failure { () throws(DatabaseError) in
            try pool.transaction { (connection) throws(DatabaseError) -> TransactionEnd<Void> in
                let row = try connection.first("SELECT @@SESSION.idle_transaction_timeout")
                #expect(row?.values == [.integer(600)])
                // As if the ten minutes were one second.
                try connection.execute("SET SESSION idle_transaction_timeout = 1")
                try connection.execute("UPDATE t SET n = 1")
                usleep(2_500_000)
                try connection.execute("UPDATE t SET n = 2")
                return .commit(())
            }
        }
        #expect(error?.isConnectionLost == true)
        #expect(try numbers(database) == [0, 0])
    }

    @Test("commit keeps, rollback and an error undo")
    func ends() throws {
        let database = try TestDatabase()
        try table(database)
        let pool = Pool(database.options, size: 1, waitLimit: .seconds(1))
        let kept = try pool.transaction { connection throws(DatabaseError) in
            try connection.execute("UPDATE t SET n = 1 WHERE id = 1")
            return TransactionEnd.commit("kept")
        }
        let undone = try pool.transaction { connection throws(DatabaseError) in
            try connection.execute("UPDATE t SET n = 2 WHERE id = 1")
            return TransactionEnd.rollback("undone")
        }
        let error = failure { () throws(DatabaseError) in
            try pool.transaction { connection throws(DatabaseError) -> TransactionEnd<Void> in
                try connection.execute("UPDATE t SET n = 3 WHERE id = 1")
                try connection.execute("INSERT INTO t VALUES (1, 1)")
                return .commit(())
            }
        }
        #expect(kept == "kept" && undone == "undone" && error?.isDuplicate == true)
        #expect(try numbers(database) == [1, 0])
    }

    @Test("what waits for the commit is done after it, not after a rollback, and at once where nothing is open")
    func afterCommit() throws {
        let database = try TestDatabase()
        try table(database)
        var connection = try database.connection()
        var done: [String] = []
        for end in ["commit", "rollback", "failure"] {
            try? connection.transaction { connection throws(DatabaseError) in
                connection.whenCommitted { done.append(end) }
                #expect(!done.contains(end))
                if end == "failure" { try connection.execute("SELECT nothing") }
                return end == "commit" ? .commit(()) : .rollback(())
            }
        }
        #expect(done == ["commit"])
        connection.whenCommitted { done.append("alone") }
        #expect(done == ["commit", "alone"])
    }

    @Test("an error that the body handles does not end the transaction")
    func handledError() throws {
        let database = try TestDatabase()
        try table(database)
        var connection = try database.connection()
        try connection.transaction { connection throws(DatabaseError) in
            try connection.execute("UPDATE t SET n = 3 WHERE id = 1")
            let duplicate = failure { () throws(DatabaseError) in try connection.execute("INSERT INTO t VALUES (1, 1)")
            }
            #expect(duplicate?.isDuplicate == true)
            return .commit(())
        }
        #expect(try numbers(database) == [3, 0])
    }

    @Test("a lock that is not had while rows are read has its own code")
    func lockWaitBetweenRows() throws {
        let database = try TestDatabase()
        try table(database)
        var holder = try database.connection()
        var reader = try database.connection()
        try reader.execute("SET innodb_lock_wait_timeout = 1")
        let error = failure { () throws(DatabaseError) in
            try holder.transaction { holder throws(DatabaseError) in
                try holder.execute("UPDATE t SET n = 1 WHERE id = 2")
                // The first row comes, and the error in place of the second.
                _ = try reader.rows("SELECT n FROM t FORCE INDEX (PRIMARY) ORDER BY id FOR UPDATE")
                return .commit(())
            }
        }
        #expect(error?.code == 1205 && error?.isRetryable == true)
    }

    @Test("D6: two transactions that lock each other out are both done in the end", arguments: [false, true])
    func deadlock(bodyCatches: Bool) throws {
        let database = try TestDatabase()
        try table(database)
        let pool = Pool(database.options, size: 2, waitLimit: .seconds(1))
        let runs = Atomic(0)
        let bothHaveOne = Monitor(0)
        let failures = Monitor<[DatabaseError]>([])
        let threads = [(1, 2), (2, 1)].map { first, second in
            Thread.start {
                let error = failure { () throws(DatabaseError) in
                    try pool.transaction { connection throws(DatabaseError) in
                        let run = runs.add(1, ordering: .relaxed).newValue
                        try connection.execute("UPDATE t SET n = n + 1 WHERE id = \(first)")
                        if run <= 2 {
                            bothHaveOne.withLock { $0 += 1 }
                            bothHaveOne.notifyAll()
                            _ = bothHaveOne.wait(atMost: .seconds(5)) { $0 == 2 ? true : nil }
                        }
                        do throws(DatabaseError) {
                            try connection.execute("UPDATE t SET n = n + 1 WHERE id = \(second)")
                        } catch {
                            if !bodyCatches { throw error }
                            // What a careless body does: it goes on, outside the transaction as far as the server knows.
                            _ = failure { () throws(DatabaseError) in
                                try connection.execute("UPDATE t SET n = 1000 WHERE id = \(first)")
                            }
                        }
                        return .commit(())
                    }
                }
                if let error { failures.withLock { $0.append(error) } }
            }
        }
        for thread in threads { try #require(thread).join() }
        #expect(failures.withLock { $0 }.isEmpty)
        #expect(runs.load(ordering: .relaxed) == 3)
        #expect(try numbers(database) == [2, 2])
    }

    @Test(
        "D6: a transaction is given up after eight runs, however long the first one took, and is unavailable then",
        arguments: [0, 2.1])
    func eightRuns(secondsOfTheFirst: Double) throws {
        let database = try TestDatabase()
        var connection = try database.connection()
        var runs = 0
        let error = failure { () throws(DatabaseError) in
            try connection.transaction { connection throws(DatabaseError) -> TransactionEnd<Void> in
                runs += 1
                if runs == 1 { usleep(useconds_t(secondsOfTheFirst * 1e6)) }
                try connection.execute("SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213")
                return .commit(())
            }
        }
        #expect(runs == 8)
        #expect(error?.code == 1213 && error?.isUnavailable == true)
        #expect(try connection.first("SELECT 1")?.get(0) == 1)
    }

    @Test("D6: a lock that is not given in time runs the transaction again as a whole")
    func lockWait() throws {
        let database = try TestDatabase()
        try table(database)
        var holder = try database.connection()
        var connection = try database.connection()
        try connection.execute("SET SESSION innodb_lock_wait_timeout = 1")
        try holder.execute("START TRANSACTION")
        try holder.execute("UPDATE t SET n = 50 WHERE id = 2")
        var runs = 0
        try connection.transaction { connection throws(DatabaseError) in
            runs += 1
            try connection.execute("UPDATE t SET n = n + 1 WHERE id = 1")
            if runs == 2 { try holder.execute("ROLLBACK") }
            try connection.execute("UPDATE t SET n = n + 1 WHERE id = 2")
            return .commit(())
        }
        #expect(runs == 2)
        #expect(try numbers(database) == [1, 1])
    }

    @Test("a transaction within another, and one ended by its body, are errors")
    func misuse() throws {
        let database = try TestDatabase()
        try table(database)
        var connection = try database.connection()
        let nested = failure { () throws(DatabaseError) in
            try connection.transaction { connection throws(DatabaseError) -> TransactionEnd<Void> in
                try connection.transaction { _ throws(DatabaseError) in .commit(()) }
                return .commit(())
            }
        }
        #expect(nested?.code == DatabaseError.misusedTransaction)
        for statement: SQL in ["COMMIT", "ROLLBACK", "CREATE TABLE other (n INT)"] {
            let ended = failure { () throws(DatabaseError) in
                try connection.transaction { connection throws(DatabaseError) -> TransactionEnd<Void> in
                    try connection.execute("UPDATE t SET n = n + 1 WHERE id = 1")
                    try connection.execute(statement)
                    return .commit(())
                }
            }
            #expect(ended?.code == DatabaseError.misusedTransaction, "\(statement.text)")
        }
        try connection.transaction { _ throws(DatabaseError) in .commit(()) }
    }

    @Test("eight threads count to four hundred on one row")
    func contention() throws {
        let database = try TestDatabase()
        try table(database)
        let pool = Pool(database.options, size: 4, waitLimit: .seconds(10))
        let failures = Monitor<[DatabaseError]>([])
        let threads = (0..<8).map { _ in
            Thread.start {
                for _ in 0..<50 {
                    let error = failure { () throws(DatabaseError) in
                        try pool.transaction { connection throws(DatabaseError) in
                            let row = try connection.first("SELECT n FROM t WHERE id = 1 FOR UPDATE")
                            let number: Int = try row?.get(0) ?? 0
                            try connection.execute("UPDATE t SET n = \(number + 1) WHERE id = 1")
                            return .commit(())
                        }
                    }
                    if let error { failures.withLock { $0.append(error) } }
                }
            }
        }
        for thread in threads { try #require(thread).join() }
        #expect(failures.withLock { $0 }.isEmpty)
        #expect(try numbers(database)[0] == 400)
    }
}
