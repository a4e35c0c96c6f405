import MariaDB
import Testing

@testable import struct MariaDB.Handle
@testable import struct MariaDB.StatementCache

@Suite("statements") struct StatementTests {
    @Test("an outcome tells the rows that changed and the id that was made")
    func outcomes() throws {
        let database = try TestDatabase()
        var connection = try database.connection()
        try connection.executeScript("CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, n INT)")
        #expect(try connection.execute("INSERT INTO t (n) VALUES (1), (2)") == Outcome(affectedRows: 2, insertID: 1))
        #expect(try connection.execute("UPDATE t SET n = 2").affectedRows == 1)
        #expect(try connection.execute("UPDATE t SET n = LAST_INSERT_ID(n + 40) WHERE id = 1").insertID == 42)
        #expect(try connection.execute("UPDATE t SET n = 1 WHERE id = 99").affectedRows == 0)
        #expect(try connection.execute("SELECT n FROM t").affectedRows >= 0)
        #expect(try connection.rows("INSERT INTO t (n) VALUES (7) RETURNING id, n").first?.get(1) == 7)
        #expect(try connection.first("SELECT n FROM t WHERE id = 99") == nil)
        #expect(try connection.rows("DELETE FROM t") == [])
    }

    @Test("a duplicate names its key, and never the value", arguments: ["x", "for key 'PRIMARY'", "it's"])
    func duplicates(value: String) throws {
        let database = try TestDatabase()
        var connection = try database.connection()
        try connection.executeScript(
            "CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(700) NOT NULL, UNIQUE KEY name_is_taken (name)) CHARSET utf8mb4"
        )
        for name in [value, value + String(repeating: "long value ", count: 60)] {
            try connection.execute("DELETE FROM t")
            try connection.execute("INSERT INTO t VALUES (1, \(name))")
            let second = failure { () throws(DatabaseError) in
                try connection.execute("INSERT INTO t VALUES (2, \(name))")
            }
            let error = try #require(second)
            #expect(error.isDuplicate && !error.isRetryable && !error.isConnectionLost && !error.isUnavailable)
            #expect(error.violatedKey == "name_is_taken")
            #expect(error.sqlState == "23000")
            #expect(error.statement == "INSERT INTO t VALUES (2, ?)")
            let first = failure { () throws(DatabaseError) in
                try connection.execute("INSERT INTO t VALUES (1, 'other')")
            }
            #expect(first?.violatedKey == "PRIMARY")
        }
    }

    @Test("no error's text holds a bound value")
    func errorText() throws {
        let database = try TestDatabase()
        var connection = try database.connection()
        try connection.executeScript(
            "CREATE TABLE t (n INT UNIQUE, s VARCHAR(5), d DATETIME, e ENUM('a'), CHECK (n < 100000))")
        let secret = "geheim-4711"
        try connection.execute("INSERT INTO t (n) VALUES (4711)")
        var errors: [DatabaseError?] = []
        errors.append(
            failure { () throws(DatabaseError) in try connection.execute("INSERT INTO t (n) VALUES (\(4711))") })
        errors.append(
            failure { () throws(DatabaseError) in try connection.execute("INSERT INTO t (s) VALUES (\(secret))") })
        errors.append(
            failure { () throws(DatabaseError) in try connection.execute("INSERT INTO t (n) VALUES (\(secret))") })
        errors.append(
            failure { () throws(DatabaseError) in try connection.execute("INSERT INTO t (d) VALUES (\(secret))") })
        errors.append(
            failure { () throws(DatabaseError) in try connection.execute("INSERT INTO t (e) VALUES (\(secret))") })
        errors.append(
            failure { () throws(DatabaseError) in try connection.execute("INSERT INTO t (n) VALUES (\(471_147_11))") })
        errors.append(failure { () throws(DatabaseError) in try connection.execute("SELEKT \(secret)") })
        errors.append(
            failure { () throws(DatabaseError) in
                try connection.executeMany("INSERT INTO t (s) VALUES (?)", rows: [[.text(secret)]])
            })
        errors.append(
            failure { () throws(DatabaseError) in _ = try connection.first("SELECT \(secret)")?.get(0, as: Int.self) })
        errors.append(
            failure { () throws(DatabaseError) in try connection.executeScript("SELECT '\(secret)'; SELEKT '\(secret)'")
            })
        for error in errors {
            let error = try #require(error)
            var dumped = ""
            dump(error, to: &dumped)
            for text in ["\(error)", String(reflecting: error), dumped] {
                #expect(!text.contains("4711") && !text.contains("geheim"), "\(error.code)")
            }
        }
        #expect(errors.map { $0?.code } == [1062, 1406, 1366, 1292, 1265, 4025, 1064, 1406, 60_001, 1064])
    }

