import Files
import Testing

@Suite("a CSV file") struct CSVDocumentTests {
    private func written(_ cell: String) -> String {
        var document = CSVDocument()
        document.add([cell])
        return String(decoding: document.bytes.dropFirst(3), as: UTF8.self)
    }

    @Test(
        "A13: has no cell that a spreadsheet runs as a formula",
        arguments: ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "|x", "%x"])
    func formula(cell: String) {
        #expect(written(cell) == "\"'\(cell)\"\r\n")
    }

    @Test("quotes what it holds")
    func quotes() {
        #expect(written("a \"b\", c\n") == "\"a \"\"b\"\", c\n\"\r\n")
        #expect(written("") == "\"\"\r\n")
    }

    @Test("A13: quotes a quote that a sign of Devanagari makes one character with")
    func combined() {
        #expect(Array(written("a\"\u{902},=1").utf8) == Array("\"a\"\"\u{902},=1\"\r\n".utf8))
    }
}
