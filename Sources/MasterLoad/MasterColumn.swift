/// A column of a master file.
enum MasterColumn: String, CaseIterable {
    case iec
    case gstin
    case legalName = "legal_name"
    case email
    case mobile
    case iecStatus = "iec_status"
    case gstinStatus = "gstin_status"

    /// Finds the columns by the header's names, in any order and either case.
    ///
    /// - Returns: the place of each column, and a sentence for each column that is kept out.
    static func places(in header: CSVRecord) throws(MasterFileError) -> (
        places: [MasterColumn: Int], warnings: [String]
    ) {
        var places: [MasterColumn: Int] = [:]
        var warnings: [String] = []
        for (index, name) in header.fields.enumerated() {
            guard let column = MasterColumn(rawValue: Text.lowercased(Text.trimmed(name))) else {
                warnings.append("Column \(index + 1) (\(Text.shown(name))) is not of the master: it is kept out.")
                continue
            }
            guard places[column] == nil else {
                throw MasterFileError(line: header.line, "the column \(column.rawValue) is there twice")
            }
            places[column] = index
        }
        let missing = allCases.filter { places[$0] == nil }.map(\.rawValue)
        guard missing.isEmpty else {
            throw MasterFileError(
                line: header.line, "the header lacks \(missing.joined(separator: ", ")); it names the columns")
        }
        return (places, warnings)
    }
}
