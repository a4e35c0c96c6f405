internal import Files
internal import Registration

/// Judges records of a master file by the domain's rules.
///
/// Rows with unusable contacts are normal and are loaded: their holders are sent to the contact page. What cannot be
/// a key, a status or text of one line is rejected.
struct MasterRowJudge {
    /// What a record is.
    enum Verdict {
        /// A row to load; findings are about contacts that cannot be used.
        case row
        /// A row that must not be loaded; `hasPair` tells whether its IEC and GSTIN are right.
        case rejected(hasPair: Bool)
    }

    let places: [Int]
    let columnCount: Int
    let statuses: StatusCodes

    /// The row that was judged last, as far as it could be read.
    private(set) var row = MasterRowBytes()
    /// What there is to say of it.
    private(set) var findings: [MasterFinding] = []
    private var isRejected = false
    private var line = 0
    /// The codes of the row before, as the tables write them.
    private var lastIECCode: [UInt8]
    private var lastGSTINCode: [UInt8]
    private let iecCodes: [[UInt8]]
    private let gstinCodes: [[UInt8]]

    init(places: [MasterColumn: Int], columnCount: Int, statuses: StatusCodes) {
        // The header has every column.
        self.places = MasterColumn.allCases.map { places[$0] ?? 0 }
        self.columnCount = columnCount
        self.statuses = statuses
        iecCodes = statuses.iec.map { Array(Text.lowercased($0).utf8) }
        gstinCodes = statuses.gstin.map { Array(Text.lowercased($0).utf8) }
        lastIECCode = Self.bytes(of: 0, statuses.iec)
        lastGSTINCode = Self.bytes(of: 0, statuses.gstin)
    }

    mutating func judge(_ reader: borrowing CSVReader) -> Verdict {
        if !findings.isEmpty { findings = [] }
        isRejected = false
        line = reader.line
        row.removeAll()
        row.line = line
        guard reader.fields.count == columnCount else {
            isRejected = true
            findings.append(
                MasterFinding(
                    line: line, column: "", maskedValue: "",
                    reason: "The row has \(reader.fields.count) fields, the header \(columnCount).",
                    kind: "The row has not as many fields as the header."))
            return .rejected(hasPair: false)
        }
        let bytes = reader.buffer.span
        var hasPair = true
        let iec = reader.fields[places[0]]
        if IEC.isCanonical(bytes.extracting(iec.range)) {
            row.text.append(copying: bytes.extracting(iec.range))
        } else {
            hasPair = addIEC(iec, bytes)
        }
        let gstin = reader.fields[places[1]]
        if GSTIN.isCanonical(bytes.extracting(gstin.range)) {
            row.text.append(copying: bytes.extracting(gstin.range))
        } else if !addGSTIN(gstin, bytes) {
            hasPair = false
        }
        if hasPair, !Self.isPair(row.text.span) {
            reject(.gstin, RuleViolation.gstinOfAnotherPAN.explanation, bytes, gstin)
            hasPair = false
        }
        let nameStart = row.text.count
        let name = reader.fields[places[2]]
        add(name, .legalName, limit: 200, bytes)
        row.nameEnd = row.text.count
        if row.nameEnd == nameStart, !isRejected || name.range.isEmpty {
            reject(.legalName, "The name is missing.", bytes, name)
        }
        addContact(reader.fields[places[3]], .email, limit: 254, bytes)
        row.emailEnd = row.text.count
        addContact(reader.fields[places[4]], .mobile, limit: 64, bytes)
        // Most rows have the codes of the row before.
        let iecStatus = reader.fields[places[5]]
        if !UTF8Text.isEqual(bytes.extracting(iecStatus.range), lastIECCode) {
            row.iecStatus = code(iecStatus, .iecStatus, iecCodes, statuses.iec, bytes)
            lastIECCode = Self.bytes(of: row.iecStatus, statuses.iec)
        }
        let gstinStatus = reader.fields[places[6]]
        if !UTF8Text.isEqual(bytes.extracting(gstinStatus.range), lastGSTINCode) {
            row.gstinStatus = code(gstinStatus, .gstinStatus, gstinCodes, statuses.gstin, bytes)
            lastGSTINCode = Self.bytes(of: row.gstinStatus, statuses.gstin)
        }
        if isRejected {
            findings.removeAll { !$0.isRejection }
            if hasPair { row.keepPair() }
            return .rejected(hasPair: hasPair)
        }
        return .row
    }

    // MARK: -

    private mutating func addIEC(_ field: CSVReader.Field, _ bytes: Span<UInt8>) -> Bool {
        guard isWellFormed(field, .iec, bytes) else { return false }
        let text = bytes.extracting(field.range)
        guard let violation = row.text.adding(IEC.length, { IEC.read(text, into: &$0) }) else { return true }
        reject(.iec, violation.explanation, bytes, field)
        return false
    }

