import MariaDB
import Testing

import struct FoundationEssentials.Date

@Suite("values") struct ValueTests {
    private static let columns = """
        CREATE TABLE v (id INT PRIMARY KEY AUTO_INCREMENT, i BIGINT, s MEDIUMTEXT, b MEDIUMBLOB, t DATETIME(6))
        """

    @Test(
        "integers come back as they were sent, to both edges",
        arguments: [Int64.min, -1, 0, 1, 4_294_967_296, .max])
    func integers(number: Int64) throws {
        let database = try TestDatabase()
        var connection = try database.connection()
        try connection.executeScript(Self.columns)
        try connection.execute("INSERT INTO v (i) VALUES (\(number))")
        #expect(try connection.first("SELECT i FROM v WHERE i = \(number)")?.get(0) == number)
    }

    @Test("a BIGINT UNSIGNED comes back whole, above Int64.max as digits")
    func unsigned() throws {
        let database = try TestDatabase()
        var connection = try database.connection()
        try connection.executeScript("CREATE TABLE u (id INT PRIMARY KEY, n BIGINT UNSIGNED)")
        try connection.execute("INSERT INTO u VALUES (1, \(UInt64.max)), (2, 5)")
        let rows = try connection.rows("SELECT n FROM u ORDER BY id")
        #expect(rows.map(\.values) == [[.text("18446744073709551615")], [.integer(5)]])
        #expect(try rows[0].get(0) == UInt64.max)
        #expect(failure { () throws(DatabaseError) in _ = try rows[0].get(0, as: Int64.self) } != nil)
    }

    @Test(
        "text comes back as it was sent",
        arguments: [
            "", " ", "a\0b", "naïve", "हिन्दी", "🇮🇳👩‍👩‍👧", "'; DROP TABLE v; -- ", "\\", "\\'", "%_", "\"`?",
            "x' OR '1'='1", String(repeating: "न", count: 341), String(repeating: "x", count: 1023),
            String(repeating: "x", count: 1024), String(repeating: "x", count: 1025),
        ])
    func text(_ text: String) throws {
        let database = try TestDatabase()
        var connection = try database.connection()
        try connection.executeScript(Self.columns)
        try connection.execute("INSERT INTO v (s) VALUES (\(text))")
        #expect(try connection.first("SELECT s FROM v")?.get(0) == text)
        #expect(try connection.first("SELECT COUNT(*) FROM v WHERE BINARY s = BINARY \(text)")?.get(0) == 1)
    }

    @Test("a megabyte of text and of bytes is read whole, between short values")
    func megabyte() throws {
        let database = try TestDatabase()
        var connection = try database.connection()
        try connection.executeScript(Self.columns)
        let text = String((0..<(1 << 18)).map { "añ\($0 % 10)"[...] }.joined())
        let bytes = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
        #expect(text.utf8.count == 1 << 20)
        try connection.execute("INSERT INTO v (i, s, b) VALUES (1, 'short', 'short')")
        try connection.execute("INSERT INTO v (i, s, b) VALUES (2, \(text), \(bytes))")
        try connection.execute("INSERT INTO v (i, s, b) VALUES (3, '', '')")
        let rows = try connection.rows("SELECT s, b, i FROM v ORDER BY i")
        #expect(rows[0].values == [.text("short"), .bytes(Array("short".utf8)), .integer(1)])
        #expect(rows[1].values == [.text(text), .bytes(bytes), .integer(2)])
        #expect(rows[2].values == [.text(""), .bytes([]), .integer(3)])
    }

    @Test("every byte comes back as it was sent")
    func bytes() throws {
        let database = try TestDatabase()
        var connection = try database.connection()
        try connection.executeScript(Self.columns)
        let all = (0...255).map { UInt8($0) }
        try connection.execute("INSERT INTO v (b) VALUES (\(all)), (\([UInt8]()))")
        #expect(try connection.rows("SELECT b FROM v ORDER BY id").map(\.values) == [[.bytes(all)], [.bytes([])]])
    }

    @Test(
        "a time is the server's own, to the microsecond",
        arguments: [
            ("1970-01-01 00:00:00.000000", 0.0), ("1970-01-01 00:00:00.000001", 0.000001),
            ("1969-12-31 23:59:59.999999", -0.000001), ("2000-02-29 12:00:00.500000", 951_825_600.5),
            ("2001-01-01 00:00:00.000000", 978_307_200), ("2018-06-11 10:30:00.123456", 1_528_713_000.123456),
            ("2038-01-19 03:14:08.000000", 2_147_483_648), ("2100-03-01 00:00:00.000000", 4_107_542_400),
            ("0001-01-01 00:00:00.000000", -62_135_596_800), ("9999-12-31 23:59:59.000000", 253_402_300_799),
        ])
    func times(text: String, seconds: Double) throws {
        let database = try TestDatabase()
        var connection = try database.connection()
        try connection.executeScript(Self.columns)
        let date = Date(timeIntervalSinceReferenceDate: ((seconds - 978_307_200) * 1e6).rounded() / 1e6)
        try connection.execute("INSERT INTO v (t) VALUES (\(date))")
        #expect(try connection.first("SELECT CAST(t AS CHAR) FROM v")?.get(0) == text)
        #expect(try connection.first("SELECT t FROM v")?.get(0) == date)
    }

