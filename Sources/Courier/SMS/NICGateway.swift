import HTTP
public import Transfer

/// NIC's SMS gateway.
///
/// Source: NIC SMS services, HTTP interface "failsafe/HttpLink": an accepted SMS has `~code=API000 ` or
/// `Message Accepted` in its answer.
public struct NICGateway: SMSGateway {
    /// How the portal is known there.
    public struct Account: Sendable {
        let user: String
        let pin: String
        let signature: String
        let entityID: String

        /// Takes an account: name, PIN, header (signature) and the identifier of the principal entity.
        public init(user: String, pin: String, signature: String, entityID: String) {
            self.user = user
            self.pin = pin
            self.signature = signature
            self.entityID = entityID
        }
    }

    public let name = "nic"
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
        Parameters([
            ("username", account.user), ("pin", account.pin), ("message", sms.text),
            ("mnumber", sms.internationalNumber), ("signature", account.signature),
            ("dlt_entity_id", account.entityID), ("dlt_template_id", sms.templateID),
        ])
    }

    static func answer(status: Int, body: [UInt8]) -> GatewayAnswer {
        if let answer = GatewayAnswer(httpStatus: status) { return answer }
        if body.holds("~code=API000 ") || body.holds("Message Accepted") { return .accepted("API000") }
        guard let mark = body.firstRange(of: Array("code=".utf8)) else {
            // Some answers are the bare number.
            return answer(code: body.drop { $0 <= 0x20 })
        }
        return answer(code: body[mark.upperBound...])
    }

    private static func answer(code text: ArraySlice<UInt8>) -> GatewayAnswer {
        let word = text.prefix {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || $0 == UInt8(ascii: "-")
        }
        let code = String(decoding: word.prefix(10), as: UTF8.self)
        switch code {
        case "-2", "-19": return .credentials(code)
        case "": return .wait("unknown-answer")
        default: return .wait(code)
        }
    }
}