    @Test("a statement that failed can be run again, and a wrong number of values is refused")
    func again() throws {
        let database = try TestDatabase()
        var connection = try database.connection()
        try connection.executeScript("CREATE TABLE t (n INT PRIMARY KEY)")
        for _ in 0..<3 {
            for number in [1, 1, 2] {
                _ = failure { () throws(DatabaseError) in try connection.execute("INSERT INTO t VALUES (\(number))") }
            }
            #expect(try connection.rows("SELECT n FROM t ORDER BY n").map(\.values) == [[.integer(1)], [.integer(2)]])
            let error = failure { () throws(DatabaseError) in try connection.execute("INSERT INTO t VALUES (?)") }
            #expect(error?.code == DatabaseError.unboundValue)
        }
    }

    @Test("only a script may hold several statements, also after one ran")
    func severalStatements() throws {
        let database = try TestDatabase()
        var connection = try database.connection()
        func expectRefusal(_ connection: inout Connection) {
            let error = failure { () throws(DatabaseError) in try connection.execute("SELECT 1; SELECT 2") }
            #expect(error?.code == 1064)
        }
        expectRefusal(&connection)
        try connection.executeScript(
            "CREATE TABLE t (n INT); INSERT INTO t VALUES (1), (2);\nSELECT * FROM t; -- the end\n")
        #expect(try connection.first("SELECT COUNT(*) FROM t")?.get(0) == 2)
        expectRefusal(&connection)
        let error = failure { () throws(DatabaseError) in
            try connection.executeScript("INSERT INTO t VALUES (3); SELEKT; INSERT INTO t VALUES (4)")
        }
        #expect(error?.code == 1064 && error?.reason == "statement 2 of a script" && error?.statement == nil)
        #expect(try connection.first("SELECT COUNT(*) FROM t")?.get(0) == 3)
        expectRefusal(&connection)
    }

    @Test("the text protocol takes one statement again after a script, whether it ran or failed")
    func oneStatementAgain() throws {
        let database = try TestDatabase()
        let handle = try Handle.connected(database.options)
        for script in ["DO 1; DO 2", "DO 1; SELEKT", "SELEKT"] {
            _ = failure { () throws(DatabaseError) in try handle.runScript(script) }
            let error = failure { () throws(DatabaseError) in try handle.query("DO 1; DO 2") }
            #expect(error?.code == 1064, "\(script)")
        }
    }

    @Test("a result left half read does not get into the next one's way")
    func halfRead() throws {
        let database = try TestDatabase()
        var connection = try database.connection()
        for _ in 0..<3 {
            #expect(try connection.first("SELECT seq FROM seq_1_to_50000")?.get(0) == 1)
            let stop = failure { () throws(DatabaseError) in
                try connection.forEachRow("SELECT seq FROM seq_1_to_50000") { row throws(DatabaseError) in
                    if try row.get(0, as: Int.self) == 3 { throw DatabaseError(code: 1, sqlState: "HY000") }
                }
            }
            #expect(stop?.code == 1)
        }
        var sum = 0
        try connection.forEachRow("SELECT seq FROM seq_1_to_50000") { row throws(DatabaseError) in
            sum += try row.get(0, as: Int.self)
        }
        #expect(sum == 1_250_025_000)
    }

    @Test("a table altered between two runs is read as it is now")
    func altered() throws {
        let database = try TestDatabase()
        var connection = try database.connection()
        try connection.executeScript("CREATE TABLE t (n INT); INSERT INTO t VALUES (12)")
        func expect(_ value: Value, _ connection: inout Connection) throws {
            let values = try connection.first("SELECT n FROM t WHERE n = \(12)")?.values
            #expect(values == [value])
        }
        try expect(.integer(12), &connection)
        try connection.executeScript("ALTER TABLE t MODIFY n VARCHAR(3000)")
        try expect(.text("12"), &connection)
        try connection.executeScript("ALTER TABLE t MODIFY n BIGINT UNSIGNED")
        try expect(.integer(12), &connection)
    }