    @Test("ten thousand times of three centuries come back equal, whatever their microseconds")
    func manyTimes() throws {
        let database = try TestDatabase()
        var connection = try database.connection()
        try connection.executeScript(Self.columns)
        let sent = (0..<10_000).map { number in
            Date(timeIntervalSinceReferenceDate: Double(Int64(number) &* 947_000_000_177 - 4_000_000_000_000_000) / 1e6)
        }
        try connection.executeMany("INSERT INTO v (t) VALUES (?)", rows: sent.map { [.timestamp($0)] })
        let read = try connection.rows("SELECT t FROM v ORDER BY id").map { try $0.get(0, as: Date.self) }
        let differences = zip(sent, read).count { $0 != $1 }
        #expect(read.count == sent.count && differences == 0)
    }

    @Test(
        "a date that DATETIME cannot hold is refused before it is sent",
        arguments: [Double.nan, .infinity, 1e12, -1e12])
    func impossibleDates(seconds: Double) throws {
        let database = try TestDatabase()
        var connection = try database.connection()
        let error = failure { () throws(DatabaseError) in
            _ = try connection.first("SELECT \(Date(timeIntervalSinceReferenceDate: seconds))")
        }
        #expect(error?.code == DatabaseError.unboundValue)
        #expect(try connection.first("SELECT 1")?.get(0) == 1)
    }

    @Test("NULL is nil of every type, and no value of any")
    func null() throws {
        let database = try TestDatabase()
        var connection = try database.connection()
        try connection.executeScript(Self.columns)
        let nothing: String? = nil
        try connection.execute(
            "INSERT INTO v (i, s, b, t) VALUES (\(Int?.none), \(nothing), \([UInt8]?.none), \(Date?.none))")
        let row = try #require(try connection.first("SELECT i, s, b, t, NULL FROM v WHERE s IS NULL"))
        #expect(row.values == [.null, .null, .null, .null, .null])
        #expect(try row.get(0, as: Int?.self) == nil)
        #expect(try row.get(1, as: String?.self) == nil)
        #expect(try row.get(2, as: [UInt8]?.self) == nil)
        #expect(try row.get(3, as: Date?.self) == nil)
        #expect(failure { () throws(DatabaseError) in _ = try row.get(0, as: Int.self) }?.code == 60_001)
        #expect(failure { () throws(DatabaseError) in _ = try row.get(1, as: String.self) }?.code == 60_001)
    }

    @Test("each column type has its case")
    func columnTypes() throws {
        let database = try TestDatabase()
        var connection = try database.connection()
        let row = try #require(
            try connection.first(
                """
                SELECT CAST(7 AS DECIMAL(20,0)), CAST(1.50 AS DECIMAL(5,2)), SUM(2), DATE '2018-06-11',
                TIME '10:30:00', TRUE, CAST('{}' AS CHAR), COUNT(*), 1 = 2, b'101', UNHEX('00FF'), 2.5e0, YEAR('2018-01-01')
                """))
        #expect(
            row.values == [
                .integer(7), .text("1.50"), .integer(2),
                .timestamp(Date(timeIntervalSinceReferenceDate: 550_368_000)), .text("10:30:00"), .integer(1),
                .text("{}"), .integer(1), .integer(0), .bytes([5]), .bytes([0, 255]), .text("2.5"), .integer(2018),
            ])
        #expect(try row.get(5, as: Bool.self))
        #expect(try !row.get(8, as: Bool.self))
        #expect(failure { () throws(DatabaseError) in _ = try row.get(0, as: Bool.self) } != nil)
        #expect(failure { () throws(DatabaseError) in _ = try row.get(12, as: UInt8.self) } != nil)
        #expect(failure { () throws(DatabaseError) in _ = try row.get(13, as: UInt8.self) } != nil)
        #expect(failure { () throws(DatabaseError) in _ = try row.get(-1, as: UInt8.self) } != nil)
    }

    @Test("interpolated values and fragments are bound in their order")
    func interpolation() throws {
        let filter: SQL = "a = \(1) AND b = \("x")"
        var sql: SQL = "SELECT c FROM t WHERE \(filter) AND d IN (\(list: [2, 3]))" + " LIMIT \(4)"
        sql += " FOR UPDATE"
        #expect(sql.text == "SELECT c FROM t WHERE a = ? AND b = ? AND d IN (?, ?) LIMIT ? FOR UPDATE")
        #expect(sql.values == [.integer(1), .text("x"), .integer(2), .integer(3), .integer(4)])
        let none: SQL = "d IN (\(list: [Int]()))"
        #expect(none.text == "d IN (NULL)" && none.values.isEmpty)
    }

    @Test("a password is in no description, dump or mirror")
    func password() {
        let options = ConnectionOptions(
            servers: Servers([.socket("/s")]), user: "u", password: "geheim-77", database: "d")
        var dumped = ""
        dump([options], to: &dumped)
        for text in ["\(options)", String(reflecting: options), "\([options])", dumped] {
            #expect(!text.contains("geheim-77"))
            #expect(text.contains("u"))
        }
    }
}
