public import MariaDB

extension ConnectionOptions {
    /// How to reach MariaDB as the configuration says.
    public init(_ settings: DatabaseSettings) {
        self.init(
            socketPath: settings.socketPath, host: settings.host, port: UInt16(clamping: settings.port),
            user: settings.user, password: settings.password.reveal(), database: settings.name,
            connectTimeout: settings.connectTimeout, readTimeout: settings.readTimeout,
            writeTimeout: settings.writeTimeout)
    }
}
