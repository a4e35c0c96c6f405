import CCurl
import Threading

/// Connections to one peer, each for one thread at a time: as many as threads send at once, and kept open between.
public final class Connections: Sendable {
    private let peer: Peer
    private let idle = Monitor<[Connection]>([])

    /// Opens nothing before the first message.
    public init(to peer: Peer) { self.peer = peer }

    /// What an HTTP server answered.
    public struct Reply: Sendable, Equatable {
        /// The status, such as 200.
        public let status: Int
        /// The body, at most 64 KiB.
        public let body: [UInt8]
    }

    /// Connects as for a message, TLS and certificate included, and sends none. Source: CURLOPT_CONNECT_ONLY(3).
    public func reach() throws(TransferError) {
        try lent { (handle) throws(TransferError) in
            try handle.perform(Exchange(limit: 65_536), with: peer, list: (CURLOPT_HTTPHEADER, [])) { options in
                options.set(CURLOPT_CONNECT_ONLY, 1)
                if peer.isMail, peer.security == .required {
                    options.set(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue))
                }
            }
        }
    }

    /// Sends a form, and takes whatever status comes.
    ///
    /// - Parameter form: `application/x-www-form-urlencoded`.
    public func post(form: [UInt8]) throws(TransferError) -> Reply {
        let exchange = Exchange(limit: 65_536)
        try lent { (handle) throws(TransferError) in
            // Without "Expect", libcurl would wait a second for 100 Continue from servers that do not know it.
            try handle.perform(exchange, with: peer, list: (CURLOPT_HTTPHEADER, ["Expect:"])) { options in
                options.set(CURLOPT_POST, 1)
                options.setBody(form)
            }
        }
        return Reply(status: exchange.status, body: exchange.incoming)
    }

    /// Hands one mail over, to one recipient.
    ///
    /// - Parameters:
    ///   - mail: header and body, lines ended by CRLF. Dots at the beginning of lines are stuffed here (RFC 5321, 4.5.2).
    ///   - sender: of the envelope.
    ///   - recipient: of the envelope, an address in ASCII without blanks and angle brackets.
    public func send(mail: [UInt8], from sender: String, to recipient: String) throws(TransferError) {
        let exchange = Exchange(outgoing: mail, limit: 65_536)
        try lent { (handle) throws(TransferError) in
            try handle.perform(exchange, with: peer, list: (CURLOPT_MAIL_RCPT, ["<\(recipient)>"])) { options in
                options.set(CURLOPT_MAIL_FROM, "<\(sender)>")
                options.set(CURLOPT_UPLOAD, 1)
                options.set(
                    CURLOPT_USE_SSL,
                    Int((peer.security == .plain ? CURLUSESSL_NONE : CURLUSESSL_ALL).rawValue))
            }
        }
    }

    private func lent(_ body: (borrowing EasyHandle) throws(TransferError) -> Void) throws(TransferError) {
        guard let connection = idle.withLock({ $0.popLast() }) ?? Connection() else {
            throw TransferError(reason: "memory")
        }
        // A handle whose exchange failed has closed that connection itself.
        defer { idle.withLock { $0.append(connection) } }
        try body(connection.handle)
    }

    /// A handle that an array can hold.
    // Sendable: the thread that took it out of the array of idle ones is the only one that has it.
    private final class Connection: @unchecked Sendable {
        let handle: EasyHandle

        init?() {
            guard let handle = EasyHandle() else { return nil }
            self.handle = handle
        }
    }
}
