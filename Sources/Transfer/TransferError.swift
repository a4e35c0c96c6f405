import CCurl

/// Why a peer did not take a message.
public struct TransferError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Where the exchange ended.
    public enum Stage: Sendable, Equatable {
        /// No connection, or none that could be trusted.
        case connection
        /// Before the message: greeting, authentication, sender.
        case greeting
        /// The recipient, the message, or what was said of it.
        case message
    }

    /// Where it ended.
    public let stage: Stage
    /// The peer's last status of SMTP or HTTP; 0 for none.
    public let status: Int
    /// In a word: `timeout`, `no-connection`, `certificate`, `no-tls`, `login`, `cut` or libcurl's number. It names no
    /// recipient.
    public let reason: String

    /// The reason, and the status where there is one.
    public var description: String { status == 0 ? reason : "\(reason) (\(status))" }

    init(curl code: CURLcode, status: Int, exchange: Exchange) {
        self.status = status
        reason =
            switch code {
            case CURLE_OPERATION_TIMEDOUT: "timeout"
            case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST: "no-connection"
            case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE: "certificate"
            case CURLE_USE_SSL_FAILED, CURLE_SSL_CONNECT_ERROR, CURLE_UNSUPPORTED_PROTOCOL: "no-tls"
            case CURLE_LOGIN_DENIED: "login"
            case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE: "cut"
            case CURLE_SEND_ERROR, CURLE_WEIRD_SERVER_REPLY: status >= 400 ? "answer" : "cut"
            default: "curl-\(code.rawValue)"
            }
        stage =
            switch exchange.lastCommand {
            case "RCPT", "DATA", "POST": .message
            case "": .connection
            default: .greeting
            }
    }

    init(reason: String) {
        (stage, status, self.reason) = (.connection, 0, reason)
    }
}
