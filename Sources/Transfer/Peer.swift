/// A server that is handed messages, and how far it is trusted.
///
/// Its certificate and host name are always checked where TLS is spoken, 1.2 at least; there is no switch for that. No
/// redirect is followed, no proxy of the environment used.
public struct Peer: Sendable {
    /// How it proves who it is.
    public enum Security: Sendable, Equatable {
        /// Plain text: for a peer on this host alone.
        case plain
        /// TLS, by STARTTLS where the URL does not mean TLS from the first byte: refused by a peer without it.
        case required
    }

    /// Who the portal is to it.
    public struct Credentials: Sendable {
        let user: String
        let password: String

        /// Takes a name and a password, UTF-8.
        public init(user: String, password: String) {
            self.user = user
            self.password = password
        }
    }

    let url: String
    let security: Security
    let credentials: Credentials?
    let authorities: String?
    let connectTimeout: Duration
    let timeout: Duration

    /// Describes a peer.
    ///
    /// - Parameters:
    ///   - url: `smtp://`, `smtps://`, `http://` or `https://`, host, port and path.
    ///   - security: ``Security/plain`` leaves `http` and `smtp` without TLS; otherwise they are refused or upgraded.
    ///   - authorities: file with the certificates of the authorities that are believed; `nil`: the system's.
    ///   - connectTimeout: until the connection stands, TLS included.
    ///   - timeout: for one message, all in all.
    public init(
        url: String, security: Security, credentials: Credentials? = nil, authorities: String? = nil,
        connectTimeout: Duration = .seconds(5), timeout: Duration
    ) {
        self.url = url
        self.security = security
        self.credentials = credentials
        self.authorities = authorities
        self.connectTimeout = connectTimeout
        self.timeout = timeout
    }

    var isMail: Bool { url.utf8.starts(with: "smtp".utf8) }

    /// What libcurl may speak. Source: CURLOPT_PROTOCOLS_STR(3).
    var protocols: String {
        if isMail { return "smtp,smtps" }
        return security == .plain ? "http,https" : "https"
    }

    /// Whether a host name or address can only mean this host.
    public static func isThisHost(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host == "[::1]"
            || host.utf8.starts(with: "127.".utf8)
                && host.utf8.allSatisfy {
                    $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                }
    }
}