    private mutating func addGSTIN(_ field: CSVReader.Field, _ bytes: Span<UInt8>) -> Bool {
        guard isWellFormed(field, .gstin, bytes) else { return false }
        let text = bytes.extracting(field.range)
        guard let violation = row.text.adding(GSTIN.length, { GSTIN.read(text, into: &$0) }) else { return true }
        reject(.gstin, violation.explanation, bytes, field)
        return false
    }

    /// The bytes of a code; of none, what no text has.
    private static func bytes(of place: UInt8, _ codes: [String]) -> [UInt8] {
        codes.indices.contains(Int(place)) ? Array(codes[Int(place)].utf8) : [0xFF]
    }

    private static func isPair(_ text: Span<UInt8>) -> Bool {
        GSTIN.canBelong(text.extracting(10..<25), to: text.extracting(..<10))
    }

    private mutating func reject(
        _ column: MasterColumn, _ reason: String, _ bytes: Span<UInt8>, _ field: CSVReader.Field,
        isRejection: Bool = true
    ) {
        if isRejection { isRejected = true }
        var value: [UInt8] = []
        value.append(copying: bytes.extracting(field.range))
        findings.append(
            MasterFinding(
                line: line, column: column.rawValue, maskedValue: Text.masked(String(decoding: value, as: UTF8.self)),
                reason: reason, isRejection: isRejection))
    }

    private mutating func isWellFormed(
        _ field: CSVReader.Field, _ column: MasterColumn, _ bytes: Span<UInt8>
    ) -> Bool {
        guard field.marks.contains(.nonASCII), !UTF8Text.isWellFormed(bytes.extracting(field.range)) else {
            return true
        }
        reject(column, "The text is not UTF-8.", bytes, field)
        return false
    }

    /// Adds text of one line to the row: line ends and tabs become spaces.
    ///
    /// - Returns: whether it may be loaded.
    @discardableResult
    private mutating func add(
        _ field: CSVReader.Field, _ column: MasterColumn, limit: Int, _ bytes: Span<UInt8>
    ) -> Bool {
        // Printable ASCII without runs of blanks, and not more characters than bytes: most names.
        if field.marks.isEmpty, field.range.count <= limit {
            row.text.append(copying: bytes.extracting(field.range))
            return true
        }
        guard isWellFormed(field, column, bytes) else { return false }
        let start = row.text.count
        UTF8Text.appendSingleLine(bytes.extracting(field.range), to: &row.text)
        let isPlain = field.marks.isDisjoint(with: [.nonASCII, .control])
        // Not more scalars than bytes.
        if isPlain, row.text.count - start <= limit { return true }
        let (scalars, hasInvisible) = UTF8Text.examine(row.text.span.extracting(start...))
        if scalars > limit { reject(column, "The text has more than \(limit) characters.", bytes, field) }
        if hasInvisible {
            reject(column, "The text has control characters or marks of writing direction.", bytes, field)
        }
        return scalars <= limit && !hasInvisible
    }

    /// Adds a contact in canonical form, or, with a remark, as it stands.
    private mutating func addContact(
        _ field: CSVReader.Field, _ column: MasterColumn, limit: Int, _ bytes: Span<UInt8>
    ) {
        let contact = bytes.extracting(field.range)
        if column == .email ? EmailAddress.isCanonical(contact) : MobileNumber.isCanonical(contact) {
            row.text.append(copying: contact)
            return
        }
        guard Self.read(column, contact, into: &row.text) != nil else { return }
        let start = row.text.count
        guard add(field, column, limit: limit, bytes) else { return }
        // Once more, without the line ends and runs of blanks that it had.
        let text = Array(row.text[start...])
        row.text.removeLast(text.count)
        guard let violation = Self.read(column, text.span, into: &row.text) else { return }
        row.text.append(contentsOf: text)
        reject(column, violation.explanation, bytes, field, isRejection: false)
    }

    private static func read(
        _ column: MasterColumn, _ text: Span<UInt8>, into row: inout [UInt8]
    ) -> RuleViolation? {
        column == .email
            ? row.adding(EmailAddress.maximumLength) { EmailAddress.read(text, into: &$0) }
            : row.adding(MobileNumber.length) { MobileNumber.read(text, into: &$0) }
    }

    private mutating func code(
        _ field: CSVReader.Field, _ column: MasterColumn, _ codes: [[UInt8]], _ names: [String], _ bytes: Span<UInt8>
    ) -> UInt8 {
        let text = bytes.extracting(field.range)
        let place = UTF8Text.trimmed(text)
        for index in codes.indices where UTF8Text.isEqual(text.extracting(place), lowercased: codes[index]) {
            return UInt8(clamping: index)
        }
        if isWellFormed(field, column, bytes) {
            reject(column, "The status is none of \(names.joined(separator: ", ")).", bytes, field)
        }
        return 0
    }
}

extension [UInt8] {
    /// Adds what a rule makes of a value, at most `capacity` bytes.
    fileprivate mutating func adding(
        _ capacity: Int, _ rule: (inout OutputSpan<UInt8>) -> RuleViolation?
    ) -> RuleViolation? {
        var violation: RuleViolation?
        append(addingCapacity: capacity) { violation = rule(&$0) }
        return violation
    }
}
