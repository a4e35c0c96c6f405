internal import Registration

/// Judges records of a master file by the domain's rules.
///
/// Rows with unusable contacts are normal and are loaded: their holders are sent to the contact page. What cannot be
/// a key, a status or text of one line is rejected.
struct MasterRowValidator {
    let places: [MasterColumn: Int]
    let columnCount: Int
    let statuses: StatusCodes

    func judge(_ record: CSVRecord) -> MasterLine {
        guard record.fields.count == columnCount else {
            let reason = "The row has \(record.fields.count) fields, the header \(columnCount)."
            return .rejected([MasterFinding(line: record.line, column: "", maskedValue: "", reason: reason)])
        }
        var draft = Draft(record: record, places: places)
        let iec = draft.value(.iec) { text throws(InvalidValue) in try IEC(text) }
        let gstin = draft.value(.gstin) { text throws(InvalidValue) in try GSTIN(text) }
        if let iec, let gstin, !gstin.canBelong(to: iec) {
            draft.reject(.gstin, RuleViolation.gstinOfAnotherPAN.explanation)
        }
        let legalName = draft.text(.legalName, limit: 200)
        if legalName.isEmpty { draft.reject(.legalName, "The name is missing.") }
        let email = draft.contact(.email, limit: 254) { text throws(InvalidValue) in try EmailAddress(text).text }
        let mobile = draft.contact(.mobile, limit: 64) { text throws(InvalidValue) in try MobileNumber(text).text }
        let iecStatus = draft.code(.iecStatus, of: statuses.iec)
        let gstinStatus = draft.code(.gstinStatus, of: statuses.gstin)
        guard draft.rejections.isEmpty, let iec, let gstin, let iecStatus, let gstinStatus else {
            return .rejected(draft.rejections)
        }
        let row = MasterRow(
            line: record.line, iec: iec, gstin: gstin, legalName: legalName, email: email, mobile: mobile,
            iecStatus: iecStatus, gstinStatus: gstinStatus)
        return .row(row, draft.remarks)
    }

    /// A row while it is read.
    private struct Draft {
        let record: CSVRecord
        let places: [MasterColumn: Int]
        private(set) var rejections: [MasterFinding] = []
        private(set) var remarks: [MasterFinding] = []

        init(record: CSVRecord, places: [MasterColumn: Int]) {
            self.record = record
            self.places = places
            for (column, place) in places where record.illFormedFields.contains(place) {
                reject(column, "The text is not UTF-8.")
            }
        }

        mutating func reject(_ column: MasterColumn, _ reason: String) {
            rejections.append(finding(column, reason))
        }

        mutating func value<Value>(_ column: MasterColumn, _ read: (String) throws(InvalidValue) -> Value) -> Value? {
            do throws(InvalidValue) {
                return try read(field(column))
            } catch {
                for violation in error.violations { reject(column, violation.explanation) }
                return nil
            }
        }

        /// Text of one line: line ends and tabs become spaces.
        mutating func text(_ column: MasterColumn, limit: Int) -> String {
            let text = Text.singleLine(field(column))
            if text.unicodeScalars.count > limit { reject(column, "The text has more than \(limit) characters.") }
            if Text.hasInvisible(text), !isIllFormed(column) {
                reject(column, "The text has control characters or marks of writing direction.")
            }
            return text
        }

        /// A contact in canonical form, or, with a remark, as it stands.
        mutating func contact(_ column: MasterColumn, limit: Int, _ read: (String) throws(InvalidValue) -> String)
            -> String
        {
            let text = text(column, limit: limit)
            do throws(InvalidValue) {
                return try read(text)
            } catch {
                for violation in error.violations { remarks.append(finding(column, violation.explanation)) }
                return text
            }
        }

        mutating func code(_ column: MasterColumn, of codes: [String]) -> String? {
            let text = Text.lowercased(Text.trimmed(field(column)))
            if let code = codes.first(where: { Text.lowercased($0) == text }) { return code }
            reject(column, "The status is none of \(codes.joined(separator: ", ")).")
            return nil
        }

        // The header has every column and the record as many fields (`judge`); empty otherwise.
        private func field(_ column: MasterColumn) -> String {
            guard let place = places[column], place < record.fields.count else { return "" }
            return record.fields[place]
        }

        private func isIllFormed(_ column: MasterColumn) -> Bool {
            places[column].map(record.illFormedFields.contains) ?? false
        }

        private func finding(_ column: MasterColumn, _ reason: String) -> MasterFinding {
            MasterFinding(
                line: record.line, column: column.rawValue, maskedValue: Text.masked(field(column)), reason: reason)
        }
    }
}
