internal import FoundationEssentials
import MariaDB

/// All settings of the portal and of `icegatectl`, read and checked as one.
///
/// A value that exists is complete and fits together. Keys, defaults and ranges stand in ``ConfigurationKey/all``.
public struct PortalConfiguration: Sendable {
    /// Whom the program serves.
    public enum Environment: String, Sendable {
        /// Registrants.
        case production
        /// One developer, over plain HTTP, with test hooks.
        case development
    }

    /// The program that reads: each has keys that it cannot do without.
    public enum Program: Sendable {
        /// `icegate-portal`: needs everything.
        case portal
        /// `icegatectl`: needs the database; other things when a command asks for them.
        case tool
    }

    /// Delivery of messages.
    public struct Courier: Sendable {
        /// How messages leave; `nil` in `icegatectl` where it is not set.
        public var transport: CourierTransport?
        /// Messages handed over at the same time on each channel, 1 to 32.
        public var threads: Int
        /// Bounds for all portals together.
        public var smsBudget, emailBudget: ChannelBudget
        /// SMS with OTPs in an hour, from which on they are compared with what was proven.
        public var alarmSends: Int
        public var alarmGuesses: Int
    }

    /// The listener for nginx.
    public struct FastCGISettings: Sendable {
        /// Unix socket to make; `nil`: the listening socket is file descriptor 0.
        public var socketPath: String?
        /// Group that may connect; `nil`: the process's own.
        public var socketGroup: String?
        /// Requests answered at the same time, 1 to 256.
        public var threads: Int
    }

    /// Where pages and texts are.
    public struct Resources: Sendable {
        /// Directory of the templates.
        public var templatesDirectory: String
        /// Directory of the message catalogues.
        public var localesDirectory: String
        /// Where nginx's assets are.
        public var assetsDirectory: String
        /// Where the recordings of captchas are.
        public var recordingsDirectory: String
        /// Where the migrations of the schema are.
        public var migrationsDirectory: String
    }

    /// Production unless said otherwise.
    public let environment: Environment
    /// Scheme, host and port that browsers see, without a slash at the end.
    public let publicOrigin: String
    /// Listener for nginx.
    public let fastCGI: FastCGISettings
    /// HMAC keys, the current one first; empty in `icegatectl` where KEY_FILE is not set.
    public let keys: [KeyEntry]
    /// Where they are; `nil` in `icegatectl` where it is not set.
    public let keyFile: String?
    /// Templates and catalogues.
    public let resources: Resources
    /// Delivery of messages.
    public let courier: Courier
    /// nginx's certificate.
    public let certificateFile: String
    /// An answer that every captcha accepts; always `nil` in production.
    public let captchaTestAnswer: String?
    /// Life times, tries and sizes.
    public let limits: Limits

    let databases: [DatabaseRole: DatabaseSettings]

    /// Whether cookies carry Secure and the `__Host-` prefix: the origin is https.
    public var usesSecureCookies: Bool { publicOrigin.utf8.starts(with: "https://".utf8) }

    /// The host of the origin, without scheme and port; empty where the origin is not set.
    public var publicHost: String {
        let authority = publicOrigin.utf8.split(separator: UInt8(ascii: "/")).last ?? publicOrigin.utf8[...]
        return String(decoding: authority.prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self)
    }

    /// Requests that may wait for a hash: as many as the setting says, but never so many that fewer than four threads are
    /// left to requests that hash nothing.
    public var hashQueue: Int {
        max(0, min(limits.hashQueue, fastCGI.threads - limits.hashConcurrency - 4))
    }

    /// How to reach MariaDB with the account of a role.
    ///
    /// - Throws: ``ConfigurationError`` when the account is not set; never for `.portal` in a configuration that was
    ///   read for the portal.
    public func database(as role: DatabaseRole) throws(ConfigurationError) -> DatabaseSettings {
        guard let settings = databases[role] else {
            throw ConfigurationError([
                "\(role.userKey.name) and \(role.passwordKey.name) are not set; this command works with that account."
            ])
        }
        return settings
    }

