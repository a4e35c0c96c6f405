import Captcha
import Glibc
import HTMLTemplate
import HTTP
import Logging
import MariaDB
import MasterLoad
import Persistence
import Portal
import Registration
import Sodium
import Testing
import Threading

@testable import Courier

/// A portal on a database of its own: the whole path of a request in this process.
///
/// The portal has the rights of its account alone, and the master and the temporary passwords come through the loader's.
final class Site: Sendable {
    let database: RegistrationDatabase
    let portal: Portal
    /// The store that the portal uses.
    let store: Store
    /// A store with the rights of who loads the master and issues temporary passwords.
    let loader: Store
    let log = LogRecord()
    private let received = Monitor<[Letter]>([])
    private let courier: Courier

    static let origin = "https://portal.example"
    /// What every captcha accepts, unless the site is made without it.
    static let captchaAnswer = "TESTED"

    /// Runs `body` with a site, and looks at the invariants and at the log afterwards.
    ///
    /// - Parameters:
    ///   - captchaAnswer: an answer that every captcha accepts; `nil` leaves the real one alone right.
    ///   - hashCost: what the password hashes of the test cost.
    ///   - threads: as many requests as there will be at an instant.
    ///   - expectsErrors: whether the log may hold errors when `body` is done.
    static func run(
        captchaAnswer: String? = Site.captchaAnswer, hashCost: PasswordHash.Cost = Site.cheap, threads: Int = 16,
        expectsErrors: Bool = false,
        _ body: (Site) throws -> Void
    ) throws {
        try RegistrationDatabase.lent { database in
            let site = try Site(database, captchaAnswer: captchaAnswer, hashCost: hashCost, threads: threads)
            try body(site)
            #expect(try database.brokenInvariants() == [])
            if !expectsErrors { #expect(site.log.lines.filter { $0.hasPrefix("error") } == []) }
        }
    }

    private init(
        _ database: RegistrationDatabase, captchaAnswer: String?, hashCost: PasswordHash.Cost, threads: Int
    ) throws {
        self.database = database
        let pool = Pool(database.portalOptions, size: threads, waitLimit: .seconds(5))
        store = Store(pool: pool, keys: Self.keys, limits: RegistrationLimits())
        loader = Store(
            pool: Pool(database.loaderOptions, size: 1, waitLimit: .seconds(5)), keys: Self.keys,
            limits: RegistrationLimits())
        let shared = try Self.shared.get()
        portal = Self.portal(
            store: store, captchaAnswer: captchaAnswer, hashCost: hashCost, threads: threads, shared, log.logger)
        courier = Courier(store: store, texts: shared.texts, transport: NoTransport(), log: log.logger)
    }

    /// The same portal on a store of another pool.
    func portal(on pool: Pool) throws -> Portal {
        let store = Store(pool: pool, keys: Self.keys, limits: RegistrationLimits())
        return Self.portal(
            store: store, captchaAnswer: Self.captchaAnswer, hashCost: Self.cheap, threads: 1, try Self.shared.get(),
            log.logger)
    }

    /// The same portal with other keys.
    func portal(keys: KeyRing) throws -> Portal {
        let store = Store(pool: database.portalPool, keys: keys, limits: RegistrationLimits())
        return Self.portal(
            store: store, keys: keys, captchaAnswer: Self.captchaAnswer, hashCost: Self.cheap, threads: 4,
            try Self.shared.get(), log.logger)
    }

    private static func portal(
        store: Store, keys: KeyRing = Site.keys, captchaAnswer: String?, hashCost: PasswordHash.Cost, threads: Int,
        _ shared: Shared,
        _ logger: Logger
    ) -> Portal {
        Portal(
            store: store, templates: shared.templates, keys: keys, limits: RegistrationLimits(),
            settings: PortalSettings(
                origin: origin, usesSecureCookies: true, assetVersion: "1", captchaTestAnswer: captchaAnswer,
                hashConcurrency: 2, hashQueue: threads, hashCost: hashCost),
            painter: shared.painter, speaker: shared.speaker, log: logger)
    }

    // MARK: The master and its temporary passwords

    /// Loads holders into the master, beside those that it has.
    func load(_ holders: [Holder]) throws { try load(row: holders.map(\.row).joined()) }

    /// Loads rows of a master file.
    func load(row: String) throws {
        let header = "iec,gstin,legal_name,email,mobile,iec_status,gstin_status\n"
        let loader = MasterLoader(
            database: database.loaderOptions, options: LoadOptions(mode: .delta, fileName: "test.csv"),
            rejects: RejectsFile(path: nil))
        while true {
            switch try loader.load(MasterFile(ByteSource(bytes: Array((header + row).utf8)))) {
            // Another sequence of the same database is loading.
            case .busy: usleep(5_000)
            case .applied(let report) where report.refused == 0: return
            case let outcome:
                Issue.record("the master refused a row: \(outcome)")
                return
            }
        }
    }

    /// Loads holders and issues temporary passwords to them.
    ///
    /// - Returns: the passwords as the letters show them, in the holders' order.
    @discardableResult
    func invite(_ holders: [Holder]) throws -> [String] {
        try load(holders)
        for holder in holders {
            let outcome = try loader.issueTemporaryPassword(
                iec: IEC(holder.iec), gstin: GSTIN(holder.gstin), onlyWithout: false, client: Self.operatorAtDesk)
            #expect(outcome == .issued)
        }
        try deliver()
        return try holders.map { try temporaryPassword(of: $0) }
    }

    /// A holder in the master who has a temporary password.
    func invite(_ number: Int = 1) throws -> (Holder, password: String) {
        let holder = Holder(number)
        return (holder, try invite([holder])[0])
    }

    /// A hash that takes no time worth mentioning: 8 KiB, once.
    static let cheap = PasswordHash.Cost(memoryKiB: 8, passes: 1)

    static let operatorAtDesk = Client(OperatorName("tester@desk"))

    // MARK: Letters

    /// Delivers what is due, as the courier does.
    func deliver() throws {
        while case let messages = try store.claimMessages(atMost: 100, lease: .seconds(60)).messages, !messages.isEmpty
        {
            for message in messages {
                let letter = try #require(courier.letter(for: message))
                received.withLock { $0.append(letter) }
                try store.markSent(message)
            }
        }
    }

    /// The letters that an address has received, oldest first.
    func letters(to address: String) throws -> [Letter] {
        try deliver()
        return received.withLock { $0 }.filter { $0.destination.address == address }
    }

    /// All letters.
    var letters: [Letter] { received.withLock { $0 } }

    /// The newest OTPs of a holder, as they stand in the SMS and in the e-mail.
    func codes(of holder: Holder) throws -> (mobile: String, email: String) {
        try (code(sentTo: holder.mobile), code(sentTo: holder.email))
    }

    /// The newest OTPs that two addresses were sent.
    func codes(ofEmail email: String, mobile: String) throws -> (mobile: String, email: String) {
        try (code(sentTo: mobile), code(sentTo: email))
    }

    /// The newest code that an address was sent.
    func code(sentTo address: String) throws -> String {
        try #require(letters(to: address).compactMap { Self.digits(in: $0.body) }.last)
    }

    private func temporaryPassword(of holder: Holder) throws -> String {
        let words = try letters(to: holder.mobile).flatMap { $0.body.split { $0 == " " || $0 == "," } }
        let password = words.last { word in
            word.utf8.count == 15 && word.split(separator: "-").map(\.utf8.count) == [4, 4, 5]
        }
        return String(try #require(password))
    }

    private static func digits(in text: String) -> String? {
        let runs = text.utf8.split { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return runs.first { $0.count == 6 }.flatMap { String(Substring($0)) }
    }

    // MARK: What all sites share

    private struct Shared: Sendable {
        let templates: Replaceable<TemplateSet>
        let texts: Replaceable<TextTemplateSet>
        let painter: CaptchaPainter
        let speaker: CaptchaSpeaker
    }

    private static let shared = Result<Shared, any Error> {
        let resources = RegistrationDatabase.root + "/Sources/Portal/Resources"
        let catalogues = try Catalogues(directory: resources + "/Locales", languages: ["hi"])
        let pages = try TemplateSet(
            directory: resources + "/Templates", catalogues: catalogues, pages: Portal.pages, frame: Portal.frame)
        let texts = try TextTemplateSet(
            directory: resources + "/Templates", catalogues: catalogues, texts: MessageTexts.all)
        let recordings = RegistrationDatabase.root + "/Sources/Captcha/Recordings"
        return Shared(
            templates: Replaceable(pages), texts: Replaceable(texts), painter: try CaptchaPainter(),
            speaker: try CaptchaSpeaker(recordingsDirectory: recordings))
    }

    static let keys = {
        // One key of the right length: the ring never refuses it.
        guard let keys = KeyRing([(id: 1, bytes: (0..<32).map { UInt8($0) })]) else { preconditionFailure() }
        return keys
    }()
}

/// A transport that no letter reaches: the tests read the courier's letters themselves.
private struct NoTransport: Transport {
    func deliver(_ letter: Letter) -> HandOver { .refused(reason: "not in use") }
}
