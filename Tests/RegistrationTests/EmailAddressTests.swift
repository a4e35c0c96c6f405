import Testing

@testable import Registration

@Suite("An e-mail address") struct EmailAddressTests {
    /// An address of a number of characters.
    private func address(of count: Int) -> String {
        String(repeating: "a", count: count - "@example.in".utf8.count) + "@example.in"
    }

    @Test(
        "of one mailbox is read",
        arguments: [
            "asha@example.in", "a@b.in", "Asha.Rao+icegate@mail.example.co.in", "o'brien@example.com",
            "a-b_c@x-y.gov.in",
            "1234567890@example.in", "!#$%&'*+/=?^_`{|}~@example.in", "name@xn--11b5bs3a9aj6g.xn--h2brj9c",
        ])
    func valid(text: String) throws {
        #expect(try EmailAddress(text).text == text)
        #expect(try EmailAddress(" \t\(text) ").text == text)
    }

    @Test("keeps the case of the mailbox, not of the domain")
    func letterCase() throws {
        #expect(try EmailAddress("Asha@EXAMPLE.In").text == "Asha@example.in")
        #expect(try EmailAddress("Asha@EXAMPLE.In") == EmailAddress("Asha@example.in"))
        #expect(try EmailAddress("name@XN--11B5BS3A9AJ6G.XN--H2BRJ9C").text == "name@xn--11b5bs3a9aj6g.xn--h2brj9c")
        #expect(try EmailAddress("Asha@EXAMPLE.In").localPart == "Asha")
    }

    @Test("A7: has at most 50 characters")
    func length() {
        #expect(broken { () throws(InvalidValue) in try EmailAddress(address(of: 50)) } == [])
        #expect(broken { () throws(InvalidValue) in try EmailAddress(address(of: 51)) } == [.emailLength])
        #expect(broken { () throws(InvalidValue) in try EmailAddress("  \(address(of: 50))  ") } == [])
        #expect(broken { () throws(InvalidValue) in try EmailAddress(address(of: 100_000)) } == [.emailLength])
    }

    @Test(
        "A6, A7: that is none, or would reach another or several mailboxes, is refused",
        arguments: [
            "asha", "@", "asha@", "@example.in", "asha@@example.in", "a@b@example.in", "a@b.in,c@d.in", "a@b.in;c@d.in",
            "a@b.in c@d.in", "a b@example.in", #""a b"@example.in"#, #""asha"@example.in"#, #"a\@b@example.in"#,
            "<a@b.in>",
            "Asha <a@b.in>", "a@b.in>", "a@b.in> SIZE=1", "a(comment)@b.in", "a:b@example.in", "[a]@b.in",
            "mailto:a@b.in", "-oQ/tmp@example.in", ".a@b.in", "a.@b.in", "a..b@c.in", "asha@localhost", "asha@example",
            "asha@.in", "asha@example.", "asha@example.in.", "asha@example..in", "asha@-example.in", "asha@example-.in",
            "asha@exa_mple.in", "asha@example.i", "asha@example.12", "asha@127.0.0.1", "asha@[127.0.0.1]",
            "asha@[IPv6:::1]",
            "asha@example.in\r\nBcc: b@c.in", "asha@example.in\nRCPT TO:<b@c.in>", "asha@example.in\r\n.\r\n",
            "asha\r@example.in", "\r\nasha@example.in", "asha@example.in\r\n", "asha@example.in%0d%0aBcc:b@c.in",
            "आशा@example.in", "asha@उदाहरण.भारत", "asha@exämple.in", "asha@example.xn--", "asha@xn--.-xn--a",
        ])
    func refused(text: String) {
        #expect(broken { () throws(InvalidValue) in try EmailAddress(text) } == [.emailForm])
    }

    @Test("that was not typed is asked for", arguments: ["", " ", "\t"])
    func missing(text: String) {
        #expect(broken { () throws(InvalidValue) in try EmailAddress(text) } == [.emailMissing])
    }

    @Test("A6, A15: holds printable ASCII alone", arguments: hostileScalars)
    func hostile(scalar: Unicode.Scalar) {
        for text in variants(of: "asha@example.in", with: scalar) {
            #expect(broken { () throws(InvalidValue) in try EmailAddress(text) } == [.emailForm])
        }
    }

    @Test("shows the first character of its mailbox, wherever it is printed")
    func masked() throws {
        #expect(try EmailAddress("asha@example.in").masked == "a***@example.in")
        #expect(try EmailAddress("a@example.in").masked == "a***@example.in")
        #expect(try "\(EmailAddress("asha@example.in"))" == "a***@example.in")
    }
}