    /// Reads the configuration: the environment first, then the file, then the defaults.
    ///
    /// - Parameters:
    ///   - program: decides what may be missing.
    ///   - file: what `--config` gave; `nil`: `$ICEGATE_CONFIG`, or else /etc/icegate/icegate.conf, which may be absent.
    ///   - environment: `nil`: the process's own.
    /// - Throws: ``ConfigurationError`` with every problem there is.
    public static func load(
        for program: Program, file: String? = nil,
        environment: [String: String]? = nil
    ) throws(ConfigurationError) -> PortalConfiguration {
        var reader = open(file: file, environment: environment ?? ProcessInfo.processInfo.environment)
        let configuration = PortalConfiguration(for: program, from: &reader)
        guard reader.problems.isEmpty else { throw ConfigurationError(reader.problems) }
        return configuration
    }

    /// Where the file is when nothing else is said.
    public static let defaultFile = "/etc/icegate/icegate.conf"

    /// The secrets that stand in the configuration file itself although everybody on this host may read it.
    ///
    /// - Parameters: as of ``load(for:file:environment:)``.
    /// - Returns: their keys, and the file; no keys where there is nothing to mend, or the file cannot be read.
    public static func exposedSecrets(
        file: String? = nil, environment: [String: String]? = nil
    ) -> (keys: [String], file: String) {
        let path = named(file, environment ?? ProcessInfo.processInfo.environment) ?? defaultFile
        let secrets = ConfigurationKey.all.filter(\.isSecret).map(\.name)
        guard PrivateFile.isOpenToAll(path), let bytes = try? PrivateFile.read(path, isSecret: false) else {
            return ([], path)
        }
        let values = ConfigurationFile(bytes: bytes, path: path, known: Set(secrets)).values
        return (secrets.filter { values[$0]?.isEmpty == false }, path)
    }

