internal import Files
internal import MariaDB

/// The rows of the present master in the order of their keys, at one instant.
struct MasterCursor: ~Copyable {
    /// The current row; `nil` at the end, and before the first ``advance()``.
    private(set) var row: MasterRowBytes?
    private(set) var key = PairKey(high: 0, low: 0)

    private var cursor: ByteCursor
    private let statuses: StatusCodes
    private let iecCodes: [[UInt8]]
    private let gstinCodes: [[UInt8]]
    private var isPending = false
    private let database: ConnectionOptions
    /// The IECs whose pairs are read, from the next query on; none when all are read.
    private var iecs: ArraySlice<[UInt8]>
    /// How many IECs go into one query: fewer than those that the server would make a table of.
    private static let iecsAtOnce = 900

    /// - Parameter iecs: the IECs whose pairs are wanted, in their order; `nil` for all.
    init(_ database: ConnectionOptions, statuses: StatusCodes, iecs: [[UInt8]]? = nil) throws(MasterLoadError) {
        self.database = database
        self.statuses = statuses
        iecCodes = statuses.iec.map { Array($0.utf8) }
        gstinCodes = statuses.gstin.map { Array($0.utf8) }
        if let iecs {
            self.iecs = iecs[...]
            cursor = try ByteCursor.pairs(of: self.iecs.prefix(Self.iecsAtOnce), database)
            self.iecs = self.iecs.dropFirst(Self.iecsAtOnce)
            return
        }
        self.iecs = []
        // Every version up to the load that counts, the newest of a pair last.
        cursor = try ByteCursor.opened(
            MasterLoader.connection(database),
            """
            SELECT iec, gstin, legal_name, email, mobile, iec_status, gstin_status, is_removed
            FROM master_versions FORCE INDEX (PRIMARY)
            WHERE load_id <= (SELECT current_load FROM master_state WHERE id = 1)
            ORDER BY iec, gstin, load_id
            """)
    }

    /// Goes to the next pair of the master.
    mutating func advance() throws(MasterLoadError) {
        var next = row ?? MasterRowBytes()
        while try isThereMore() {
            var isRemoved = read(into: &next)
            key = next.key
            do throws(DatabaseError) {
                isPending = try cursor.next()
                while isPending, cursor.key == key {
                    isRemoved = read(into: &next)
                    isPending = try cursor.next()
                }
            } catch { throw .database(error) }
            if !isRemoved {
                row = next
                return
            }
        }
        row = nil
    }

    /// Whether there is a version that was not looked at; queries for it where that is needed.
    private mutating func isThereMore() throws(MasterLoadError) -> Bool {
        if isPending { return true }
        do throws(DatabaseError) { isPending = try cursor.next() } catch { throw .database(error) }
        while !isPending, !iecs.isEmpty {
            cursor = try ByteCursor.pairs(of: iecs.prefix(Self.iecsAtOnce), database)
            iecs = iecs.dropFirst(Self.iecsAtOnce)
            do throws(DatabaseError) { isPending = try cursor.next() } catch { throw .database(error) }
        }
        return isPending
    }

    /// - Returns: whether the version is that of a removed pair.
    private func read(into row: inout MasterRowBytes) -> Bool {
        let held = cursor.bytes
        let bytes = held.span
        row.removeAll()
        row.text.append(copying: bytes.extracting(0..<cursor.ends[4]))
        row.nameEnd = cursor.ends[2]
        row.emailEnd = cursor.ends[3]
        row.iecStatus = Self.place(bytes.extracting(cursor.range(5)), in: iecCodes)
        row.gstinStatus = Self.place(bytes.extracting(cursor.range(6)), in: gstinCodes)
        return bytes[cursor.range(7).lowerBound] == UInt8(ascii: "1")
    }

    /// The place of a code; one that the look-up tables lost is none of theirs.
    private static func place(_ code: Span<UInt8>, in codes: [[UInt8]]) -> UInt8 {
        for index in codes.indices where UTF8Text.isEqual(code, codes[index]) { return UInt8(clamping: index) }
        return .max
    }
}

/// Pairs in the order of their keys, each with a word about it, walked beside the master.
struct PairCursor: ~Copyable {
    private(set) var key: PairKey?
    private var cursor: ByteCursor

    /// - Parameter sql: gives IEC, GSTIN and a word, in this order.
    init(_ connection: consuming Connection, _ sql: StaticString) throws(MasterLoadError) {
        var cursor = try ByteCursor.opened(connection, sql)
        do throws(DatabaseError) { key = try cursor.next() ? cursor.key : nil } catch { throw .database(error) }
        self.cursor = cursor
    }

    /// The word about the current pair.
    var word: String { String(decoding: cursor.bytes[cursor.range(2)], as: UTF8.self) }

    mutating func advance() throws(MasterLoadError) {
        do throws(DatabaseError) {
            key = try cursor.next() ? cursor.key : nil
        } catch { throw .database(error) }
    }

    /// Whether `wanted` is among the pairs; the cursor goes on as far as it.
    mutating func contains(_ wanted: PairKey) throws(MasterLoadError) -> Bool {
        while let key, key < wanted { try advance() }
        return key == wanted
    }
}

extension ByteCursor {
    /// The versions of some IECs' pairs.
    fileprivate static func pairs(
        of iecs: ArraySlice<[UInt8]>, _ database: ConnectionOptions
    ) throws(MasterLoadError) -> ByteCursor {
        let connection = try MasterLoader.connection(database)
        do throws(DatabaseError) {
            return try ByteCursor(
                connection,
                """
                SELECT iec, gstin, legal_name, email, mobile, iec_status, gstin_status, is_removed
                FROM master_versions FORCE INDEX (PRIMARY) WHERE iec IN (
                """, list: Array(iecs),
                """
                ) AND load_id <= (SELECT current_load FROM master_state WHERE id = 1) ORDER BY iec, gstin, load_id
                """)
        } catch { throw .database(error) }
    }

    fileprivate static func opened(
        _ connection: consuming Connection, _ sql: StaticString
    ) throws(MasterLoadError) -> ByteCursor {
        do throws(DatabaseError) { return try ByteCursor(connection, sql) } catch { throw .database(error) }
    }

    /// The pair with which the current row begins.
    fileprivate var key: PairKey {
        let held = bytes
        return PairKey(held.span)
    }
}
