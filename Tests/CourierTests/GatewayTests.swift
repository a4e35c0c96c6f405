import HTTP
import Testing

@testable import Courier

@Suite("The SMS gateways") struct GatewayTests {
    private static let english = SMS(
        number: "9876543210", text: "Your OTP for ICEGATE Simplified Registration is 123456. - CBIC",
        templateID: "1107160000000000001", isOneTimePassword: true)
    private static let account = CDACGateway.Account(
        user: "demo-user", password: "demo-pass", senderID: "ICEGAT",
        secureKey: "00000000-0000-0000-0000-000000000000", hindiOTPService: "unicodeotpmsg")

    @Test("of C-DAC get the hashes of the test vector")
    func hashes() {
        let form = CDACGateway.form(for: Self.english, Self.account)
        #expect(form["password"] == "f3ed31a2f1772a1c0ac97516d64dd8e07ab54890")
        #expect(
            form["key"]
                == "d6b85541301b31ac1120feaed0376b44b55e0869e685eefbd2d33cc5c0ff4ca6b8748cfa7fe974d24a5939141ab9d4160cc116a5984b21299108d9a3586ff287"
        )
        #expect(form["content"] == Self.english.text)
        #expect(form["smsservicetype"] == "otpmsg")
        #expect(form["mobileno"] == "919876543210")
        #expect(form["templateid"] == "1107160000000000001")
        #expect(
            form.names
                == ["username", "password", "senderid", "content", "smsservicetype", "mobileno", "key", "templateid"])
    }

    @Test("of C-DAC get account and text trimmed, in the form and under the hash alike")
    func trimming() {
        let account = CDACGateway.Account(
            user: " demo-user ", password: "demo-pass\n", senderID: "ICEGAT ",
            secureKey: " 00000000-0000-0000-0000-000000000000", hindiOTPService: "unicodeotpmsg")
        let sms = SMS(
            number: Self.english.number, text: " \(Self.english.text)\n", templateID: Self.english.templateID,
            isOneTimePassword: true)
        #expect(CDACGateway.form(for: sms, account) == CDACGateway.form(for: Self.english, Self.account))
    }

    @Test("of C-DAC get Hindi as decimal entities")
    func entities() {
        let sms = SMS(number: "9876543210", text: "नमः 1", templateID: "1", isOneTimePassword: true)
        let form = CDACGateway.form(for: sms, Self.account)
        #expect(form["content"] == "&#2344;&#2350;&#2307;&#32;&#49;")
        #expect(form["smsservicetype"] == "unicodeotpmsg")
        let notice = SMS(number: "9876543210", text: "नमः", templateID: "1", isOneTimePassword: false)
        #expect(CDACGateway.form(for: notice, Self.account)["smsservicetype"] == "unicodemsg")
    }

    @Test(
        "of C-DAC are read by the number of their answer, whatever its status",
        arguments: [
            ("402,MsgID = 150620161466003974245msdgsms", GatewayAnswer.accepted("402")), ("402", .wait("402")),
            ("401", .credentials("401")), ("403,no credit", .credentials("403")), ("406", .final("406")),
            ("411", .credentials("411")), ("412", .credentials("412")), ("413", .final("413")), ("414", .final("414")),
            ("416", .credentials("416")), ("418", .throttled("418")), ("422", .credentials("422")),
            ("423", .credentials("423")), ("4021,MsgID", .wait("4021")), ("<html>", .wait("unknown-answer")),
            ("", .wait("unknown-answer")),
        ])
    func answersOfCDAC(_ body: String, _ answer: GatewayAnswer) {
        #expect(CDACGateway.answer(status: 200, body: Array(body.utf8)) == answer)
    }

    @Test("get no trust for a status but 200: a redirect is not followed, and no body of it is read")
    func statuses() {
        let body = Array("402,MsgID = 1 ~code=API000 Message Accepted".utf8)
        for (status, answer) in [
            (301, GatewayAnswer.wait("http-301")), (302, .wait("http-302")), (500, .wait("http-500")),
            (503, .wait("http-503")), (429, .throttled("http-429")), (403, .credentials("http-403")),
            (204, .wait("http-204")),
        ] {
            #expect(CDACGateway.answer(status: status, body: body) == answer)
            #expect(NICGateway.answer(status: status, body: body) == answer)
        }
    }

    @Test("of NIC get the form with country code and DLT ids")
    func nic() {
        let account = NICGateway.Account(user: "u", pin: "p&=", signature: "ICEGAT", entityID: "1101234567890123456")
        let form = NICGateway.form(for: Self.english, account)
        #expect(
            form.names
                == ["username", "pin", "message", "mnumber", "signature", "dlt_entity_id", "dlt_template_id"])
        #expect(form["mnumber"] == "919876543210")
        #expect(form["pin"] == "p&=")
        #expect(form["dlt_template_id"] == "1107160000000000001")
    }

    @Test(
        "of NIC are read by their code",
        arguments: [
            ("Request ID=1~code=API000 & info=ok", GatewayAnswer.accepted("API000")),
            ("Message Accepted for Request ID=12", .accepted("API000")), ("~code=API0001", .wait("API0001")),
            ("~code=-2", .credentials("-2")), ("-2", .credentials("-2")), ("code=-19 not allowed", .credentials("-19")),
            ("~code=API013 x", .wait("API013")), ("error", .wait("unknown-answer")), ("", .wait("unknown-answer")),
        ])
    func answersOfNIC(_ body: String, _ answer: GatewayAnswer) {
        #expect(NICGateway.answer(status: 200, body: Array(body.utf8)) == answer)
    }

    @Test("A9: that are described by configuration get their fields filled in once")
    func form() {
        let description = FormGateway.Description(
            fields: "to=91{number}&text={text}&t={template}&e={entity}&from={sender}&key={secret}&type=1&odd={x}&none",
            secret: "s3cret", senderID: "ICEGAT", entityID: "110", accepted: "\"ok\"", final: "invalid number",
            throttled: "limit", credentials: "auth")
        let sms = SMS(number: "9876543210", text: "{secret} & to=1", templateID: "42", isOneTimePassword: false)
        let form = FormGateway.form(for: sms, description)
        #expect(form.names == ["to", "text", "t", "e", "from", "key", "type", "odd", "none"])
        #expect(form["to"] == "919876543210")
        #expect(form["text"] == "{secret} & to=1")
        #expect(form["key"] == "s3cret")
        #expect(form["odd"] == "{x}")
        #expect(form.urlEncoded().contains("text=%7Bsecret%7D+%26+to%3D1&"))
        func answer(_ status: Int, _ body: String) -> GatewayAnswer {
            FormGateway.answer(status: status, body: Array(body.utf8), description)
        }
        #expect(answer(200, "{\"ok\"}") == .accepted("accepted"))
        #expect(answer(200, "{\"error\"}") == .wait("unknown-answer"))
        #expect(answer(400, "invalid number") == .final("final"))
        #expect(answer(200, "limit \"ok\"") == .throttled("throttled"))
        #expect(answer(401, "auth") == .credentials("credentials"))
        #expect(answer(500, "\"ok\"") == .wait("http-500"))
    }
}