    private static func named(_ file: String?, _ environment: [String: String]) -> String? {
        file ?? environment["ICEGATE_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
    }

    static func open(file: String?, environment: [String: String]) -> StrictReader {
        let keys = ConfigurationKey.all
        let known = Set(keys.map(\.name))
        let named = named(file, environment)
        let path = named ?? defaultFile
        if named == nil, !FileManager.default.fileExists(atPath: path) {
            return StrictReader(
                file: ConfigurationFile(bytes: [], path: path, known: known), environment: environment, keys: keys)
        }
        do throws(PrivateFile.Fault) {
            let parsed = ConfigurationFile(
                bytes: try PrivateFile.read(path, isSecret: false), path: path, known: known)
            return StrictReader(file: parsed, environment: environment, keys: keys)
        } catch {
            var reader = StrictReader(
                file: ConfigurationFile(bytes: [], path: path, known: known), environment: environment, keys: keys)
            reader.add(problem: "The configuration file \(path) \(error.text).")
            return reader
        }
    }

    init(for program: Program, from reader: inout StrictReader) {
        environment = Environment(rawValue: reader.text(.environment) ?? "") ?? .production
        publicOrigin = Self.origin(in: environment, from: &reader, isRequired: program == .portal)
        databases = Self.databases(for: program, from: &reader)
        fastCGI = FastCGISettings(
            socketPath: reader.text(.fastCGISocket), socketGroup: reader.text(.fastCGISocketGroup),
            threads: reader.count(.fastCGIThreads))
        (keyFile, keys) = Self.keys(for: program, from: &reader)
        resources = Resources(
            templatesDirectory: reader.required(.templates), localesDirectory: reader.required(.locales),
            assetsDirectory: reader.required(.assets), recordingsDirectory: reader.required(.recordings),
            migrationsDirectory: reader.required(.migrations))
        courier = Courier(
            transport: CourierTransport.read(for: program, in: environment, from: &reader),
            threads: reader.count(.courierThreads),
            smsBudget: ChannelBudget(
                perMinute: reader.count(.smsBudgetPerMinute), perDay: reader.count(.smsBudgetPerDay)),
            emailBudget: ChannelBudget(
                perMinute: reader.count(.emailBudgetPerMinute), perDay: reader.count(.emailBudgetPerDay)),
            alarmSends: reader.count(.alarmSends), alarmGuesses: reader.count(.alarmGuesses))
        certificateFile = reader.required(.certificate)
        captchaTestAnswer = reader.text(.captchaTestAnswer)
        if environment == .production, captchaTestAnswer != nil {
            reader.add(problem: "CAPTCHA_TEST_ANSWER would let programs in; remove it from a production configuration.")
        }
        limits = Limits(from: &reader)
    }

    // MARK: -

    private static func origin(in environment: Environment, from reader: inout StrictReader, isRequired: Bool) -> String
    {
        guard let origin = isRequired ? reader.required(.origin) : reader.text(.origin), !origin.isEmpty else {
            return ""
        }
        guard let isSecure = OriginSyntax.isSecure(origin) else {
            reader.add(
                problem:
                    "ICEGATE_ORIGIN must be https:// and a host in lower case, with a port if need be, and no slash "
                    + "behind it; mend its value.")
            return ""
        }
        if !isSecure, environment == .production {
            reader.add(problem: "ICEGATE_ORIGIN is http://, which only development allows; give the https:// address.")
        }
        return origin
    }

    private static func databases(for program: Program, from reader: inout StrictReader)
        -> [DatabaseRole: DatabaseSettings]
    {
        let socket = reader.text(.databaseSocket)
        let host = reader.text(.databaseHost)
        switch (socket, host) {
        case (nil, nil): reader.add(problem: "Neither DATABASE_SOCKET nor DATABASE_HOST is set; set one of them.")
        case (_?, _?): reader.add(problem: "DATABASE_SOCKET and DATABASE_HOST are both set; remove one of them.")
        default: break
        }
        let port = reader.count(.databasePort)
        let servers = host.map { ServerAddress.list($0, port: UInt16(clamping: port)) }
        if let host, servers == .some(nil) {
            reader.add(
                problem: "DATABASE_HOST is \"\(host)\"; give hosts as name, name:port or [address]:port, with commas "
                    + "between them.")
        }
        let server = DatabaseSettings(
            servers: socket.map { [.socket($0)] } ?? servers.flatMap(\.self) ?? [],
            name: reader.required(.databaseName), user: "", password: Secret(""),
            connectTimeout: reader.duration(.databaseConnectTimeout),
            readTimeout: reader.duration(.databaseReadTimeout), writeTimeout: reader.duration(.databaseWriteTimeout))
        var databases: [DatabaseRole: DatabaseSettings] = [:]
        // What serves the Internet knows no password but its own.
        for role in program == .portal ? [.portal] : DatabaseRole.allCases {
            let before = reader.problems.count
            let user = reader.text(role.userKey)
            let password = reader.secret(role.passwordKey, file: role.passwordFileKey)
            if let user, let password {
                var settings = server
                settings.user = user
                settings.password = password
                databases[role] = settings
            } else if reader.problems.count == before {
                // Half an account is a mistake; a whole one may be missing where no command needs it.
                let isNeeded = role == .portal && program == .portal
                if user == nil, isNeeded || password != nil { reader.miss(role.userKey) }
                if password == nil, isNeeded || user != nil { reader.miss(role.passwordKey) }
            }
        }
        return databases
    }

    private static func keys(for program: Program, from reader: inout StrictReader) -> (String?, [KeyEntry]) {
        let before = reader.problems.count
        guard let path = reader.text(.keyFile) else {
            if program == .portal, reader.problems.count == before { reader.miss(.keyFile) }
            return (nil, [])
        }
        do throws(PrivateFile.Fault) {
            let (keys, problems) = KeyEntry.parse(try PrivateFile.read(path, isSecret: true), path: path)
            for problem in problems { reader.add(problem: problem) }
            return (path, keys)
        } catch {
            reader.add(problem: "KEY_FILE \(path) \(error.text).")
            return (path, [])
        }
    }
}

extension Limits {
    init(from reader: inout StrictReader) {
        otpLifetime = reader.duration(.otpLifetime)
        otpTries = reader.count(.otpTries)
        otpResendWait = reader.duration(.otpResendWait)
        otpSends = reader.count(.otpSends)
        otpPairs = reader.count(.otpPairs)
        registrationIdle = reader.duration(.registrationIdle)
        registrationSession = reader.duration(.registrationSession)
        accountIdle = reader.duration(.accountIdle)
        accountSession = reader.duration(.accountSession)
        temporaryPasswordLifetime = reader.duration(.temporaryPasswordLifetime)
        captchaLifetime = reader.duration(.captchaLifetime)
        // A core is left to everything else: two that hash on two cores make pages wait, and take in no more people.
        hashConcurrency = reader.number(.hashConcurrency) ?? max(1, ProcessInfo.processInfo.activeProcessorCount - 1)
        hashQueue = reader.count(.hashQueue)
    }
}
