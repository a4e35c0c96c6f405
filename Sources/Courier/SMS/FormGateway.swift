import HTTP
public import Transfer

/// Any provider that takes an SMS as a form: fields and answers are described by configuration alone.
public struct FormGateway: SMSGateway {
    /// What is sent, and how answers are read.
    public struct Description: Sendable {
        /// Fields as `name=value&name=value`, in whose values `{number}` (10 digits), `{text}`, `{template}`, `{entity}`,
        /// `{sender}` and `{secret}` are filled in; nothing else is read into them.
        public var fields: String
        /// Fills `{secret}`.
        public var secret: String
        /// Fills `{sender}`.
        public var senderID: String
        /// Fills `{entity}`.
        public var entityID: String
        /// Text that the body of an accepted SMS holds.
        public var accepted: String
        /// Text of an answer that is final for the SMS; empty: there is none.
        public var final: String
        /// Text of an answer that says that too many were sent; empty: there is none.
        public var throttled: String
        /// Text of an answer that does not want the portal; empty: there is none.
        public var credentials: String

        /// Describes a provider.
        public init(
            fields: String, secret: String, senderID: String, entityID: String, accepted: String, final: String = "",
            throttled: String = "", credentials: String = ""
        ) {
            self.fields = fields
            self.secret = secret
            self.senderID = senderID
            self.entityID = entityID
            self.accepted = accepted
            self.final = final
            self.throttled = throttled
            self.credentials = credentials
        }
    }

    public let name = "form"
    private let description: Description
    private let connections: Connections

    /// Makes a gateway; connects to nobody yet.
    public init(at peer: Peer, _ description: Description) {
        self.description = description
        connections = Connections(to: peer)
    }

    public func send(_ sms: SMS) -> GatewayAnswer {
        connections.post(Self.form(for: sms, description)) { status, body in
            Self.answer(status: status, body: body, description)
        }
    }

    static func form(for sms: SMS, _ description: Description) -> Parameters {
        let values = [
            "number": sms.number, "text": sms.text, "template": sms.templateID, "entity": description.entityID,
            "sender": description.senderID, "secret": description.secret,
        ]
        let fields = description.fields.split(separator: "&").map { field in
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: String(parts[0]), value: filled(parts.count > 1 ? parts[1] : "", values))
        }
        return Parameters(fields)
    }

    /// Fills placeholders in one pass: what is filled in is not looked at again.
    private static func filled(_ pattern: Substring, _ values: [String: String]) -> String {
        var text = ""
        var rest = pattern
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            text += rest[..<open]
            let name = String(rest[rest.index(after: open)..<close])
            text += values[name] ?? "{\(name)}"
            rest = rest[rest.index(after: close)...]
        }
        return text + rest
    }

    static func answer(status: Int, body: [UInt8], _ description: Description) -> GatewayAnswer {
        if body.holds(description.final) { return .final("final") }
        if body.holds(description.throttled) { return .throttled("throttled") }
        if body.holds(description.credentials) { return .credentials("credentials") }
        if let answer = GatewayAnswer(httpStatus: status) { return answer }
        return body.holds(description.accepted) ? .accepted("accepted") : .wait("unknown-answer")
    }
}
