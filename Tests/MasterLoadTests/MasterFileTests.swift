import FoundationEssentials
import MasterLoad
import Registration
import Testing

@Suite("A master file") struct MasterFileTests {
    private static let header = "iec,gstin,legal_name,email,mobile,iec_status,gstin_status\n"

    private func lines(_ text: String) throws(MasterFileError) -> [MasterLine] {
        var file = try MasterFile(ByteSource(bytes: Array(text.utf8)))
        var lines: [MasterLine] = []
        while let line = try file.next() { lines.append(line) }
        return lines
    }

    /// A good row with some fields put in another way.
    private func row(_ changes: [String: String] = [:]) -> String {
        [
            ("iec", "AAPFU0939F"), ("gstin", "27AAPFU0939F1ZV"), ("legal_name", "Sample Spices"),
            ("email", "contact@example.com"), ("mobile", "6000000001"), ("iec_status", "valid"),
            ("gstin_status", "ACT"),
        ].map { changes[$0] ?? $1 }.joined(separator: ",") + "\n"
    }

    private func only(_ changes: [String: String]) throws -> MasterLine {
        let lines = try lines(Self.header + row(changes))
        #expect(lines.count == 1)
        return try #require(lines.first)
    }

    @Test("gives its rows in canonical form, whatever the order and case of its columns")
    func reads() throws {
        let text = """
            Mobile, EMAIL ,gstin,iec,legal_name,gstin_status,iec_status
            +91 60000-00001,Contact@Example.COM,27aapfu0939f1zv, aapfu0939f ,"Sample
             Spices",act,VALID
            """
        guard case .row(let row, let remarks) = try #require(try lines(text).first) else {
            Issue.record("rejected")
            return
        }
        #expect(row.line == 2)
        #expect(row.iec.text == "AAPFU0939F")
        #expect(row.gstin.text == "27AAPFU0939F1ZV")
        #expect(row.legalName == "Sample Spices")
        #expect(row.email == "Contact@example.com")
        #expect(row.mobile == "6000000001")
        #expect(row.iecStatus == "valid")
        #expect(row.gstinStatus == "ACT")
        #expect(remarks == [])
    }

    @Test("keeps other columns out with a warning")
    func otherColumns() throws {
        let text = "branch,iec,gstin,legal_name,email,mobile,iec_status,gstin_status\nB,\(row())"
        let file = try MasterFile(ByteSource(bytes: Array(text.utf8)))
        #expect(file.warnings == ["Column 1 (branch) is not of the master: it is kept out."])
        guard case .row = try #require(try lines(text).first) else {
            Issue.record("rejected")
            return
        }
    }

    @Test(
        "F2: without a column, with one twice, or empty is refused",
        arguments: [
            ("", ""), ("iec,gstin,legal_name,email,mobile,iec_status\n", "gstin_status"),
            ("iec,iec,gstin,legal_name,email,mobile,iec_status,gstin_status\n", "iec"), ("a;b\n", "iec, gstin"),
        ])
    func header(_ text: String, _ named: String) {
        let error = #expect(throws: MasterFileError.self) { try lines(text) }
        #expect(named.isEmpty || error?.reason.contains(named) == true)
    }

    @Test(
        "F3: rejects a row that breaks a rule, with line, column and a value that is mostly hidden",
        arguments: [
            ("iec", "031234567", "03*****67"), ("iec", "", ""), ("gstin", "27AAPFU0939F1ZO", "27***********ZO"),
            ("gstin", "27AAACR5055K1Z7", "27***********Z7"), ("legal_name", "", ""),
            ("legal_name", "a\u{202E}b", "***"),
            ("legal_name", "a\u{1B}[31m", "******"), ("mobile", "6\u{7}", "**"), ("iec_status", "alive", "*****"),
            ("gstin_status", "", ""),
        ])
    func rejects(_ column: String, _ value: String, _ masked: String) throws {
        guard case .rejected(let findings) = try only([column: value]) else {
            Issue.record("not rejected")
            return
        }
        #expect(findings.count == 1)
        #expect(findings.first?.line == 2)
        #expect(findings.first?.column == column)
        #expect(findings.first?.maskedValue == masked)
        #expect(findings.first?.reason.hasSuffix(".") == true || column == "gstin")
    }

    @Test("tells every reason at once")
    func allReasons() throws {
        guard case .rejected(let findings) = try only(["iec": "x", "gstin": "y", "iec_status": "z"]) else {
            Issue.record("not rejected")
            return
        }
        #expect(findings.map(\.column) == ["iec", "gstin", "iec_status"])
    }

    @Test("rejects rows with too few and too many fields, and text that is not UTF-8")
    func shape() throws {
        for text in ["a,b\n", row().dropLast() + ",x\n"] {
            guard case .rejected(let findings) = try #require(try lines(Self.header + text).first) else {
                Issue.record("not rejected")
                continue
            }
            #expect(findings.first?.reason.hasPrefix("The row has ") == true)
        }
        let bytes = Array(Self.header.utf8) + Array(row(["legal_name": "#"]).utf8).map { $0 == 0x23 ? 0xE9 : $0 }
        var file = try MasterFile(ByteSource(bytes: bytes))
        guard case .rejected(let findings) = try #require(try file.next()) else {
            Issue.record("not rejected")
            return
        }
        #expect(findings.map(\.reason) == ["The text is not UTF-8."])
    }

    @Test(
        "loads a row with an unusable contact as it stands, and says so",
        arguments: [("mobile", "9587854"), ("mobile", ""), ("email", ""), ("email", "two@@example.com")])
    func unusableContacts(_ column: String, _ value: String) throws {
        guard case .row(let row, let remarks) = try only([column: value]) else {
            Issue.record("rejected")
            return
        }
        #expect(remarks.map(\.column) == [column])
        #expect((column == "email" ? row.email : row.mobile) == value)
    }

    @Test(
        "F13: that is a directory, a device or not there is refused",
        arguments: ["/dev/zero": "a device", "/tmp": "a directory", "/nowhere/x": "not there"])
    func notReadable(_ path: String, _ reason: String) {
        let error = #expect(throws: MasterFileError.self) { _ = try MasterFile(path: path) }
        #expect(error?.reason.contains(reason) == true)
    }

    @Test("of the sample has 1,000 rows to load, the first five usable, and no row rejected")
    func sample() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        var file = try MasterFile(path: root.appending(path: "sql/sample/master.csv").path)
        #expect(file.warnings == [])
        var rows: [(MasterRow, [MasterFinding])] = []
        while let line = try file.next() {
            guard case .row(let row, let remarks) = line else {
                Issue.record("\(line)")
                continue
            }
            rows.append((row, remarks))
        }
        #expect(rows.count == 1000)
        for (row, remarks) in rows.prefix(5) {
            #expect(remarks == [])
            #expect(row.iecStatus == "valid" && row.gstinStatus == "ACT")
        }
        #expect(rows.filter { !$0.1.isEmpty }.count > 50)
        #expect(Set(rows.map(\.0.iecStatus)) == Set(StatusCodes.published.iec))
        #expect(Set(rows.map(\.0.gstinStatus)) == Set(StatusCodes.published.gstin))
        #expect(Set(rows.map(\.0.iec)).count < 1000)
    }
}
