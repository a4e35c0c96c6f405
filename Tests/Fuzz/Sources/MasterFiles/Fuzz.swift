import Files
import Fuzzing
import MasterLoad
import Registration

/// CSV is read by RFC 4180 in pieces of any size, within its limits; rows that are taken are right.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = unsafe Input(start, count)
    let choice = input.byte()
    let pieceSize = Int(input.byte()) + 1
    let bytes = input.remainder()
    switch choice % 3 {
    case 0: checkReading(bytes, pieceSize)
    case 1: checkPrinting(bytes)
    default: checkRows(bytes, pieceSize)
    }
    return 0
}

private let limits = CSVReader.Limits(fieldBytes: 24, fields: 5)

private func checkReading(_ bytes: [UInt8], _ pieceSize: Int) {
    let whole = Reading(bytes, inPiecesOf: .max, limits: limits)
    let inPieces = Reading(bytes, inPiecesOf: pieceSize, limits: limits)
    let isGzip = bytes.starts(with: [0x1F, 0x8B])
    // Of two things that are wrong in a record, the pieces decide which is seen first; so do they in gzip whether damage
    // is seen before the records that stand in front of it.
    let isSame =
        (inPieces.error == nil) == (whole.error == nil)
        && (inPieces.records == whole.records || (isGzip && whole.error != nil))
    require(isSame, "in pieces of \(pieceSize) read as \(inPieces), expected \(whole)")
    var line = 0
    for record in whole.records {
        require(record.line > line, "line \(record.line) behind \(line)")
        line = record.line
        require((1...limits.fields).contains(record.fields.count), "\(record.fields.count) fields")
        for (place, field) in record.fields.enumerated() where !record.illFormedFields.contains(place) {
            require(field.utf8.count <= limits.fieldBytes, "a field of \(field.utf8.count) bytes")
        }
    }
    // What comes out of gzip is not what the file says.
    guard !isGzip else { return }
    let expected = CSVText.read(bytes, limits: limits)
    require(whole.records == expected.records, "records: \(whole.records), expected \(expected.records)")
    require((whole.error == nil) == expected.isRight, "\(String(describing: whole.error)), expected \(expected)")
    let records = whole.records.filter { $0.illFormedFields.isEmpty }.map { $0.fields }
    let quote = UInt8(ascii: "\"")
    let printed = records.map { fields in
        let cells = fields.map { [quote] + $0.utf8.flatMap { $0 == quote ? [quote, quote] : [$0] } + [quote] }
        return Array(cells.joined(separator: ",".utf8)) + Array("\r\n".utf8)
    }
    let again = Reading(Array(printed.joined()), inPiecesOf: .max, limits: limits)
    require(again.records.map { $0.fields } == records, "printed and read, other records: \(printed)")
}

/// What is reported to people is read back, and no spreadsheet runs it.
private func checkPrinting(_ bytes: [UInt8]) {
    let fields = bytes.split(separator: 0, maxSplits: 4, omittingEmptySubsequences: false).map { field in
        String(decoding: field.filter { $0 != 0 }, as: UTF8.self)
    }
    let printed = CSVDocument.row(fields)
    let reading = Reading(printed, inPiecesOf: 7, limits: .init())
    guard fields.allSatisfy({ $0.utf8.count < 4_000 }) else { return }
    // A line of one empty field counts as an empty line.
    if fields == [""] { return }
    require(
        reading.error == nil && reading.records.count == 1,
        "not one record: \(String(decoding: printed, as: UTF8.self))")
    for (field, read) in zip(fields, reading.records.first?.fields ?? []) {
        require([field, "'" + field].contains { $0.utf8.elementsEqual(read.utf8) }, "\(field) is read as \(read)")
        let first = read.utf8.first { $0 != UInt8(ascii: " ") }
        require(first.map { !"=+-@\t\r\n|%".utf8.contains($0) } ?? true, "a formula: \(read)")
    }
}

private func checkRows(_ bytes: [UInt8], _ pieceSize: Int) {
    let header = Array("iec,gstin,legal_name,email,mobile,iec_status,gstin_status\n".utf8)
    let source = ByteSource(bytes: header + bytes, inPiecesOf: pieceSize)
    // Without the judge, for what the file says.
    let said = Reading(header + bytes, inPiecesOf: .max, limits: .init())
    var lines: [MasterLine] = []
    do throws(MasterFileError) {
        var file = try MasterFile(source)
        while let line = try file.next() { lines.append(line) }
        require(said.error == nil, "read to the end, and not: \(String(describing: said.error))")
    } catch {
        require(said.error != nil, "refused for \(error)")
    }
    require(lines.count == max(0, said.records.count - 1), "\(lines.count) rows")
    for (line, record) in zip(lines, said.records.dropFirst()) {
        switch line {
        case .rejected(let findings):
            require(findings.contains { $0.isRejection }, "refused for nothing")
            for finding in findings { check(finding, record) }
        case .row(let row, let findings):
            require(record.fields.count == 7 && record.illFormedFields.isEmpty, "a row of \(record.fields)")
            for finding in findings {
                require(!finding.isRejection, "taken, and \(finding.reason)")
                check(finding, record)
            }
            check(row, record.fields)
        }
    }
}

private func check(_ finding: MasterFinding, _ record: CSVRecord) {
    require(finding.line == record.line, "line \(finding.line) of \(record.line)")
    require(finding.maskedValue.unicodeScalars.count <= 24, "a long value: \(finding.maskedValue)")
    require(!finding.maskedValue.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "controls: \(finding.maskedValue)")
}

private func check(_ row: MasterRow, _ fields: [String]) {
    require((try? IEC(fields[0])) == row.iec, "the IEC \(row.iec) of \(fields[0])")
    require((try? GSTIN(fields[1])) == row.gstin && row.gstin.canBelong(to: row.iec), "the GSTIN \(row.gstin)")
    let name = row.legalName.unicodeScalars
    require((1...200).contains(name.count), "a name of \(name.count)")
    require(row.legalName.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "a name of two lines: \(row.legalName)")
    require(row.email.unicodeScalars.count <= 254 && row.mobile.unicodeScalars.count <= 64, "a long contact")
    for contact in [row.email, row.mobile] {
        require(contact.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "a contact of two lines: \(contact)")
    }
    if let email = try? EmailAddress(fields[3]) { require(row.email == email.text, "the address \(row.email)") }
    if let mobile = try? MobileNumber(fields[4]) { require(row.mobile == mobile.text, "the number \(row.mobile)") }
    require(StatusCodes.published.iec.contains(row.iecStatus), "the status \(row.iecStatus)")
    require(StatusCodes.published.gstin.contains(row.gstinStatus), "the status \(row.gstinStatus)")
    for (status, field) in [(row.iecStatus, fields[5]), (row.gstinStatus, fields[6])] {
        let word = field.utf8.filter { !" \t\r\n".utf8.contains($0) }
        require(
            String(decoding: word, as: UTF8.self).lowercased() == status.lowercased(),
            "the status \(status) of \(field)")
    }
}
