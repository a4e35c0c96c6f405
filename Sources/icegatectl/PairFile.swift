import MasterLoad

/// A CSV file that names (IEC, GSTIN) pairs in its columns `iec` and `gstin`; others are not looked at.
struct PairFile: ~Copyable {
    private var reader: CSVReader
    private let iecColumn: Int
    private let gstinColumn: Int

    init(path: String, _ options: CommonOptions) throws {
        var reader = CSVReader(try ByteSource(path: path, isDigested: false))
        let names = try reader.next()?.fields.map { $0.lowercased() } ?? []
        guard let iec = names.firstIndex(of: "iec"), let gstin = names.firstIndex(of: "gstin") else {
            throw options.refused("\(path): the first line must name the columns iec and gstin.")
        }
        self.reader = reader
        (iecColumn, gstinColumn) = (iec, gstin)
    }

    mutating func next() throws -> (number: Int, iec: String, gstin: String)? {
        guard let record = try reader.next() else { return nil }
        let field = { (index: Int) in record.fields.indices.contains(index) ? record.fields[index] : "" }
        return (record.line, field(iecColumn), field(gstinColumn))
    }
}
