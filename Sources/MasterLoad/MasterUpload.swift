internal import Files
internal import MariaDB

/// Sends the rows that differ to the database, where they count for nothing until the load does.
///
/// Thousands of rows go in one statement and one transaction: a cluster bears them one after another, and what a run that
/// dies has sent is not sent again when the load is carried on.
struct MasterUpload {
    let load: Int64
    let statuses: StatusCodes
    /// The bytes of one transaction.
    let batchSize: Int

    /// Sends rows.
    ///
    /// - Parameters:
    ///   - last: the last pair, IEC and GSTIN as one text, that a run before has sent; empty for none.
    ///   - progress: called after each batch with the rows that are done.
    func run(
        _ changes: borrowing TemporaryFile, after last: [UInt8], on connection: inout Connection,
        progress: (Int) throws(MasterLoadError) -> Void
    ) throws(MasterLoadError) {
        let lastKey = last.count == MasterRowBytes.keyLength ? PairKey(last.span) : nil
        let reader = RecordReader(0..<changes.byteCount, bufferSize: 1 << 20)
        let number = Array(String(load).utf8)
        let codes = (iec: statuses.iec.map { Array($0.utf8) }, gstin: statuses.gstin.map { Array($0.utf8) })
        var batch = ByteColumns(columnCount: 9)
        var done = 0
        var key: [UInt8] = []
        while try reader.advance(in: changes) {
            done += 1
            if let lastKey, reader.key <= lastKey { continue }
            let row = reader.row
            let text = row.text.span
            batch.append(text.extracting(0..<10), to: 0)
            batch.append(text.extracting(10..<25), to: 1)
            batch.append(number.span, to: 2)
            batch.append((reader.kind == .removal ? Self.yes : Self.no).span, to: 3)
            batch.append(text.extracting(row.nameRange), to: 4)
            batch.append(text.extracting(row.emailRange), to: 5)
            batch.append(text.extracting(row.mobileRange), to: 6)
            batch.append(Self.code(row.iecStatus, codes.iec).span, to: 7)
            batch.append(Self.code(row.gstinStatus, codes.gstin).span, to: 8)
            if batch.byteCount >= batchSize {
                key = Array(row.text[..<25])
                try send(batch, upTo: key, on: &connection)
                batch.removeAll()
                try progress(done)
            }
            key = row.text
        }
        if batch.rowCount > 0 { try send(batch, upTo: Array(key[..<25]), on: &connection) }
        try progress(done)
    }

    private func send(
        _ batch: ByteColumns, upTo key: [UInt8], on connection: inout Connection
    ) throws(MasterLoadError) {
        let (iec, gstin) = (String(decoding: key[..<10], as: UTF8.self), String(decoding: key[10...], as: UTF8.self))
        let isOurs: Bool
        do throws(DatabaseError) {
            isOurs = try connection.transaction { (connection) throws(DatabaseError) in
                try connection.executeMany(
                    """
                    INSERT INTO master_versions
                        (iec, gstin, load_id, is_removed, legal_name, email, mobile, iec_status, gstin_status)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """, batch)
                try connection.execute(
                    "UPDATE master_loads SET staged_iec = \(iec), staged_gstin = \(gstin) WHERE id = \(load)")
                // Last, so that the row that others read is held for no longer than the commit.
                return try MasterLoads.touch(load, on: &connection) ? .commit(true) : .rollback(false)
            }
        } catch { throw .database(error) }
        guard isOurs else { throw .takenOver }
    }

    private static let yes: [UInt8] = Array("1".utf8)
    private static let no: [UInt8] = Array("0".utf8)

    private static func code(_ place: UInt8, _ codes: [[UInt8]]) -> [UInt8] {
        codes.indices.contains(Int(place)) ? codes[Int(place)] : codes.first ?? []
    }
}
