import FoundationEssentials
import Glibc
import MariaDB
import MasterLoad
import Testing

/// What becomes of good and bad files: the outcome, the report of refused rows and the master, as files in `Goldens`.
///
/// `RECORD_GOLDENS=1` writes them anew; what changes is then to be looked at.
@Suite("A file") struct FileMatrixTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let testDescription: String

        init(_ name: String, _ bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
            testDescription = name
        }

        init(_ name: String, _ text: String) { self.init(name, Array(text.utf8)) }
    }

    private static let good = Rows.text(1...2)

    private static func row(_ changes: [String: String]) -> String { good + Rows.row(3, changes) }

    /// The third row's name with a byte in place of its `#`.
    private static func byte(_ byte: UInt8) -> [UInt8] {
        Array(row(["legal_name": "Caf#"]).utf8).map { $0 == UInt8(ascii: "#") ? byte : $0 }
    }

    static let cases: [Case] = [
        Case("plain", good),
        Case("byte-order-mark-and-crlf", "\u{FEFF}" + good.replacing("\n", with: "\r\n")),
        Case("no-line-end-at-the-end", String(good.dropLast())),
        Case("quotes-and-line-ends-in-quotes", row(["legal_name": "\"Sample, \"\"Third\"\"\nand Sons\""])),
        Case("header-in-other-order", reordered),
        Case("column-too-many", "branch," + good.replacing("\n00", with: "\nmain,00")),
        Case("column-missing", good.replacing(",gstin_status", with: "").replacing(",ACT", with: "")),
        Case("column-twice", good.replacing("legal_name", with: "email")),
        Case("row-with-too-few-fields", good + "0000000003,27AAAAD0000A1ZI\n"),
        Case("row-with-too-many-fields", good + Rows.row(3).replacing("\n", with: ",\n")),
        Case("empty", ""),
        Case("header-alone", Rows.header),
        Case("no-header", Rows.row(1) + Rows.row(2)),
        Case("semicolons", good.replacing(",", with: ";")),
        Case("utf-16-with-mark", [0xFF, 0xFE] + good.utf8.flatMap { [$0, 0] }),
        Case("utf-16-without-mark", good.utf8.flatMap { [$0, 0] }),
        Case("latin-1", byte(0xE9)),
        Case("windows-1252", byte(0x93)),
        Case("nul", byte(0)),
        Case("bidi-mark", row(["legal_name": "Sample \u{202E}3"])),
        Case("escape-sequence", row(["legal_name": "Sample \u{1B}[31m"])),
        Case("cr-alone", good.replacing("\n", with: "\r")),
        Case("unclosed-quote-at-the-end", row(["legal_name": "\"Sample 3"])),
        Case("quote-inside-a-field", row(["legal_name": "Sample \"3"])),
        Case("field-of-10-megabytes", row(["legal_name": String(repeating: "x", count: 10_000_000)])),
        Case(
            "field-of-10-megabytes-in-quotes",
            row(["legal_name": "\"" + String(repeating: "x", count: 10_000_000) + "\""])),
        Case("name-of-201-characters", row(["legal_name": String(repeating: "न", count: 201)])),
        Case("name-of-200-characters", row(["legal_name": String(repeating: "न", count: 200)])),
        Case("wrong-check-character", row(["gstin": String(Rows.gstin(3).dropLast()) + "?"])),
        Case(
            "other-check-character",
            row(["gstin": String(Rows.gstin(3).dropLast()) + (Rows.gstin(3).hasSuffix("0") ? "1" : "0")])),
        Case("unknown-state", row(["gstin": "47AAACI1681G1Z0"])),
        Case("pan-that-is-not-the-iecs", row(["iec": "AAPFU0939F", "gstin": "27AAACR5055K1Z7"])),
        Case("iec-of-nine-digits", row(["iec": "031234567"])),
        Case("status-unknown", row(["iec_status": "alive", "gstin_status": ""])),
        Case("mail-of-50-characters", row(["email": String(repeating: "a", count: 38) + "@example.com"])),
        Case("mail-of-51-characters", row(["email": String(repeating: "a", count: 39) + "@example.com"])),
        Case("mobile-of-7-digits", row(["mobile": "9587854"])),
        Case(
            "mobiles-as-people-write-them", row(["mobile": "+91 60000-00003"]) + Rows.row(4, ["mobile": "06000000004"])),
        Case("no-contacts", row(["email": "", "mobile": ""])),
        Case(
            "duplicates", good + Rows.row(1, ["legal_name": "Second"]) + Rows.row(2, ["iec_status": "x"]) + Rows.row(1)),
        Case(
            "formula-as-a-name",
            row(["legal_name": "\"=SUM(A1:A9)\""]) + Rows.row(4, ["legal_name": "@x", "iec": "=1+1"])),
        Case("markup-as-a-name", row(["legal_name": "<script>alert(1)</script>"])),
        Case("sql-as-a-name", row(["legal_name": "x'); DROP TABLE master_versions; -- \\"])),
        Case("null-as-a-name", row(["legal_name": "NULL"]) + Rows.row(4, ["legal_name": "\\N"])),
        Case("blanks-round-everything", "\n" + good.replacing(",", with: " , ") + "\n\n"),
    ]

    private static var reordered: String {
        Rows.text(1...2).split(separator: "\n").map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).reversed().joined(separator: ",")
        }.joined(separator: "\n")
    }

    @Test("F1, F2, F3, F4, A2, A13: becomes in the master what its golden says", .serialized, arguments: cases)
    func golden(_ file: Case) throws {
        let database = try Self.database.get()
        // The master before has one of the pairs, so that something can be kept, changed and removed.
        _ = try database.load(Rows.text([2, 9]))
        let rejects = "/tmp/icegate-matrix-\(getpid())-\(file.name).csv"
        defer { remove(rejects) }
        var text = ""
        do throws(MasterLoadError) {
            text = Self.text(try Self.outcome(of: file.bytes, on: database, rejects))
        } catch {
            text = "stopped: \(error)\n"
        }
        if let report = try? String(contentsOfFile: rejects, encoding: .utf8) { text += "--- rejects\n" + report }
        text += "--- master\n" + (try database.master().joined(separator: "\n")) + "\n"
        let golden = MasterDatabase.root + "/Tests/MasterLoadTests/Goldens/\(file.name).txt"
        if unsafe getenv("RECORD_GOLDENS") != nil {
            try Data(text.utf8).write(to: URL(filePath: golden))
        } else {
            #expect(try String(contentsOfFile: golden, encoding: .utf8) == text)
        }
    }

    private static func outcome(
        of bytes: [UInt8], on database: MasterDatabase, _ rejects: String
    ) throws(MasterLoadError) -> LoadOutcome {
        let file: MasterFile
        do throws(MasterFileError) { file = try MasterFile(ByteSource(bytes: bytes)) } catch { throw .file(error) }
        return try MasterLoader(
            database: database.loader, options: LoadOptions(mode: .full, fileName: "test.csv", maximumRemoved: 100),
            rejects: RejectsFile(path: rejects)
        ).load(file)
    }

    private static func text(_ outcome: LoadOutcome) -> String {
        switch outcome {
        case .applied(let report):
            "read \(report.read), added \(report.added), changed \(report.changed), removed \(report.removed), "
                + "refused \(report.refused), kept \(report.kept), unusable contacts \(report.unusableContacts)\n"
        case .refused(let reason, _): "refused: \(reason)\n"
        case .busy(let who): "busy: \(who)\n"
        }
    }

    /// One for all cases, which come one after the other.
    private static let database = Result { try MasterDatabase() }

    @Test("F2: is the same in gzip, and one that is cut short or damaged is refused")
    func gzip() throws {
        let path = "/tmp/icegate-gzip-\(getpid()).csv"
        defer { for suffix in ["", ".gz", ".cut", ".bad"] { remove(path + suffix) } }
        try Data(Self.good.utf8).write(to: URL(filePath: path))
        #expect(shell("gzip -9kf \(path); head -c 60 \(path).gz > \(path).cut") == 0)
        func rows(_ path: String) throws -> Int {
            var file = try MasterFile(path: path)
            while try file.next() != nil {}
            return file.rowCount
        }
        #expect(try rows(path + ".gz") == 2)
        let cut = #expect(throws: MasterFileError.self) { try rows(path + ".cut") }
        #expect(cut?.reason == "The gzip data end too early.")
        var bytes = Array(try Data(contentsOf: URL(filePath: path + ".gz")))
        bytes[40] ^= 0xFF
        try Data(bytes).write(to: URL(filePath: path + ".bad"))
        #expect(throws: MasterFileError.self) { try rows(path + ".bad") }
    }

    @Test("F13: may be a pipe")
    func pipe() throws {
        let path = "/tmp/icegate-pipe-\(getpid())"
        defer { remove(path) }
        try #require(shell("mkfifo \(path)") == 0)
        try Data(Self.good.utf8).write(to: URL(filePath: path + ".csv"))
        defer { remove(path + ".csv") }
        #expect(shell("cat \(path).csv > \(path) &") == 0)
        var file = try MasterFile(path: path)
        while try file.next() != nil {}
        #expect(file.rowCount == 2)
    }
}
