import MariaDB
import Persistence
import Registration

/// An audit on a database of its own, with those who add to it, seal it and check it.
final class AuditChain: Sendable {
    let database: RegistrationDatabase
    private let auditor: Pool
    private let portal: Pool

    private init(_ database: RegistrationDatabase) {
        self.database = database
        auditor = Pool(database.auditorOptions, size: 8, waitLimit: .seconds(30))
        portal = Pool(database.portalOptions, size: 8, waitLimit: .seconds(30))
    }

    static func run(_ body: (AuditChain) throws -> Void) throws {
        try RegistrationDatabase.lent { database in try body(AuditChain(database)) }
    }

    /// An event with something in every column.
    static let insert: SQL = """
        INSERT INTO audit_events (action, outcome, iec, gstin, icegate_id, registration_id, account_id, client_address,
            request_id, administrator_id, actor, subject)
        VALUES ('account.login', 'accepted', '0312345678', '27AAPFU0939F1ZV', 'ASHA-1', 71, 72, '192.0.2.1',
            '0123456789abcdef', 73, 'asha@desk', 'load:7')
        """

    /// Adds events, each in a transaction of its own, with the rights of the portal.
    func add(_ count: Int) throws {
        for _ in 0..<count {
            try portal.withConnection { (connection) throws(DatabaseError) in
                _ = try connection.execute(Self.insert)
            }
        }
    }

    /// The number of an event, by its place from 1.
    func id(_ place: Int) throws -> String {
        try database.value("SELECT CAST(id AS CHAR) FROM audit_events ORDER BY id LIMIT \(place - 1), 1")
    }

    /// Runs statements with every right.
    func script(_ text: String) throws { try database.script(text) }

    func sealer(keys: KeyRing = Site.keys, batch: Int = 5_000) -> AuditSealer {
        AuditSealer(pool: auditor, keys: keys, operatorName: OperatorName("tester@desk"), batchSize: batch)
    }

    /// Seals, and expects that nothing stands in the way.
    @discardableResult
    func seal(keys: KeyRing = Site.keys, batch: Int = 5_000, byHand: Bool = false) throws -> AuditSealer.Run {
        switch try sealer(keys: keys, batch: batch).run(byHand: byHand) {
        case .done(let run): return run
        case .refused(let seal, let judgement): throw Refused(number: seal.number, judgement: judgement)
        }
    }

    struct Refused: Error {
        let number: Int64
        let judgement: AuditSeal.Judgement
    }

    func verify(keys: KeyRing = Site.keys, expecting codes: [[UInt8]] = []) throws -> AuditReport {
        try AuditVerifier(pool: auditor, keys: keys).verify(expecting: codes)
    }

    /// The clean-up, with the rights of who migrates.
    func retention(keys: KeyRing = Site.keys) -> AuditRetention {
        AuditRetention(
            pool: Pool(database.migratorOptions, size: 1, waitLimit: .seconds(30)), keys: keys,
            operatorName: OperatorName("tester@desk"))
    }

    var reader: AuditReader { AuditReader(pool: auditor) }
}
