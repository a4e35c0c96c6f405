public import Transfer

extension MailRelay {
    /// The relay as a server to connect to.
    ///
    /// - Parameter host: what the portal calls itself in its greeting.
    public func peer(greetingAs host: String) -> Peer {
        Peer(
            url: "\(tls == .implicit ? "smtps" : "smtp")://\(self.host):\(port)/\(host)",
            security: tls == .none ? .plain : .required,
            credentials: account.map { Peer.Credentials(user: $0.user, password: $0.password.reveal()) },
            authorities: authorities, connectTimeout: min(.seconds(5), timeout), timeout: timeout)
    }
}

extension SMSSettings {
    /// A gateway as a server to connect to.
    ///
    /// - Parameter url: of one of ``gateways``.
    public func peer(at url: String) -> Peer {
        Peer(
            url: url, security: url.utf8.starts(with: "https://".utf8) ? .required : .plain,
            authorities: authorities, connectTimeout: min(.seconds(5), timeout), timeout: timeout)
    }
}
