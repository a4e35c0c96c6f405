import HTTP
import Transfer

/// An SMS as a gateway gets it.
public struct SMS: Sendable, Equatable {
    /// 10 digits.
    public let number: String
    /// The text.
    public let text: String
    /// The identifier under which the text is registered (DLT); empty without registration.
    public let templateID: String
    /// Whether it carries a one-time password.
    public let isOneTimePassword: Bool

    /// The number with India's country code.
    var internationalNumber: String { "91" + number }
    /// Whether gateways take the text for Unicode.
    var isUnicode: Bool { !text.utf8.allSatisfy { $0 < 0x80 } }
}

/// A provider that takes SMS by a form over HTTP.
public protocol SMSGateway: Sendable {
    /// What stands in tables and the log.
    var name: String { get }

    /// Hands an SMS over, and waits for the answer.
    func send(_ sms: SMS) -> GatewayAnswer
}

/// What a gateway answered; the word with it is its code, which names nobody.
public enum GatewayAnswer: Sendable, Equatable {
    /// It is the gateway's now.
    case accepted(String)
    /// This SMS will never go.
    case final(String)
    /// Something failed that may pass.
    case wait(String)
    /// Too many went this way.
    case throttled(String)
    /// The gateway does not want the portal: password, account, header, registration. A person has to mend it.
    case credentials(String)

    /// What a failed exchange means.
    init(_ error: TransferError) {
        self = ["certificate", "no-tls"].contains(error.reason) ? .credentials(error.reason) : .wait(error.reason)
    }

    /// What a status says by itself; `nil` for 200, where the body speaks. A redirect is not followed: it is a fault.
    init?(httpStatus status: Int) {
        switch status {
        case 200: return nil
        case 401, 403: self = .credentials("http-\(status)")
        case 429: self = .throttled("http-429")
        default: self = .wait("http-\(status)")
        }
    }
}

extension Connections {
    /// Posts a form, and has the answer read.
    func post(_ form: Parameters, readBy read: (_ status: Int, _ body: [UInt8]) -> GatewayAnswer) -> GatewayAnswer {
        do throws(TransferError) {
            let reply = try post(form: Array(form.urlEncoded().utf8))
            return read(reply.status, reply.body)
        } catch {
            return GatewayAnswer(error)
        }
    }
}

extension [UInt8] {
    /// Whether these bytes hold a text.
    func holds(_ text: String) -> Bool { !text.utf8.isEmpty && firstRange(of: Array(text.utf8)) != nil }
}
