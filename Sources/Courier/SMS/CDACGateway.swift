import HTTP
import Sodium
public import Transfer

/// C-DAC's Mobile Seva.
///
/// Source: Mobile Seva, "SMS integration" (sendsmsrequestDLT): the password goes as its SHA-1, and a SHA-512 over user,
/// header, text and secure key signs the request. The answer is HTTP 200 always; its first number says what happened.
public struct CDACGateway: SMSGateway {
    /// How the portal is known there.
    public struct Account: Sendable {
        let user: String
        let password: String
        let senderID: String
        let secureKey: String
        let hindiOTPService: String

        /// Takes an account.
        ///
        /// - Parameter hindiOTPService: `unicodeotpmsg` or `unicodemsg`.
        public init(user: String, password: String, senderID: String, secureKey: String, hindiOTPService: String) {
            self.user = user
            self.password = password
            self.senderID = senderID
            self.secureKey = secureKey
            self.hindiOTPService = hindiOTPService
        }
    }

    public let name = "cdac"
    private let account: Account
    private let connections: Connections

    /// Makes a gateway; connects to nobody yet.
    public init(at peer: Peer, account: Account) {
        self.account = account
        connections = Connections(to: peer)
    }

    public func send(_ sms: SMS) -> GatewayAnswer {
        connections.post(Self.form(for: sms, account), readBy: Self.answer)
    }

    static func form(for sms: SMS, _ account: Account) -> Parameters {
        let content = sms.isUnicode ? decimalEntities(trimmed(sms.text)) : trimmed(sms.text)
        let service =
            switch (sms.isUnicode, sms.isOneTimePassword) {
            case (false, true): "otpmsg"
            case (true, true): account.hindiOTPService
            case (false, false): "singlemsg"
            case (true, false): "unicodemsg"
            }
        let signed = trimmed(account.user) + trimmed(account.senderID) + content + trimmed(account.secureKey)
        return Parameters([
            ("username", trimmed(account.user)),
            ("password", Hexadecimal.encode(SHA1.digest(of: Array(trimmed(account.password).utf8)))),
            ("senderid", trimmed(account.senderID)), ("content", content), ("smsservicetype", service),
            ("mobileno", sms.internationalNumber), ("key", Hexadecimal.encode(Digest.sha512(Array(signed.utf8)))),
            ("templateid", sms.templateID),
        ])
    }

    static func answer(status: Int, body: [UInt8]) -> GatewayAnswer {
        if let answer = GatewayAnswer(httpStatus: status) { return answer }
        let digits = body.drop { $0 <= 0x20 }.prefix { (0x30...0x39).contains($0) }
        let code = String(decoding: digits.prefix(4), as: UTF8.self)
        switch code {
        // "402,MsgID = …": another 402 is none of the answers that are known.
        case "402": return body.holds("MsgID") ? .accepted(code) : .wait(code)
        case "406", "413", "414": return .final(code)
        case "418": return .throttled(code)
        // Password, credit, header (sender), signature, identifiers of entity and template.
        case "401", "403", "411", "412", "416", "422", "423": return .credentials(code)
        case "": return .wait("unknown-answer")
        default: return .wait(code)
        }
    }

    /// Every scalar as `&#NNNN;`: the form in which Unicode text is sent and signed.
    private static func decimalEntities(_ text: String) -> String {
        text.unicodeScalars.map { "&#\($0.value);" }.joined()
    }

    private static func trimmed(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let start = bytes.firstIndex { $0 > 0x20 } ?? bytes.endIndex
        let end = bytes.lastIndex { $0 > 0x20 } ?? start
        return start == bytes.endIndex ? "" : String(decoding: bytes[start...end], as: UTF8.self)
    }
}