    @Test("a statement is prepared once, whatever its values are, and a list of another length anew")
    func prepared() throws {
        let database = try TestDatabase()
        var connection = try database.connection()
        func count(_ connection: inout Connection) throws -> Int {
            let row = try #require(try connection.first("SHOW SESSION STATUS LIKE 'Com_stmt_prepare'"))
            return try #require(Int(row.get(1, as: String.self)))
        }
        func sum(_ numbers: [Int], _ more: Int, on connection: inout Connection) throws -> Int? {
            var sql: SQL = "SELECT \(more)"
            sql += " + IF(1 IN (\(list: numbers)), 10, 20)"
            return try connection.first(sql)?.get(0)
        }
        _ = try count(&connection)
        let before = try count(&connection)
        for number in 1...5 {
            #expect(try sum([number, 7], number, on: &connection) == number + (number == 1 ? 10 : 20))
        }
        #expect(try count(&connection) == before + 1)
        #expect(try sum([1, 2, 3], 5, on: &connection) == 15)
        #expect(try sum([2, 3], 5, on: &connection) == 25)
        #expect(try count(&connection) == before + 2)
    }

    @Test("256 statements stay prepared, and the server keeps no more")
    func cache() throws {
        let database = try TestDatabase()
        var connection = try database.connection()
        func prepared(_ connection: inout Connection) throws -> Int {
            func counter(_ sql: SQL) throws -> Int {
                let row = try #require(try connection.first(sql))
                return try #require(Int(row.get(1, as: String.self)))
            }
            return try counter("SHOW SESSION STATUS LIKE 'Com_stmt_prepare'")
                - counter("SHOW SESSION STATUS LIKE 'Com_stmt_close'")
        }
        var sql: SQL = "SELECT 1"
        for number in 0..<400 {
            sql += " + 1"
            #expect(try connection.first(sql)?.get(0) == number + 2)
        }
        let count = try prepared(&connection)
        #expect((StatementCache.limit - 2...StatementCache.limit).contains(count))
    }

    @Test("ten thousand rows go in at once, NULLs and every kind of value among them")
    func bulk() throws {
        let database = try TestDatabase()
        var connection = try database.connection()
        try connection.executeScript(
            "CREATE TABLE t (n BIGINT PRIMARY KEY, s VARCHAR(50), b VARBINARY(50), m BIGINT, z VARCHAR(5))")
        let rows = (0..<10_000).map { number -> [Value] in
            let text: Value = number % 3 == 0 ? .null : .text("नाम \(number)'")
            let bytes: Value = number % 5 == 0 ? .null : .bytes([0, UInt8(number % 256)])
            let integer: Value = number % 7 == 0 ? .null : .integer(-5)
            return [.integer(Int64(number)), text, bytes, integer, .null]
        }
        let outcome = try connection.executeMany("INSERT INTO t VALUES (?, ?, ?, ?, ?)", rows: rows)
        #expect(outcome.affectedRows == 10_000)
        #expect(try connection.rows("SELECT n, s, b, m, z FROM t ORDER BY n").map(\.values) == rows)
        #expect(try connection.executeMany("INSERT INTO t VALUES (?, ?, ?, ?, ?)", rows: []).affectedRows == 0)
        #expect(
            try connection.executeMany("UPDATE t SET m = ? WHERE n = ?", rows: [[.integer(9), .integer(0)]])
                .affectedRows
                == 1)
    }

    @Test("rows of more bytes than one packet may have go in all the same")
    func largeBulk() throws {
        let database = try TestDatabase()
        var connection = try database.connection()
        try connection.executeScript("CREATE TABLE t (n INT PRIMARY KEY, b MEDIUMBLOB)")
        let rows = (0..<30).map { number -> [Value] in
            let size = number % 10 == 0 ? 3 << 20 : 400_000
            return [.integer(Int64(number)), .bytes([UInt8](repeating: 7, count: size))]
        }
        #expect(try connection.executeMany("INSERT INTO t VALUES (?, ?)", rows: rows).affectedRows == 30)
        #expect(try connection.first("SELECT SUM(LENGTH(b)) FROM t")?.get(0) == 3 * (3 << 20) + 27 * 400_000)
    }

    @Test("bulk rows of the wrong shape are refused")
    func wrongShape() throws {
        let database = try TestDatabase()
        var connection = try database.connection()
        try connection.executeScript("CREATE TABLE t (n INT UNIQUE)")
        for rows: [[Value]] in [[[.integer(1)], []], [[.integer(1)], [.text("2")]], [[.text("1")], [.bytes([2])]]] {
            let error = failure { () throws(DatabaseError) in
                try connection.executeMany("INSERT INTO t VALUES (?)", rows: rows)
            }
            #expect(error?.code == DatabaseError.unboundValue)
        }
        let duplicate = failure { () throws(DatabaseError) in
            try connection.executeMany("INSERT INTO t VALUES (?)", rows: [[.integer(1)], [.integer(1)]])
        }
        #expect(duplicate?.isDuplicate == true && duplicate?.violatedKey == "n")
    }
}
