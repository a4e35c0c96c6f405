import Glibc
public import MariaDB

extension ConnectionOptions {
    /// What a connection is for, which decides how patient it is.
    public enum Work {
        /// Answering somebody who waits: the settings' time-outs, and a second for a row that another holds. A database
        /// that is frozen is answered with "try again" before the visitor gives up.
        case requests
        /// Loading, migrating, issuing: a statement may take an hour.
        case bulk
    }

    /// How to reach MariaDB as the configuration says.
    public init(_ settings: DatabaseSettings, for work: Work) {
        self.init(
            // The processes of a host have numbers that follow each other, or nearly so.
            servers: Servers(settings.servers, turn: Int(getpid())), user: settings.user,
            password: settings.password.reveal(), database: settings.name,
            connectTimeout: settings.connectTimeout,
            readTimeout: work == .requests ? settings.readTimeout : .seconds(3_600),
            writeTimeout: work == .requests ? settings.writeTimeout : .seconds(3_600),
            lockWaitTimeout: .seconds(work == .requests ? 1 : 30))
    }
}
