import FoundationEssentials
import Glibc
import MariaDB
import Testing

@testable import PortalConfiguration

@Suite("The configuration") struct PortalConfigurationTests {
    private let directory: ScratchDirectory
    private let keyFile: String
    private let registeredTexts: String

    init() throws {
        directory = try ScratchDirectory()
        keyFile = try directory.write(
            "2:\(String(repeating: "aB", count: 32))\n1:\(String(repeating: "0", count: 64))",
            to: "keys", mode: 0o400)
        registeredTexts = try directory.write("one-time-password en 1107160000000000001 text\n", to: "texts")
    }

    private var complete: [String: String] {
        [
            "ICEGATE_ORIGIN": "https://www.icegate.gov.in", "DATABASE_SOCKET": "/run/mysqld/mysqld.sock",
            "DATABASE_USER": "portal", "DATABASE_PASSWORD": "hunter2", "KEY_FILE": keyFile,
            "COURIER_TRANSPORT": "gateways", "SMTP_HOST": "relay.example", "MAIL_FROM": "noreply@icegate.gov.in",
            "SMS_GATEWAY": "nic", "SMS_NIC_USER": "portal", "SMS_NIC_PIN": "hunter2", "SMS_SENDER_ID": "ICEGAT",
            "SMS_ENTITY_ID": "1101234567890123456", "SMS_TEMPLATES_FILE": registeredTexts,
        ]
    }

    private func load(
        _ changes: [String: String?] = [:], for program: PortalConfiguration.Program = .portal,
        environment: [String: String] = [:]
    ) throws -> PortalConfiguration {
        var values = complete
        for (key, value) in changes { values[key] = value }
        let file = try directory.write(values.map { "\($0)=\($1)\n" }.joined(), to: "\(UUID()).conf")
        return try PortalConfiguration.load(for: program, file: file, environment: environment)
    }

    private func problems(
        _ changes: [String: String?], for program: PortalConfiguration.Program = .portal
    ) -> [String] {
        let error = #expect(throws: ConfigurationError.self) { try load(changes, for: program) }
        return error?.problems ?? []
    }

    @Test("of the portal is complete with the keys that have no default; the rest is as documented")
    func defaults() throws {
        let configuration = try load()
        let database = try configuration.database(as: .portal)
        #expect(configuration.environment == .production)
        #expect(configuration.usesSecureCookies)
        #expect(database.servers == [.socket("/run/mysqld/mysqld.sock")])
        #expect(database.name == "icegate")
        #expect(database.user == "portal")
        #expect(database.password.reveal() == "hunter2")
        #expect(configuration.fastCGI.socketPath == nil)
        #expect(configuration.fastCGI.threads == 40)
        #expect(configuration.courier.threads == 4)
        guard case .gateways(let relay, let sms) = configuration.courier.transport else {
            Issue.record("no gateways")
            return
        }
        #expect(relay.tls == .starttls && relay.port == 587 && relay.account == nil)
        #expect(relay.timeout == .seconds(20))
        #expect(sms.gateways.count == 1)
        #expect(sms.timeout == .seconds(10))
        #expect(sms.registeredTexts?.hasPrefix("one-time-password en") == true)
        #expect(configuration.captchaTestAnswer == nil)
        #expect(configuration.limits.otpLifetime == .seconds(7200))
        #expect(configuration.limits.temporaryPasswordLifetime == .seconds(30 * 86_400))
        #expect(configuration.limits.hashConcurrency >= 1)
        #expect(configuration.limits.hashQueue == 32)
        #expect(configuration.keys.map(\.id) == [2, 1])
        #expect(configuration.keys.first?.bytes == Array(repeating: 0xAB, count: 32))
    }

    @Test("takes the environment before the file, and an empty value for none")
    func precedence() throws {
        let environment = ["FASTCGI_THREADS": "3", "OTP_TRIES": "", "PATH": "/bin", "CTL_OTHER": "x"]
        let configuration = try load(
            ["FASTCGI_THREADS": "2", "OTP_TRIES": "4", "OTP_SENDS": ""], environment: environment)
        #expect(configuration.fastCGI.threads == 3)
        #expect(configuration.limits.otpTries == 4)
        #expect(configuration.limits.otpSends == 5)
    }

