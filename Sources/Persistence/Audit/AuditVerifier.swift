public import MariaDB
public import Registration
import Sodium

/// Checks the chain of seals and every event under it.
///
/// Reads in one snapshot, so that neither the job nor the clean-up can come between; row by row, so that an audit of any size
/// needs the memory of one page of seals.
public struct AuditVerifier {
    private let pool: Pool
    private let keys: KeyRing

    /// Makes a verifier on connections of an account that may read events and seals.
    public init(pool: Pool, keys: KeyRing) {
        self.pool = pool
        self.keys = keys
    }

    /// Checks everything.
    ///
    /// - Parameter expected: codes of seals that somebody has noted elsewhere: each has to be in the chain.
    public func verify(expecting expected: [[UInt8]] = []) throws(StoreError) -> AuditReport {
        do {
            return try pool.withConnection { (connection) throws(DatabaseError) in
                // For the next transaction alone.
                try connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                return try connection.transaction { (connection) throws(DatabaseError) in
                    var check = Check(keys: keys, missing: expected)
                    try check.run(on: &connection)
                    return .commit(check.report)
                }
            }
        } catch {
            throw StoreError(error)
        }
    }
}

/// One run through the chain.
private struct Check {
    let keys: KeyRing
    /// The codes that were to be there and have not been met.
    var missing: [[UInt8]]
    var report = AuditReport()
    private var missingKeys: Set<UInt32> = []
    private var lastSecond: Int?

    init(keys: KeyRing, missing: [[UInt8]]) {
        self.keys = keys
        self.missing = missing
    }

    private static let pageSize = 500

    mutating func run(on connection: inout Connection) throws(DatabaseError) {
        // One that does not hold takes nothing away: what it would explain is then reported as missing.
        if let retention = try AuditSeals.newestRetention(on: &connection), case .intact = retention.judge(keys) {
            report.removal = retention.removal
        }
        if let code = report.removal?.code { meet(code) }
        var last = (number: report.removal?.through ?? 0, code: report.removal?.code ?? AuditSeal.origin)
        while true {
            let page = try AuditSeals.page(after: last.number, atMost: Self.pageSize, on: &connection)
            for (seal, second) in page {
                if seal.number != last.number + 1 {
                    report.add(.sealsRemoved(first: last.number + 1, last: seal.number - 1))
                } else if seal.previousCode != last.code {
                    report.add(.chainBroken(seal.number))
                }
                try look(at: seal, madeIn: second, on: &connection)
                last = (seal.number, seal.code)
            }
            if page.count < Self.pageSize { break }
        }
        try lookBehind(last.number, on: &connection)
        try lookForUnsealed(on: &connection)
        for code in missing { report.add(.codeMissing(Hexadecimal.encode(code))) }
    }

    private mutating func meet(_ code: [UInt8]) { missing.removeAll { $0 == code } }

    private mutating func look(
        at seal: AuditSeal, madeIn second: Int, on connection: inout Connection
    ) throws(DatabaseError) {
        report.sealCount += 1
        if report.first == nil { report.first = seal }
        if let lastSecond, let before = report.last, !(0...2 * AuditSeal.lateness).contains(second - lastSecond) {
            report.add(AuditReport.Gap(from: before.sealedAt, to: seal.sealedAt))
        }
        report.last = seal
        lastSecond = second
        meet(seal.code)
        if let code = seal.removal?.code { meet(code) }
        switch seal.judge(keys) {
        case .intact: break
        case .forged: report.add(.sealChanged(seal.number))
        case .formatUnknown: return report.add(.formatUnknown(seal.format, seal: seal.number))
        case .keyMissing:
            if missingKeys.insert(seal.keyID).inserted { report.add(.keyMissing(seal.keyID, seal: seal.number)) }
            return
        }
        if seal.kind == .byHand, report.byHand.count < AuditReport.mostProblems { report.byHand.append(seal) }
        try lookAtEvents(of: seal, on: &connection)
    }

    private mutating func lookAtEvents(of seal: AuditSeal, on connection: inout Connection) throws(DatabaseError) {
        var sum = AuditSeal.Events.Sum()
        var (named, wrong) = (0, 0)
        var found = report
        try AuditSeals.forEachEvent(of: seal.number, on: &connection) { id, code, event in
            named += 1
            guard let event else {
                wrong += 1
                found.add(.eventRemoved(id: id, seal: seal.number))
                return
            }
            sum.add(event)
            if event.code(underKey: seal.keyID, of: keys) == code {
                found.eventCount += 1
            } else {
                wrong += 1
                found.add(.eventChanged(id: id, seal: seal.number))
            }
        }
        let (first, last) = (seal.events.first ?? "-", seal.events.last ?? "-")
        if named != seal.events.count {
            found.add(
                .eventsMiscounted(
                    seal: seal.number, sealed: seal.events.count, found: named, first: first, last: last))
        } else if wrong == 0, sum.digest != seal.events.digest {
            found.add(.eventsExchanged(seal: seal.number, first: first, last: last))
        }
        report = found
    }

    /// What was sealed by seals that are not there any more.
    private mutating func lookBehind(_ last: Int64, on connection: inout Connection) throws(DatabaseError) {
        let count =
            try connection.first("SELECT COUNT(*) FROM audit_seal_events WHERE seal > \(last)")?.get(0, as: Int.self)
            ?? 0
        if count > 0 { report.add(.endRemoved(events: count, last: last)) }
    }

    /// What no seal names: too young for that, or added.
    private mutating func lookForUnsealed(on connection: inout Connection) throws(DatabaseError) {
        let isYoung: SQL =
            report.last?.completeUntil.map { "e.happened_at > \(AuditSeals.lateBound($0))" } ?? "TRUE"
        var found = report
        try connection.forEachRow(
            """
            SELECT CAST(e.id AS CHAR), CAST(e.happened_at AS CHAR), \(isYoung),
                e.happened_at < UTC_TIMESTAMP(6) - INTERVAL \(AuditSeal.lateness) SECOND
            FROM audit_events e LEFT JOIN audit_seal_events m ON m.event_id = e.id
            WHERE m.event_id IS NULL ORDER BY e.id
            """
        ) { (row) throws(DatabaseError) in
            let happenedAt = try row.get(1, as: String.self)
            guard try row.get(2) else { return found.add(.eventAdded(id: try row.get(0), happenedAt: happenedAt)) }
            found.unsealedCount += 1
            // The database's notation sorts as the times do.
            found.oldestUnsealed = min(found.oldestUnsealed ?? happenedAt, happenedAt)
            if try row.get(3) { found.isJobLate = true }
        }
        if found.sealCount == 0, found.unsealedCount > 0 { found.add(.nothingSealed(events: found.unsealedCount)) }
        report = found
    }
}
