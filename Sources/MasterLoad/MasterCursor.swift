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

    init(_ connection: consuming Connection, statuses: StatusCodes) throws(MasterLoadError) {
        self.statuses = statuses
        iecCodes = statuses.iec.map { Array($0.utf8) }
        gstinCodes = statuses.gstin.map { Array($0.utf8) }
        // Every version up to the load that counts, the newest of a pair last.
        var cursor = try ByteCursor.opened(
            connection,
            """
            SELECT iec, gstin, legal_name, email, mobile, iec_status, gstin_status, is_removed
            FROM master_versions FORCE INDEX (PRIMARY)
            WHERE load_id <= (SELECT current_load FROM master_state WHERE id = 1)
            ORDER BY iec, gstin, load_id
            """)
        do throws(DatabaseError) { isPending = try cursor.next() } catch { throw .database(error) }
        self.cursor = cursor
    }

    /// Goes to the next pair of the master.
    mutating func advance() throws(MasterLoadError) {
        var next = row ?? MasterRowBytes()
        while isPending {
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