    @Test("is found by ICEGATE_CONFIG, and by --config before it")
    func searchOrder() throws {
        let lines = complete.map { "\($0)=\($1)\n" }.joined()
        let first = try directory.write(lines + "OTP_TRIES=1", to: "first.conf")
        let second = try directory.write(lines + "OTP_TRIES=2", to: "second.conf")
        let environment = ["ICEGATE_CONFIG": second]
        #expect(try PortalConfiguration.load(for: .portal, environment: environment).limits.otpTries == 2)
        #expect(try PortalConfiguration.load(for: .portal, file: first, environment: environment).limits.otpTries == 1)
        #expect(throws: ConfigurationError.self) {
            try PortalConfiguration.load(for: .portal, file: "/nowhere", environment: complete)
        }
    }

    @Test("without the keys that have no default is refused, all of them named at once")
    func missing() {
        let error = #expect(throws: ConfigurationError.self) {
            try PortalConfiguration.load(for: .portal, file: "/dev/null/none", environment: ["OTP_TRIES": "many"])
        }
        let text = error?.description ?? ""
        for name in [
            "/dev/null/none", "ICEGATE_ORIGIN", "DATABASE_SOCKET", "DATABASE_USER", "DATABASE_PASSWORD", "KEY_FILE",
            "COURIER_TRANSPORT", "OTP_TRIES",
        ] {
            #expect(text.contains(name))
        }
        #expect(error?.problems.count == 8)
    }

    @Test("tells of secrets in a file that everybody may read, and of none where its owner alone may")
    func exposure() throws {
        let file = try directory.write("ICEGATE_ENVIRONMENT=development\nDATABASE_PASSWORD=hunter2\n", to: "exposed")
        unsafe chmod(file, 0o644)
        #expect(PortalConfiguration.exposedSecrets(file: file, environment: [:]).keys == ["DATABASE_PASSWORD"])
        unsafe chmod(file, 0o640)
        #expect(PortalConfiguration.exposedSecrets(file: file, environment: [:]).keys == [])
        let harmless = try directory.write("DATABASE_PASSWORD_FILE=/x\nDATABASE_PASSWORD=\n", to: "harmless")
        unsafe chmod(harmless, 0o644)
        #expect(PortalConfiguration.exposedSecrets(environment: ["ICEGATE_CONFIG": harmless]).keys == [])
    }

    @Test("names all nodes of a cluster in DATABASE_HOST, and refuses what is no list of hosts")
    func cluster() throws {
        let hosts = "db1, db2:3307,[2001:db8::3]:3308,2001:db8::4,[::1]"
        let changes: [String: String?] = ["DATABASE_SOCKET": nil, "DATABASE_HOST": hosts, "DATABASE_PORT": "4000"]
        let servers = try load(changes).database(as: .portal).servers
        #expect(
            servers.map(\.description) == [
                "db1:4000", "db2:3307", "[2001:db8::3]:3308", "[2001:db8::4]:4000", "[::1]:4000",
            ])
        for wrong in ["", "db1,", ",db1", "db1:0", "db1:65536", "db1:x", "db1:", "[::1", "[::1]x", "[]:1", "db 1"] {
            #expect(problems(["DATABASE_SOCKET": nil, "DATABASE_HOST": wrong]).isEmpty == false, "\(wrong)")
        }
    }

    @Test("of icegatectl needs the database alone, and says so when a command asks for an account that is not set")
    func tool() throws {
        let environment = [
            "DATABASE_HOST": "db1", "CTL_MIGRATOR_USER": "migrator", "CTL_MIGRATOR_PASSWORD": "hunter2",
        ]
        let file = try directory.write("", to: "tool.conf")
        let configuration = try PortalConfiguration.load(for: .tool, file: file, environment: environment)
        #expect(try configuration.database(as: .migrator).user == "migrator")
        #expect(try configuration.database(as: .migrator).servers == [.network(host: "db1", port: 3306)])
        #expect(configuration.keys == [])
        let error = #expect(throws: ConfigurationError.self) { try configuration.database(as: .loader) }
        #expect(error?.description.contains("CTL_LOADER_USER") == true)
    }

    @Test(
        "refuses values that do not parse or are out of range, and shows none of them",
        arguments: [
            ("FASTCGI_THREADS", "0"), ("FASTCGI_THREADS", "257"), ("FASTCGI_THREADS", "+5"), ("FASTCGI_THREADS", "१६"),
            ("FASTCGI_THREADS", "99999999999999999999"), ("OTP_LIFETIME_SECONDS", "2h"), ("DATABASE_PORT", "65536"),
            ("DATABASE_PORT", "0x10"), ("HASH_CONCURRENCY", "-1"), ("ICEGATE_ENVIRONMENT", "Production"),
            ("KEY_FILE", "keys"), ("COURIER_TRANSPORT", "pigeon"), ("LOCALES_DIRECTORY", "Locales"),
        ])
    func unfit(_ key: String, _ value: String) throws {
        let problems = problems([key: value])
        #expect(problems.count == 1)
        let problem = try #require(problems.first)
        #expect(problem.hasPrefix(key))
        #expect(!problem.contains("hunter2"))
    }

    @Test(
        "refuses origins that are more or less than scheme, host and port",
        arguments: [
            "www.icegate.gov.in", "https://www.icegate.gov.in/", "https://", "HTTPS://www.icegate.gov.in", "ftp://a",
            "https://A.in", "https://a.in:0", "https://a.in:65536", "https://a.in:", "https://u@a.in",
            "https://a.in:1:2",
        ])
    func origin(_ origin: String) {
        #expect(problems(["ICEGATE_ORIGIN": origin, "ICEGATE_ENVIRONMENT": "development"]).count == 1)
    }

    @Test("E20: allows plain HTTP and a test answer in development alone")
    func development() throws {
        let changes: [String: String?] = ["ICEGATE_ORIGIN": "http://127.0.0.1:8080", "CAPTCHA_TEST_ANSWER": "TEST"]
        #expect(problems(changes).count == 2)
        let configuration = try load(changes.merging(["ICEGATE_ENVIRONMENT": "development"]) { $1 })
        #expect(configuration.captchaTestAnswer == "TEST")
        #expect(!configuration.usesSecureCookies)
    }

    @Test("refuses both of two ways, and half an account")
    func contradictions() throws {
        let passwordFile = try directory.write("hunter2", to: "password")
        #expect(problems(["DATABASE_HOST": "db1"]).count == 1)
        #expect(problems(["DATABASE_PASSWORD_FILE": passwordFile]).count == 1)
        #expect(problems(["CTL_LOADER_USER": "loader"], for: .tool).count == 1)
        #expect(problems(["CTL_LOADER_PASSWORD": "x"], for: .tool).count == 1)
        #expect(problems(["COURIER_TRANSPORT": "file", "ICEGATE_ENVIRONMENT": "development"]).count == 1)
    }

    @Test("refuses a sender and fields of a form that no SMS can go with")
    func smsFields() throws {
        let form: [String: String?] = [
            "SMS_GATEWAY": "form", "SMS_FORM_URL": "http://127.0.0.1/sms", "SMS_FORM_ACCEPTED": "ok",
        ]
        for fields in ["to={numbr}&text={text}", "to={number}", "text={text}", "to={number}&text={text}&x={other}"] {
            #expect(problems(form.merging(["SMS_FORM_FIELDS": fields]) { $1 }).count == 1, "\(fields)")
        }
        #expect(problems(["SMS_SENDER_ID": "ICE"]).count == 1 && problems(["SMS_SENDER_ID": "ICEG4T"]).count == 1)
        _ = try load(form.merging(["SMS_FORM_FIELDS": "{text}={text}&to={number}"]) { $1 })
    }

    @Test("of the portal has no password of an operator")
    func operators() throws {
        let changes: [String: String?] = ["CTL_LOADER_USER": "loader", "CTL_LOADER_PASSWORD": "hunter2"]
        #expect(throws: ConfigurationError.self) { try load(changes).database(as: .loader) }
        #expect(try load(changes, for: .tool).database(as: .loader).user == "loader")
    }

    @Test("F12: takes a password from a file of its owner's alone")
    func passwordFile() throws {
        let file = try directory.write("hunter2\n", to: "password")
        let changes: [String: String?] = ["DATABASE_PASSWORD": nil, "DATABASE_PASSWORD_FILE": file]
        #expect(try load(changes).database(as: .portal).password.reveal() == "hunter2")
        for mode in [0o640, 0o604, 0o620] {
            _ = try directory.write("hunter2\n", to: "password", mode: mode)
            #expect(problems(changes).count == 1)
        }
        _ = try directory.write("\n", to: "password")
        #expect(problems(changes).count == 1)
    }

    @Test(
        "refuses a key file that others may read, that is a link, or that is ill-formed, and shows nothing of it",
        arguments: [
            "", "# none\n", "1:abc", "1:\(String(repeating: "g", count: 64))", "x:\(String(repeating: "a", count: 64))",
            "1:\(String(repeating: "a", count: 66))", "4294967296:\(String(repeating: "a", count: 64))",
            "1:\(String(repeating: "a", count: 64))\n1:\(String(repeating: "b", count: 64))",
        ])
    func keyFile(_ text: String) throws {
        let file = try directory.write(text, to: "bad-keys")
        let found = problems(["KEY_FILE": file])
        #expect(found.count == 1)
        #expect(found.allSatisfy { !$0.contains("aaa") && !$0.contains("ggg") })
        let open = try directory.write("1:\(String(repeating: "a", count: 64))", to: "open-keys", mode: 0o440)
        #expect(problems(["KEY_FILE": open]).count == 1)
        try? FileManager.default.removeItem(atPath: "\(directory.path)/link")
        try FileManager.default.createSymbolicLink(atPath: "\(directory.path)/link", withDestinationPath: keyFile)
        #expect(problems(["KEY_FILE": "\(directory.path)/link"]).first?.contains("not a regular file") == true)
    }

    @Test("reads every key of the table and no other, and every default is in its range")
    func table() throws {
        let names = ConfigurationKey.all.map(\.name)
        #expect(Set(names).count == names.count)
        var read: Set<String> = []
        for gateways in [["cdac", "nic"], ["form", "file"]] {
            let environment = [
                "COURIER_TRANSPORT": "gateways", "SMS_GATEWAY": gateways[0], "SMS_SECOND_GATEWAY": gateways[1],
            ]
            var reader = PortalConfiguration.open(file: "/dev/null/none", environment: environment)
            for program in [PortalConfiguration.Program.portal, .tool] {
                _ = PortalConfiguration(for: program, from: &reader)
            }
            read.formUnion(reader.read)
        }
        #expect(read == Set(names))
        for key in ConfigurationKey.all {
            #expect(key.meaning.hasSuffix(".") && !key.isSecret || key.defaultValue == nil)
            switch key.kind {
            case .seconds(let range):
                #expect(key.name.hasSuffix("_SECONDS"))
                #expect(range.contains(try #require(key.defaultValue.flatMap { Int($0) })))
            case .number(let range): #expect(key.defaultValue.map { range.contains(Int($0) ?? -1) } ?? true)
            case .word(let words): #expect(key.defaultValue.map(words.contains) ?? true)
            case .path: #expect(key.defaultValue.map { $0.hasPrefix("/") } ?? true)
            case .text, .secret: break
            }
        }
    }

    @Test("prints no secret, however it is printed")
    func secrets() throws {
        let configuration = try load()
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in [dumped, "\(configuration)", String(reflecting: configuration)] {
            #expect(!text.contains("hunter2"))
            #expect(!text.contains("171"))  // 0xAB, a byte of the key
        }
    }

    @Test("lets messages become files in development alone")
    func files() throws {
        let changes: [String: String?] = ["COURIER_TRANSPORT": "file", "COURIER_DIRECTORY": "/var/spool/icegate"]
        #expect(problems(changes).count == 1)
        #expect(problems(["SMS_SECOND_GATEWAY": "file", "COURIER_DIRECTORY": "/var/spool/icegate"]).count == 1)
        let configuration = try load(changes.merging(["ICEGATE_ENVIRONMENT": "development"]) { $1 })
        guard case .files("/var/spool/icegate") = configuration.courier.transport else {
            Issue.record("no files")
            return
        }
    }

    @Test("speaks plain text with no other host")
    func plainText() throws {
        #expect(problems(["SMTP_TLS": "none"]).first?.hasPrefix("SMTP_TLS") == true)
        #expect(problems(["SMS_NIC_URL": "http://sms.example/"]).first?.hasPrefix("SMS_NIC_URL") == true)
        #expect(problems(["SMS_NIC_URL": "http://localhost.example/"]).count == 1)
        _ = try load(["SMTP_TLS": "none", "SMTP_HOST": "127.0.0.1", "SMS_NIC_URL": "http://127.0.0.1:8000/sms"])
    }

    @Test("wants all that a gateway needs, and no gateway twice")
    func gateways() throws {
        #expect(problems(["SMS_GATEWAY": "cdac"]).count == 3)
        #expect(problems(["SMS_SECOND_GATEWAY": "nic"]).count == 1)
        #expect(problems(["SMS_TEMPLATES_FILE": nil, "SMS_ENTITY_ID": nil]).count == 2)
        #expect(problems(["SMTP_USER": "portal"]).count == 1)
        #expect(problems(["MAIL_FROM": "a@b,c@d"]).count == 1)
        #expect(problems(["SMTP_HOST": "relay.example/x"]).count == 1)
        let form: [String: String?] = [
            "SMS_SECOND_GATEWAY": "form", "SMS_FORM_URL": "https://sms.example/",
            "SMS_FORM_FIELDS": "to={number}&text={text}", "SMS_FORM_ACCEPTED": "ok",
        ]
        guard case .gateways(_, let sms) = try load(form).courier.transport, case .form(let settings) = sms.gateways[1]
        else {
            Issue.record("no form")
            return
        }
        #expect(settings.fields == "to={number}&text={text}")
    }
}
