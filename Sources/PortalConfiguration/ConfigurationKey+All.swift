extension ConfigurationKey {
    /// Every key there is, in the order in which a person reads about them.
    public static let all: [ConfigurationKey] = [
        [environment, origin],
        [databaseSocket, databaseHost, databasePort, databaseName],
        [databaseConnectTimeout, databaseReadTimeout, databaseWriteTimeout],
        DatabaseRole.allCases.flatMap { [$0.userKey, $0.passwordKey, $0.passwordFileKey] },
        [
            keyFile, fastCGISocket, fastCGISocketGroup, fastCGIThreads, templates, locales, assets, recordings,
            migrations, certificate,
        ],
        courier, [captchaTestAnswer],
        [otpLifetime, otpTries, otpResendWait, otpSends, otpPairs],
        [registrationIdle, registrationSession, accountIdle, accountSession],
        [temporaryPasswordLifetime, captchaLifetime, hashConcurrency, hashQueue],
    ].flatMap { (group: [ConfigurationKey]) in group }

    static let environment = ConfigurationKey(
        "ICEGATE_ENVIRONMENT", .word(["production", "development"]), default: "production",
        "Development allows plain HTTP and test hooks; never set it where registrants are served.")
    static let origin = ConfigurationKey(
        "ICEGATE_ORIGIN", .text,
        "Scheme, host and port that browsers see, such as https://www.icegate.gov.in; no path.")

    static let databaseSocket = ConfigurationKey(
        "DATABASE_SOCKET", .path, "Unix socket of MariaDB; set this or DATABASE_HOST.")
    static let databaseHost = ConfigurationKey(
        "DATABASE_HOST", .text,
        "Host name or address of MariaDB; set this or DATABASE_SOCKET. Of a Galera cluster all nodes, with commas "
            + "between them, each with its port where it is not DATABASE_PORT: db1,db2:3307,[2001:db8::3]:3306.")
    static let databasePort = ConfigurationKey(
        "DATABASE_PORT", .number(1...65_535), default: "3306", "TCP port of MariaDB at DATABASE_HOST.")
    static let databaseName = ConfigurationKey("DATABASE_NAME", .text, default: "icegate", "Name of the database.")
    static let databaseConnectTimeout = ConfigurationKey(
        "DATABASE_CONNECT_TIMEOUT_SECONDS", .seconds(1...60), default: "2", "How long a connection may take to come.")
    static let databaseReadTimeout = ConfigurationKey(
        "DATABASE_READ_TIMEOUT_SECONDS", .seconds(1...60), default: "2",
        "How long MariaDB may take for an answer to the portal; icegatectl waits longer.")
    static let databaseWriteTimeout = ConfigurationKey(
        "DATABASE_WRITE_TIMEOUT_SECONDS", .seconds(1...60), default: "2", "How long sending a statement may take.")

    static let keyFile = ConfigurationKey(
        "KEY_FILE", .path,
        "File of the HMAC keys, readable by its owner alone: lines id:64 hexadecimal digits, the current key first.")
    static let certificate = ConfigurationKey(
        "CERTIFICATE_FILE", .path, default: "/etc/icegate/tls/portal.crt",
        "nginx's certificate: icegatectl doctor says how many days are left of it.")
    static let fastCGISocket = ConfigurationKey(
        "FASTCGI_SOCKET", .path, "Unix socket to listen on for nginx; without it the socket is file descriptor 0.")
    static let fastCGISocketGroup = ConfigurationKey(
        "FASTCGI_SOCKET_GROUP", .text, "Group that may connect to FASTCGI_SOCKET: nginx's, on Debian www-data.")
    static let fastCGIThreads = ConfigurationKey(
        "FASTCGI_THREADS", .number(1...256), default: "40",
        "Requests answered at the same time, those that hash a password or wait for that included.")
    static let templates = ConfigurationKey(
        "TEMPLATES_DIRECTORY", .path, default: "/usr/share/icegate/Templates", "Where the pages' templates are.")
    static let locales = ConfigurationKey(
        "LOCALES_DIRECTORY", .path, default: "/usr/share/icegate/Locales", "Where the message catalogues are.")

    static let assets = ConfigurationKey(
        "ASSETS_DIRECTORY", .path, default: "/usr/share/icegate/assets",
        "Where nginx's assets are: the portal reads them at start and names their version in its pages.")
    static let recordings = ConfigurationKey(
        "RECORDINGS_DIRECTORY", .path, default: "/usr/share/icegate/Recordings",
        "Where the recordings are that captchas are spoken with: a folder for each language.")
    static let migrations = ConfigurationKey(
        "MIGRATIONS_DIRECTORY", .path, default: "/usr/share/icegate/migrations",
        "Where icegatectl migrate finds the migrations of the schema.")

    static let captchaTestAnswer = ConfigurationKey(
        "CAPTCHA_TEST_ANSWER", .text, "An answer that every captcha accepts; refused outside development.")

    static let otpLifetime = ConfigurationKey(
        "OTP_LIFETIME_SECONDS", .seconds(60...86_400), default: "7200", "How long a pair of OTPs holds.")
    static let otpTries = ConfigurationKey(
        "OTP_TRIES", .number(1...10), default: "5", "Wrong tries that end a pair, on each of its two pages.")
    static let otpResendWait = ConfigurationKey(
        "OTP_RESEND_WAIT_SECONDS", .seconds(1...3600), default: "60", "Time between two sends of a pair.")
    static let otpSends = ConfigurationKey(
        "OTP_SENDS", .number(1...20), default: "5", "Sends of one pair, the first included.")
    static let otpPairs = ConfigurationKey("OTP_PAIRS", .number(1...20), default: "3", "Pairs in one registration.")
    static let registrationIdle = ConfigurationKey(
        "REGISTRATION_IDLE_SECONDS", .seconds(60...7200), default: "900",
        "Time without a request that ends a registration's session.")
    static let registrationSession = ConfigurationKey(
        "REGISTRATION_SESSION_SECONDS", .seconds(300...86_400), default: "7200",
        "Longest life of a registration's session.")
    static let accountIdle = ConfigurationKey(
        "ACCOUNT_IDLE_SECONDS", .seconds(60...7200), default: "1800", "Time without a request that logs out.")
    static let accountSession = ConfigurationKey(
        "ACCOUNT_SESSION_SECONDS", .seconds(300...86_400), default: "28800", "Longest life of a log-in.")
    static let temporaryPasswordLifetime = ConfigurationKey(
        "TEMPORARY_PASSWORD_LIFETIME_SECONDS", .seconds(3600...7_776_000), default: "2592000",
        "How long a temporary password holds: 30 days.")
    static let captchaLifetime = ConfigurationKey(
        "CAPTCHA_LIFETIME_SECONDS", .seconds(60...3600), default: "600", "How long a captcha can be answered.")
    static let hashConcurrency = ConfigurationKey(
        "HASH_CONCURRENCY", .number(1...256),
        "Passwords that a process hashes at the same time, 19 MiB each; without it one fewer than the host has cores, at least one."
    )
    static let hashQueue = ConfigurationKey(
        "HASH_QUEUE", .number(0...1024), default: "32",
        "Requests that may wait for a hash; those beyond are told to come back. Four threads are always left to others."
    )
}
