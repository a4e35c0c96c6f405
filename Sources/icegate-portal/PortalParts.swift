import Captcha
import Courier
import Exposition
import FastCGI
import FoundationEssentials
import HTMLTemplate
import HTTP
import HTTPTypes
import Logging
import MariaDB
import Persistence
import Portal
import PortalConfiguration
import Registration
import Sodium
import Threading

/// The parts of a running portal, put together from its configuration.
struct PortalParts {
    let configuration: PortalConfiguration
    private let store: Store
    private let portal: Portal
    private let courier: Courier?
    private let templates: Replaceable<TemplateSet>
    let texts: Replaceable<TextTemplateSet>
    /// What operators let pass, as it was at the start; `nil` where no such texts are configured.
    private let registered: RegisteredTemplates?
    let host: String
    private let log: Logger

    /// Reads everything that can be wrong before anything is started.
    init(configurationFile: String?, metrics: MetricsRegistry, log: Logger) throws(StartError) {
        var problems: [String] = []
        func attempt<T, E: Error>(_ body: () throws(E) -> T) -> T? {
            do {
                return try body()
            } catch let error as ConfigurationError {
                problems += error.problems
            } catch let error as TemplateLoadError {
                problems += error.problems.map { "\($0)" }
            } catch {
                problems.append("\(error)")
            }
            return nil
        }
        guard
            let configuration = attempt({ () throws(ConfigurationError) in
                try PortalConfiguration.load(for: .portal, file: configurationFile)
            })
        else { throw StartError(problems: problems) }
        let database = attempt { () throws(ConfigurationError) in try configuration.database(as: .portal) }
        let keys = KeyRing(configuration.keys.map { (id: $0.id, bytes: $0.bytes) })
        if keys == nil { problems.append("KEY_FILE holds no usable key, or one number twice.") }
        let resources = configuration.resources
        let catalogues = attempt { () throws(TemplateLoadError) in try resources.catalogues() }
        // Where the catalogues are wrong, what is wrong beside them is found in English.
        let translations = catalogues ?? Catalogues()
        let pages = attempt { () throws(TemplateLoadError) in try resources.pages(in: translations) }
        let messages = attempt { () throws(TemplateLoadError) in try resources.messages(in: translations) }
        let painter = attempt { () throws(CaptchaError) in try CaptchaPainter() }
        let speaker = attempt { () throws(CaptchaError) in
            try CaptchaSpeaker(recordingsDirectory: resources.recordingsDirectory)
        }
        let assetVersion = AssetVersion.of(resources.assetsDirectory)
        if assetVersion == nil { problems.append("ASSETS_DIRECTORY \(resources.assetsDirectory) cannot be read.") }
        let host = configuration.publicHost
        var registered: RegisteredTemplates?
        if case .gateways(_, let sms) = configuration.courier.transport, let text = sms.registeredTexts {
            let read = RegisteredTemplates(text)
            // Texts without translations are not those that were registered.
            let wrong =
                if catalogues != nil, let messages {
                    MessageTexts.problems(of: read, texts: messages, host: host)
                } else {
                    read.problems
                }
            problems += wrong.map { "SMS_TEMPLATES_FILE, \($0)." }
            registered = read
        }
        guard problems.isEmpty, let database, let keys, let pages, let messages, let painter, let speaker,
            let assetVersion
        else {
            throw StartError(problems: problems)
        }
        let limits = RegistrationLimits(configuration.limits)
        let store = Store(
            // A connection for each thread that serves, and for each that delivers.
            pool: Pool(
                ConnectionOptions(database, for: .requests),
                size: configuration.fastCGI.threads + Courier.connections(threads: configuration.courier.threads),
                waitLimit: .seconds(2)),
            keys: keys, limits: limits)
        self.configuration = configuration
        self.store = store
        let (templates, texts) = (Replaceable(pages), Replaceable(messages))
        self.templates = templates
        self.texts = texts
        self.registered = registered
        self.log = log
        portal = Portal(
            store: store, templates: templates, keys: keys, limits: limits,
            settings: PortalSettings(
                origin: configuration.publicOrigin, usesSecureCookies: configuration.usesSecureCookies,
                assetVersion: assetVersion, captchaTestAnswer: configuration.captchaTestAnswer,
                hashConcurrency: configuration.limits.hashConcurrency, hashQueue: configuration.hashQueue),
            painter: painter, speaker: speaker, metrics: metrics, log: log)
        self.host = host
        courier = configuration.courier.transport.map { transport in
            Courier(
                store: store, texts: texts,
                transport: Self.transport(transport, registered: registered, host: host), host: host,
                budgets: Self.budgets(configuration.courier), alarmSends: configuration.courier.alarmSends,
                alarmGuesses: configuration.courier.alarmGuesses, log: log)
        }
    }

    /// Looks at what may change while the portal runs: the schema, and whether the database came back from a backup.
    ///
    /// - Returns: why the portal may not go on; `nil` also while the database does not answer, which is no reason.
    func look() -> String? {
        store.lookForServers()
        do throws(StoreError) {
            if let problem = try store.schemaState().problem { return problem }
            try portal.lookForLoss()
        } catch {
            log.notice("the database does not answer", metadata: ["cause": "\(error)"])
        }
        return nil
    }

    /// Whether a page is still made: no lock that pages need is held for ever.
    var isAlive: Bool { portal.isAlive }

    /// Binds the socket, or takes the inherited one.
    func makeServer() throws(FastCGIError) -> Server {
        let settings = configuration.fastCGI
        let listener =
            if let path = settings.socketPath {
                try Listener.unixSocket(path: path, group: settings.socketGroup)
            } else {
                try Listener.inherited()
            }
        return Server(listener: listener, threads: settings.threads) { [portal] in portal.respond(to: $0) }
    }

    /// Starts delivering.
    func startCouriers() -> Courier? {
        guard let courier else { return nil }
        if !courier.start(threads: configuration.courier.threads) { log.error("too few threads for the courier") }
        return courier
    }

    private func complain(_ problems: [String]) {
        for problem in problems { log.error("templates not loaded again", metadata: ["problem": "\(problem)"]) }
    }

    /// Loads templates and catalogues again; the old ones stay when the new ones have problems, or operators would not let
    /// an SMS pass any more.
    func reload() {
        do throws(TemplateLoadError) {
            let resources = configuration.resources
            let catalogues = try resources.catalogues()
            let (pages, messages) = (try resources.pages(in: catalogues), try resources.messages(in: catalogues))
            let problems = registered.map { MessageTexts.problems(of: $0, texts: messages, host: host) } ?? []
            guard problems.isEmpty else { return complain(problems) }
            templates.replace(with: pages)
            texts.replace(with: messages)
            portal.templatesWereLoaded()
            log.info("templates loaded again")
        } catch {
            complain(error.problems.map(\.description))
        }
    }
}
